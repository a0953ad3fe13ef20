import Domain
import Foundation
import Reports

/// The files and the stream through which a step of GitHub Actions tells what came of it.
struct GitHubActions {
    private let settings: Settings
    private let console: Console

    /// Nil outside of GitHub Actions.
    init?(_ settings: Settings, _ console: Console) {
        guard settings.text("GITHUB_ACTIONS") == "true" else { return nil }
        self.settings = settings
        self.console = console
    }

    /// Standard output stays the report's alone; the runner reads commands from either stream.
    func tell(_ report: RunReport) {
        console.note(GitHubStep.annotations(report))
        append(report.markdown, to: "GITHUB_STEP_SUMMARY")
        append(GitHubStep.outputs(report), to: "GITHUB_OUTPUT")
    }

    /// The runner makes the file; a step that cannot write it has done its work all the same.
    private func append(_ text: String, to name: String) {
        guard let path = settings.text(name) else { return }
        do {
            let file = try FileHandle(forUpdating: URL(filePath: path))
            defer { try? file.close() }
            try file.seekToEnd()
            try file.write(contentsOf: Data(console.redacted(text).utf8))
        } catch {
            console.warning("\(name): '\(path)' cannot be written")
        }
    }
}
