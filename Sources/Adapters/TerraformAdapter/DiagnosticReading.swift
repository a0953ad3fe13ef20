import Domain
import Foundation

/// Finds Terraform's errors in `validate -json`, in the `-json` stream, or in plain output.
struct DiagnosticReading {
    /// Of the workspace, from the top of the repository; Terraform names files from there.
    let folder: String
    let redactor: Redactor

    func diagnostics(in text: String) -> [Diagnostic] {
        if let document = try? JSONDecoder().decode(JSONValue.self, from: Data(text.utf8)),
            let list = document["diagnostics"]?.array
        {
            return list.compactMap(diagnostic)
        }
        let streamed = text.split(separator: "\n").filter { $0.hasPrefix("{") }.compactMap { line in
            (try? JSONDecoder().decode(JSONValue.self, from: Data(line.utf8)))?["diagnostic"]
        }.compactMap(diagnostic)
        return streamed.isEmpty ? plain(text) : streamed
    }

    private func diagnostic(_ value: JSONValue) -> Diagnostic? {
        guard value["severity"]?.string == "error" else { return nil }
        let file = value.value(at: "range.filename")?.string
        let line = value.value(at: "range.start.line")?.scalarText.flatMap(Int.init)
        return Diagnostic(
            summary: redactor.redact(value["summary"]?.string ?? "Error"),
            detail: redactor.redact(value["detail"]?.string ?? ""), file: file.map { "\(folder)/\($0)" }, line: line)
    }

    /// `Error: summary`, an empty line, and the detail; boxes are drawn around it on a terminal.
    private func plain(_ text: String) -> [Diagnostic] {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            String(line.drop { "│╷╵ ".contains($0) })
        }
        guard let start = lines.firstIndex(where: { $0.hasPrefix("Error: ") }) else { return [] }
        let detail = lines[(start + 1)...].prefix { !$0.hasPrefix("Error: ") }.filter { !$0.isEmpty }
        return [
            Diagnostic(
                summary: redactor.redact(String(lines[start].dropFirst(7))),
                detail: redactor.redact(detail.prefix(20).joined(separator: "\n")))
        ]
    }
}
