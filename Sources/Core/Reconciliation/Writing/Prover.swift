import Domain

/// Proves that a candidate changes what it may and nothing else: code first, Terraform only then.
struct Prover: Sendable {
    let infrastructure: any Infrastructure
    let scope: any ChangeScope

    var base: WorkspaceFiles { scope.base }

    /// What is wrong with a candidate, in sentences that can go back to the model.
    enum Verdict: Sendable {
        case proven(Proven)
        case refused([String])
    }

    func prove(_ candidate: Candidate) async throws(Problem) -> Verdict {
        let refusals = scope.refusals(of: candidate.changed)
        guard refusals.isEmpty else { return .refused(refusals.map(\.sentence)) }
        let files = try scope.files(with: candidate.changed)
        do throws(TerraformFailure) {
            let tidy = try await tidied(candidate, files)
            return try await planned(tidy, files.replacing(tidy.changed))
        } catch {
            guard !error.diagnostics.isEmpty else { throw error.problem }
            return .refused(error.diagnostics.map { "terraform \(error.step): \($0.sentence)" })
        }
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

    private func planned(_ candidate: Candidate, _ files: WorkspaceFiles) async throws(TerraformFailure) -> Verdict {
        let bench = try await infrastructure.workbench(for: files)
        let result: Swift.Result<Plan, TerraformFailure>
        do throws(TerraformFailure) {
            try await bench.validate()
            let targets = base.workspace.settings.targeted ? scope.targets(of: candidate.changed) : []
            result = .success(try await bench.plan(PlanOptions(lock: false, targets: targets)))
        } catch {
            result = .failure(error)
        }
        await bench.close()
        let plan = try result.get()
        let refusals = scope.refusals(of: plan, from: candidate.changed)
        guard refusals.isEmpty else { return .refused(refusals.map(\.sentence)) }
        return .proven(Proven(candidate: candidate, plan: plan, files: files))
    }
}

extension Diagnostic {
    /// One line: where, what, and the detail.
    var sentence: String {
        let place = file.map { file in line.map { "\(file):\($0): " } ?? "\(file): " } ?? ""
        return detail.isEmpty ? "\(place)\(summary)" : "\(place)\(summary): \(detail)"
    }
}
