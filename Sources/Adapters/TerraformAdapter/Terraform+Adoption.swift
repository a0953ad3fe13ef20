package import Domain
import Foundation

extension Terraform {
    /// Waits for an apply that outlived the Sphinx which began it, and says how it ended.
    ///
    /// One that completed leaves nothing behind; of one that failed the log stays, until its failure is in the ledger.
    package func adopted(from holder: String, in workspace: String) async throws(TerraformFailure) -> ApplyEnding? {
        let mark = ApplyMark(of: holder, in: workspace, settings)
        guard let content = mark.content else { return nil }
        try await wait(for: content, workspace)
        let output = FileManager.default.contents(atPath: content.log).map { String(decoding: $0, as: UTF8.self) } ?? ""
        let log = ApplyLog(output, settings.secrets.redactor(for: workspace))
        let state = "\(content.workspaceFolder)/\(ScratchFolder.erroredState)"
        let isLost = FileManager.default.fileExists(atPath: state)
        if isLost || (log.summary == nil && (log.error != nil || !log.begun.isEmpty)) {
            let failure = failure(in: log, isLost: isLost, "\(workspace): an apply that outlived its run")
            let kept = KeptFolder(of: workspace, settings).kept(failure, log, state: isLost ? state : nil)
            if !FileManager.default.fileExists(atPath: state) { content.removeAllButLog() }
            return .failed(kept)
        }
        try? FileManager.default.removeItem(atPath: content.scratch)
        mark.remove()
        return log.summary.map { .completed(ApplyResult(summary: $0, log: log.text)) }
    }

    /// In Terraform's words, where it had any.
    private func failure(in log: ApplyLog, isLost: Bool, _ subject: String) -> TerraformFailure {
        guard isLost || log.error != nil else { return .killed("\(subject) was killed", log) }
        return TerraformFailure(
            step: "apply", diagnostics: [],
            problem: Problem(.needsPerson, "\(subject) failed" + (log.error.map { ": \($0)" } ?? "")))
    }

    private func wait(for content: ApplyMark.Content, _ workspace: String) async throws(TerraformFailure) {
        let start = ContinuousClock.now
        while content.isRunning {
            guard ContinuousClock.now - start < settings.applyDeadline else {
                throw failure(
                    .needsPerson, "\(workspace): an apply that outlived its run still runs as process \(content.pid)",
                    hint: "look at it before anything else is applied")
            }
            do {
                try await Task.sleep(for: .milliseconds(100))
            } catch {
                throw failure(.passing, "\(workspace): waiting for an apply that outlived its run was interrupted")
            }
        }
    }

    private func failure(_ kind: Problem.Kind, _ message: String, hint: String? = nil) -> TerraformFailure {
        TerraformFailure(step: "apply", diagnostics: [], problem: Problem(kind, message, hint: hint))
    }
}
