import ChildProcess
import Domain

extension TerraformWorkbench {
    /// A step that ended badly, with Terraform's diagnostics, redacted.
    func failure(_ step: String, _ completion: Completion) -> TerraformFailure {
        let text = completion.outputText + "\n" + completion.errorText
        let found = DiagnosticReading(folder: files.workspace.folder, redactor: redactor).diagnostics(in: text)
        if let lock = found.first(where: { $0.summary == "Error acquiring the state lock" }) {
            return TerraformFailure(step: step, diagnostics: [], problem: lockProblem(lock.detail))
        }
        let words = found.first.map { $0.detail.isEmpty ? $0.summary : "\($0.summary): \($0.detail)" }
        let said = words ?? redactor.redact(text).trimmed.suffix(500).trimmed
        return TerraformFailure(
            step: step, diagnostics: found,
            problem: Problem(
                .needsPerson, "\(files.workspace.path): terraform \(step) said: \(said)",
                location: found.first?.location))
    }

    /// A failure without anything that Terraform said.
    func stopped(
        _ step: String, _ kind: Problem.Kind, _ message: String, hint: String? = nil
    ) -> TerraformFailure {
        TerraformFailure(
            step: step, diagnostics: [],
            problem: Problem(kind, "\(files.workspace.path): \(message)", hint: hint))
    }

    /// The holder stands in the detail as `  Who:       user@host`.
    private func lockProblem(_ detail: String) -> Problem {
        let facts = detail.split(separator: "\n").reduce(into: [String: String]()) { facts, line in
            let parts = line.split(separator: ":", maxSplits: 1).map { $0.trimmed }
            if parts.count == 2 { facts[parts[0]] = parts[1] }
        }
        let who = facts["Who"].map { " (\($0), since \(facts["Created"] ?? "an unknown time"))" } ?? ""
        return Problem(
            .passing, "\(files.workspace.path): another process holds the state's lock\(who)",
            hint: "the next run tries again; if nobody works on it, 'terraform force-unlock \(facts["ID"] ?? "ID")' "
                + "takes it away")
    }
}

extension Diagnostic {
    var location: SourceLocation? {
        guard let file, let line else { return nil }
        return SourceLocation(file: file, line: line, column: 1)
    }
}
