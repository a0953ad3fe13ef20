import Domain

/// Proves that a candidate changes what it may and nothing else: code first, Terraform only then.
struct Prover: Sendable {
    let infrastructure: any Infrastructure
    let scope: any ChangeScope
    let gate: PolicyGate

    var base: WorkspaceFiles { scope.base }

    /// What is wrong with a candidate; the sentences can go back to the model.
    enum Verdict: Sendable {
        case proven(Proven)
        case refused([Refusal])
    }

    func prove(_ candidate: Candidate) async throws(Problem) -> Verdict {
        let refusals = scope.refusals(of: candidate.changed)
        guard refusals.isEmpty else { return .refused(refusals) }
        let files = try scope.files(with: candidate.changed)
        let examined: Examined
        do throws(TerraformFailure) {
            let tidy = try await tidied(candidate, files)
            examined = try await planned(tidy, files.replacing(tidy.changed))
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
        let proven = examined.proven
        var refusals = gate.refusals(of: proven.plan)
        if refusals.isEmpty { refusals = scope.refusals(of: proven.plan, from: proven.candidate.changed) }
        if refusals.isEmpty, let document = examined.document { refusals = try await gate.refusals(of: document) }
        return refusals.isEmpty ? .proven(proven) : .refused(refusals)
    }

    /// As `terraform fmt` writes it, unless that would touch more than the candidate may.
    private func tidied(_ candidate: Candidate, _ files: WorkspaceFiles) async throws(TerraformFailure) -> Candidate {
        let bench = try await infrastructure.workbench(for: files)
        let result: Swift.Result<[SourceFile], TerraformFailure>
        do throws(TerraformFailure) { result = .success(try await bench.formatted()) } catch {
            result = .failure(error)
        }
        await bench.close()
        let paths = Set(candidate.changed.map(\.path))
        let formatted = try result.get().filter { paths.contains($0.path) }
        var tidy = candidate
        if !formatted.isEmpty { tidy.changed = scope.tidied(candidate.changed, as: formatted) }
        return tidy
    }

    private func planned(_ candidate: Candidate, _ files: WorkspaceFiles) async throws(TerraformFailure) -> Examined {
        let bench = try await infrastructure.workbench(for: files)
        let result: Swift.Result<Examined, TerraformFailure>
        do throws(TerraformFailure) {
            try await bench.validate()
            let targets = base.workspace.settings.targeted ? scope.targets(of: candidate.changed) : []
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
