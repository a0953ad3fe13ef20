package import Domain
import Foundation

extension Terraform {
    /// Waits for an apply that outlived the Sphinx which began it, and says how it ended.
    ///
    /// Throws where it failed or could not save its state; nil where there was none, or where it was cut off.
    package func adopted(from holder: String, in workspace: String) async throws(TerraformFailure) -> ApplyResult? {
        let mark = ApplyMark(of: holder, in: workspace, settings)
        guard let content = mark.content else { return nil }
        try await wait(for: content, workspace)
        let log = FileManager.default.contents(atPath: content.log).map { String(decoding: $0, as: UTF8.self) } ?? ""
        let read = ApplyLog(log, settings.secrets.redactor(for: workspace))
        let state = "\(content.workspaceFolder)/errored.tfstate"
        guard !FileManager.default.fileExists(atPath: state) else {
            throw failure(
                .needsPerson,
                "\(workspace): an apply that outlived its run could not save its state, which is in \(state)",
                hint: "push it with 'terraform state push' and remove the file; until then nothing is applied here")
        }
        try? FileManager.default.removeItem(atPath: content.scratch)
        mark.remove()
        if read.summary == nil, let error = read.error { throw failed(workspace, error, read) }
        return read.summary.map { ApplyResult(summary: $0, log: read.text) }
    }

    private func failed(_ workspace: String, _ error: String, _ log: ApplyLog) -> TerraformFailure {
        TerraformFailure(
            step: "apply", diagnostics: [],
            problem: Problem(.needsPerson, "\(workspace): an apply that outlived its run failed: \(error)"),
            partial: log.partial)
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
