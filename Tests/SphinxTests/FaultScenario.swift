import Reconciliation

/// What is to be done in a repository when the fault strikes.
enum FaultScenario: String, CaseIterable, Sendable {
    /// A machine that a rule wants smaller.
    case proposing
    /// The rule says no fix: the model is asked.
    case asking
    /// The model's answers are of no use.
    case refusing
    /// Two machines, whose proposals have a branch in common.
    case grouping
    /// The infrastructure differs from the base, and drift is looked for.
    case drifting
    /// The proposal is merged.
    case applying
    /// It is merged, and Terraform fails.
    case failing
    /// It is merged, and the infrastructure has moved since.
    case drifted
    /// It is open, and its rule is gone.
    case withdrawing
    /// It is open, and a person closes it.
    case closing
    /// Its apply could not save the state, which a person pushes.
    case recovering

    /// In the order in which a run passes them.
    var points: [String] {
        let start = ["fetch", "record-snapshot-done"]
        let lock = ["push-lock", "record-lock-taken", "reread", "validate", "plan-apply"]
        switch self {
        case .proposing:
            return start + [
                "state", "record-analyse-firing", "plan", "push-proposal", "record-propose-created",
                "fetch-history", "push-history",
            ]
        case .asking: return ["ask", "keep", "push-proposal"]
        case .refusing: return ["push-unfixable", "record-propose-unfixable"]
        case .grouping: return ["push-group"]
        case .drifting: return ["record-drift-found", "push-drift"]
        case .applying:
            return start + lock + [
                "record-parity-equal", "record-apply-started", "push-ahead", "apply", Fault.stateWrite, "push-ledger",
                "record-apply-applied", "record-log-kept", "fetch-history", "push-history",
            ]
        case .failing: return ["push-failure", "record-apply-failed"]
        case .drifted: return ["record-parity-different", "push-approval", "record-approval-created"]
        case .withdrawing: return ["push-withdrawal", "record-propose-superseded"]
        case .closing: return ["push-closing", "record-proposal-closed"]
        case .recovering: return ["push-lock", "recover", "record-state-recovered", "push-unlock"]
        }
    }

    /// How a repository may stand after all of it; more than one word where it depends on what was cut off.
    var endings: Set<String> {
        switch self {
        case .proposing, .asking: ["proposed"]
        case .grouping: ["proposed with a group"]
        case .refusing: ["unfixable"]
        case .drifting: ["drift told"]
        case .applying: ["applied", "asks for approval"]
        case .failing, .drifted: ["asks for approval"]
        case .withdrawing: ["nothing left"]
        case .closing: ["closed"]
        case .recovering: ["applied"]
        }
    }

    var rules: String {
        if self == .drifting { return "rules: []\nschedule: {drift_interval: 1h}\n" }
        let fix = [.asking, .refusing].contains(self) ? "" : "    fix: {attribute: input.size, value: small}\n"
        return """
            rules:
              - id: large
                name: Large machine
                source: state
                resource: {type: terraform_data, where: {attributes: {input.size: large}}}
                opportunity_title_template: "{address} is large"

            """ + fix + (self == .grouping ? "group: workspace\n" : "")
    }

    var machines: String {
        LoopStage.machine("one", id: "i-1") + (self == .grouping ? LoopStage.machine("two", id: "i-2") : "")
    }
}

/// One passage of one step, and what happens there.
struct Fault: Sendable, CustomStringConvertible {
    enum Side: String, CaseIterable, Sendable {
        case before, after
    }

    enum Action: String, CaseIterable, Sendable {
        case kill, error, hold
    }

    /// Within Terraform: before it begins, or when the state is written and nobody has heard of it.
    static let stateWrite = "state-write"

    let scenario: FaultScenario
    let point: String
    let side: Side
    let action: Action

    var description: String { "\(scenario.rawValue): \(action.rawValue) \(side.rawValue) \(point)" }

    /// Told in a notice, where the work is done: the next run shares the history, and breaks the lock.
    var isOnlyNoticed: Bool { point.hasSuffix("-history") || point == "push-unlock" }

    /// The points of all scenarios; what a cache does not keep is no error.
    static func all(_ actions: [Action]) -> [Fault] {
        FaultScenario.allCases.flatMap { scenario in
            scenario.points.flatMap { point in
                Side.allCases.flatMap { side in
                    actions.filter { point != "keep" || $0 != .error }
                        .map { Fault(scenario: scenario, point: point, side: side, action: $0) }
                }
            }
        }
    }
}
