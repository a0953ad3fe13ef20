import ChildProcess
import Domain
import Foundation

extension TerraformWorkbench {
    /// Applies a saved plan; its output goes to a file, as a reader that dies would take Terraform along.
    func applied(_ plan: String) async throws(TerraformFailure) -> ApplyResult {
        let file = "\(scratch.path)/apply.log"
        let redactor = redactor
        let mark = ApplyMark(of: settings.holder, in: files.workspace.path, settings)
        defer { mark.remove() }
        // Before there is a process, as Sphinx may be gone before its number is written.
        mark.write(content(of: 0, file))
        let completion: Completion
        do throws(TerraformFailure) {
            completion = try await command.run(
                "apply", ["-input=false", "-no-color", "-json", plan], outputFile: file, onLine: follower(redactor),
                onStart: { mark.write(self.content(of: $0, file)) })
        } catch {
            // It was not started.
            if error.problem.kind == .passing { throw refused(error) }
            let output = FileManager.default.contents(atPath: file).map { String(decoding: $0, as: UTF8.self) } ?? ""
            throw kept(error, ApplyLog(output, redactor))
        }
        let log = ApplyLog(completion.outputText, redactor)
        guard completion.succeeded else { throw applyFailure(completion, log) }
        return ApplyResult(summary: log.summary ?? "applied", log: log.text)
    }

    private func content(of pid: Int32, _ log: String) -> ApplyMark.Content {
        ApplyMark.Content(
            pid: pid, began: ApplyMark.Content.beginning(of: pid) ?? "", scratch: scratch.path,
            workspaceFolder: scratch.workspace, log: log)
    }

    private func follower(_ redactor: Redactor) -> (@Sendable (String) -> Void)? {
        guard let sink = settings.onApplyMessage else { return nil }
        let workspace = files.workspace.path
        return { line in sink(workspace, redactor.redact(ApplyLog.message(in: line))) }
    }

    /// A stale plan and a held lock are refused before anything is changed.
    private func applyFailure(_ completion: Completion, _ log: ApplyLog) -> TerraformFailure {
        if case .signaled(let signal) = completion.exit {
            let message = "\(files.workspace.path): terraform apply was killed by signal \(signal)"
            return kept(.killed(message, log), log)
        }
        let failure = failure("apply", completion)
        guard failure.diagnostics.first?.summary == "Saved plan is stale" else {
            return failure.problem.kind == .passing ? refused(failure) : kept(failure, log)
        }
        let stale = TerraformFailure(
            step: "apply", diagnostics: failure.diagnostics,
            problem: Problem(
                .passing, "\(files.workspace.path): the state changed after the plan was made, so it was not applied",
                hint: "the next run plans again"))
        return refused(stale)
    }

    private func refused(_ failure: TerraformFailure) -> TerraformFailure {
        var refused = failure
        refused.isRefused = true
        return refused
    }

    private func kept(_ failure: TerraformFailure, _ log: ApplyLog) -> TerraformFailure {
        KeptFolder(of: files.workspace.path, settings).kept(failure, log, state: scratch.erroredState)
    }
}

extension TerraformFailure {
    private static let mostChanges = 5

    /// An apply that was killed, and so wrote nothing down at its end.
    static func killed(_ message: String, _ log: ApplyLog) -> TerraformFailure {
        let shown = log.begun.prefix(mostChanges).joined(separator: ", ")
        let rest = log.begun.count - mostChanges
        let begun = rest > 0 ? "\(shown) and \(rest) more" : shown
        let lock = "if the state's lock is left, 'terraform force-unlock' takes it away"
        let problem =
            begun.isEmpty
            ? Problem(.needsPerson, "\(message) before it changed anything", hint: lock)
            : Problem(
                .needsPerson, "\(message) while it changed what the state may not hold: \(begun)",
                hint: "look what of it exists; import it or delete it before this is approved again; \(lock)")
        return TerraformFailure(step: "apply", diagnostics: [], problem: problem)
    }
}
