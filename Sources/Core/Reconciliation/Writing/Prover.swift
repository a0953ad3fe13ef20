import Analysis
import Domain

/// Proves that a candidate changes what it may and nothing else: code first, Terraform only then.
struct Prover: Sendable {
    let infrastructure: any Infrastructure
    let base: WorkspaceFiles
    let opportunity: Opportunity
    let gate: PolicyGate

    /// What is wrong with a candidate; the sentences can go back to the model.
    enum Verdict: Sendable {
        case proven(Proven)
        case refused([Refusal])
    }

    func prove(_ candidate: Candidate) async throws(Problem) -> Verdict {
        let refusals = refusals(of: candidate.changed)
        guard refusals.isEmpty else { return .refused(refusals) }
        let examined: Examined
        do throws(TerraformFailure) {
            examined = try await planned(try await formatted(candidate))
        } catch {
            guard !error.diagnostics.isEmpty else { throw error.problem }
            return .refused(
                error.diagnostics.map { Refusal(.terraform, "terraform \(error.step): \($0.sentence)") })
        }
        return try await judged(examined)
    }

    private struct Examined {
        let proven: Proven
        /// What the policy's command reads; nil where there is none.
        let document: JSONValue?
    }

    private func judged(_ examined: Examined) async throws(Problem) -> Verdict {
        let scope = PlanScope(
            target: opportunity.address, rule: opportunity.rule.id, fix: opportunity.rule.fix, policy: gate.policy)
        var refusals = scope.refusals(of: examined.proven.plan)
        if refusals.isEmpty { refusals = stillFiring(examined.proven.plan) }
        if refusals.isEmpty, let document = examined.document { refusals = try await gate.refusals(of: document) }
        return refusals.isEmpty ? .proven(examined.proven) : .refused(refusals)
    }

    private func refusals(of changed: [SourceFile]) -> [Refusal] {
        EditGuard(
            workspace: base.workspace, before: base.files, target: opportunity.address, fix: opportunity.rule.fix,
            mayRemove: gate.policy.destroys(opportunity.rule.id)
        )
        .refusals(after: base.replacing(changed).files)
    }

    /// The rule is evaluated again on what the plan makes of the target.
    private func stillFiring(_ plan: Plan) -> [Refusal] {
        let resolution = Resolution(of: opportunity)
        return plan.changes.filter { ResourceAddress.block($0.address) == opportunity.address }.compactMap { change in
            resolution.objection(to: change.after, unknown: change.afterUnknown).map {
                Refusal(.stillFiring, "\(change.address): the rule '\(opportunity.rule.id)' would still fire: \($0)")
            }
        }
    }

    /// As `terraform fmt` writes it, unless that would touch more than the candidate may.
    private func formatted(_ candidate: Candidate) async throws(TerraformFailure) -> Candidate {
        let bench = try await infrastructure.workbench(for: base.replacing(candidate.changed))
        let result: Swift.Result<[SourceFile], TerraformFailure>
        do throws(TerraformFailure) { result = .success(try await bench.formatted()) } catch {
            result = .failure(error)
        }
        await bench.close()
        let paths = Set(candidate.changed.map(\.path))
        let formatted = try result.get().filter { paths.contains($0.path) }
        let names = Set(formatted.map(\.path))
        let whole = candidate.changed.filter { !names.contains($0.path) } + formatted
        guard !formatted.isEmpty, refusals(of: whole).isEmpty else { return candidate }
        var tidy = candidate
        tidy.changed = whole.sorted { $0.path < $1.path }
        return tidy
    }

    private func planned(_ candidate: Candidate) async throws(TerraformFailure) -> Examined {
        let files = base.replacing(candidate.changed)
        let bench = try await infrastructure.workbench(for: files)
        let result: Swift.Result<Examined, TerraformFailure>
        do throws(TerraformFailure) {
            try await bench.validate()
            let targets = base.workspace.settings.targeted ? [opportunity.address] : []
            let plan = try await bench.plan(PlanOptions(lock: false, targets: targets))
            let document = gate.needsDocument ? try await bench.planDocument() : nil
            result = .success(
                Examined(proven: Proven(candidate: candidate, plan: plan, files: files), document: document))
        } catch {
            result = .failure(error)
        }
        await bench.close()
        return try result.get()
    }
}

extension Diagnostic {
    /// One line: where, what, and the detail.
    var sentence: String {
        let place = file.map { file in line.map { "\(file):\($0): " } ?? "\(file): " } ?? ""
        return detail.isEmpty ? "\(place)\(summary)" : "\(place)\(summary): \(detail)"
    }
}
