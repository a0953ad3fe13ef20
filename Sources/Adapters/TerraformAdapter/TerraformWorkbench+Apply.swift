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

    /// What outlives the scratch folder: the log, and the only copy of a state that could not be saved.
    private func kept(_ failure: TerraformFailure, _ log: ApplyLog) -> TerraformFailure {
        let name = "\(settings.keptFolder)/\(files.workspace.path.replacing("/", with: "-"))-\(UUID().uuidString)"
        var kind = failure.problem.kind
        var message = failure.problem.message
        var hints = [failure.problem.hint].compactMap { $0 }
        if let state = scratch.erroredState {
            kind = .needsPerson
            message += "; the state could not be saved and is in \(moved(state, to: "\(name).errored.tfstate"))"
            hints.append("push it with 'terraform state push' before anything else is applied")
        }
        if !log.text.isEmpty, write(log.text, to: "\(name).apply.log") {
            hints.append("its log is in \(name).apply.log")
        }
        let problem = Problem(
            kind, message, hint: hints.isEmpty ? nil : hints.joined(separator: "; "),
            location: failure.problem.location)
        return TerraformFailure(
            step: failure.step, diagnostics: failure.diagnostics, problem: problem, partial: log.partial)
    }

    /// Where the state is then; it stays in the scratch folder, which is kept, if it cannot be moved.
    private func moved(_ state: String, to place: String) -> String {
        do {
            try ScratchFolder.make(settings.keptFolder)
            try FileManager.default.moveItem(atPath: state, toPath: place)
            return place
        } catch {
            return state
        }
    }

    private func write(_ text: String, to file: String) -> Bool {
        guard (try? ScratchFolder.make(settings.keptFolder)) != nil else { return false }
        return FileManager.default.createFile(
            atPath: file, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600])
    }
}
