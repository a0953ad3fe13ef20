import Domain
import Foundation

/// Finds Terraform's errors in `validate -json`, in the `-json` stream, or in plain output.
struct DiagnosticReading {
    private static let longestDetail = 4_000

    /// Of the workspace, from the top of the repository; Terraform names files from there.
    let folder: String
    let redactor: Redactor

    func diagnostics(in text: String) -> [Diagnostic] {
        if let list = Self.json(text)?["diagnostics"]?.array { return list.compactMap(diagnostic) }
        let streamed = text.split(separator: "\n").filter { $0.hasPrefix("{") }.compactMap {
            Self.json($0)?["diagnostic"]
        }.compactMap(diagnostic)
        return streamed.isEmpty ? PlainDiagnostics.all(in: text).map(placed) : streamed
    }

    static func json(_ text: some StringProtocol) -> JSONValue? {
        try? JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
    }

    private func diagnostic(_ value: JSONValue) -> Diagnostic? {
        guard value["severity"]?.string == "error" else { return nil }
        return placed(
            Diagnostic(
                summary: value["summary"]?.string ?? "Error",
                detail: (value["detail"]?.string ?? "").trimmed, file: value.value(at: "range.filename")?.string,
                line: value.value(at: "range.start.line")?.scalarText.flatMap { Int($0) }))
    }

    /// With the file's path from the top of the repository, without secrets, and only then cut.
    private func placed(_ diagnostic: Diagnostic) -> Diagnostic {
        let path = diagnostic.file.flatMap(path)
        return Diagnostic(
            summary: redactor.redact(diagnostic.summary),
            detail: String(redactor.redact(diagnostic.detail).prefix(Self.longestDetail)), file: path,
            line: path == nil ? nil : diagnostic.line)
    }

    /// Nil for a file that is not the repository's, such as a downloaded module's.
    private func path(_ name: String) -> String? {
        if name.hasPrefix("/") { return nil }
        var steps: [Substring] = []
        for step in "\(folder)/\(name)".split(separator: "/") where step != "." {
            if step != ".." {
                steps.append(step)
            } else if steps.popLast() == nil {
                return nil
            }
        }
        return steps.joined(separator: "/")
    }
}
