import ChildProcess
import Domain
import Foundation

extension TerraformWorkbench {
    /// A step that ended badly, with Terraform's diagnostics, redacted.
    func failure(_ step: String, _ completion: Completion) -> TerraformFailure {
        let text = completion.outputText + "\n" + completion.errorText
        let found = DiagnosticReading(folder: files.workspace.folder, redactor: redactor).diagnostics(in: text)
        let words = found.first.map { "\($0.summary)\($0.detail.isEmpty ? "" : ": \($0.detail)")" }
        let said = words ?? redactor.redact(String(text.trimmed.suffix(500)))
        if let lock = lockProblem(step, said) { return TerraformFailure(step: step, diagnostics: [], problem: lock) }
        return TerraformFailure(
            step: step, diagnostics: found,
            problem: Problem(
                .needsPerson, "\(files.workspace.path): terraform \(step) said: \(said)",
                location: found.first?.location))
    }

    func applyFailure(_ text: String) -> TerraformFailure {
        let reading = DiagnosticReading(folder: files.workspace.folder, redactor: redactor)
        let said =
            reading.diagnostics(in: text).first.map { "\($0.summary): \($0.detail)" }
            ?? String(text.trimmed.suffix(500))
        let isStale = said.hasPrefix("Saved plan is stale")
        let problem =
            lockProblem("apply", said)
            ?? Problem(
                isStale ? .passing : .needsPerson, "\(files.workspace.path): terraform apply said: \(said)",
                hint: isStale ? "the state changed after the plan was made; the next run plans again" : nil)
        return TerraformFailure(step: "apply", diagnostics: reading.diagnostics(in: text), problem: problem)
    }

    private func lockProblem(_ step: String, _ said: String) -> Problem? {
        guard said.contains("Error acquiring the state lock") else { return nil }
        let who = said.split(separator: "\n").first { $0.contains("Who:") }.map { " (\($0.trimmed))" } ?? ""
        return Problem(
            .passing, "\(files.workspace.path): another process holds the state's lock\(who)",
            hint: "the next run tries again; if nobody works on it, see 'terraform force-unlock'")
    }

    /// The only copy of the new state must outlive the scratch folder.
    func keepingState(_ failure: TerraformFailure) throws(TerraformFailure) -> TerraformFailure {
        let left = "\(scratch.workspace)/errored.tfstate"
        guard FileManager.default.fileExists(atPath: left) else { return failure }
        let name = files.workspace.path.replacing("/", with: "-")
        let kept = "\(settings.keptFolder)/\(name)-\(UUID().uuidString).errored.tfstate"
        do {
            try FileManager.default.createDirectory(
                atPath: settings.keptFolder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            try FileManager.default.moveItem(atPath: left, toPath: kept)
        } catch {
            return TerraformFailure(
                step: failure.step, diagnostics: failure.diagnostics,
                problem: Problem(
                    .needsPerson, "\(failure.problem.message); the state is in \(left)", hint: Self.pushHint))
        }
        return TerraformFailure(
            step: failure.step, diagnostics: failure.diagnostics,
            problem: Problem(.needsPerson, "\(failure.problem.message); the state is in \(kept)", hint: Self.pushHint))
    }

    private static let pushHint = "push it with 'terraform state push' before anything else is applied"
}

extension Diagnostic {
    var location: SourceLocation? {
        guard let file, let line else { return nil }
        return SourceLocation(file: file, line: line, column: 1)
    }
}
