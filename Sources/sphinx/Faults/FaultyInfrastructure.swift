#if FAULT_POINTS
    import Domain

    struct FaultyInfrastructure: Infrastructure {
        let infrastructure: any Infrastructure
        let faults: FaultPoints

        func state(of files: WorkspaceFiles) async throws(TerraformFailure) -> [ResourceInstance] {
            try faults.terraform("state", .before)
            let instances = try await infrastructure.state(of: files)
            try faults.terraform("state", .after)
            return instances
        }

        func workbench(for files: WorkspaceFiles) async throws(TerraformFailure) -> any Workbench {
            FaultyWorkbench(workbench: try await infrastructure.workbench(for: files), faults: faults)
        }

        func adopted(from holder: String, in workspace: String) async throws(TerraformFailure) -> ApplyEnding? {
            try await infrastructure.adopted(from: holder, in: workspace)
        }

        func keptStates(of workspace: String) throws(Problem) -> [String] {
            try infrastructure.keptStates(of: workspace)
        }

        func keptState(in file: String) throws(Problem) -> KeptState { try infrastructure.keptState(in: file) }

        func recover(_ state: KeptState, in files: WorkspaceFiles) async throws(TerraformFailure) {
            try faults.terraform("recover", .before)
            try await infrastructure.recover(state, in: files)
            try faults.terraform("recover", .after)
        }
    }

    private struct FaultyWorkbench: Workbench {
        let workbench: any Workbench
        let faults: FaultPoints

        func formatted() async throws(TerraformFailure) -> [SourceFile] { try await workbench.formatted() }

        func validate() async throws(TerraformFailure) {
            try faults.terraform("validate", .before)
            try await workbench.validate()
            try faults.terraform("validate", .after)
        }

        /// A plan that is to be applied takes the state's lock.
        func plan(_ options: PlanOptions) async throws(TerraformFailure) -> Plan {
            let point = options.lock ? "plan-apply" : "plan"
            try faults.terraform(point, .before)
            let plan = try await workbench.plan(options)
            try faults.terraform(point, .after)
            return plan
        }

        func planDocument() async throws(TerraformFailure) -> JSONValue { try await workbench.planDocument() }
        func schema(of type: String) async throws(TerraformFailure) -> JSONValue? {
            try await workbench.schema(of: type)
        }

        func apply() async throws(TerraformFailure) -> ApplyResult {
            try faults.terraform("apply", .before)
            let result = try await workbench.apply()
            try faults.terraform("apply", .after)
            return result
        }

        func close() async { await workbench.close() }
    }

    extension FaultPoints {
        fileprivate func terraform(_ point: String, _ side: Side) throws(TerraformFailure) {
            guard let problem = problem(at: point, side) else { return }
            throw TerraformFailure(step: point, diagnostics: [], problem: problem)
        }
    }
#endif
