import Foundation
package import Testing

/// Compares a text with a file beside the test; `SPHINX_RENEW_GOLDENS=1` writes the files anew.
package enum Golden {
    package static func expect(
        _ text: String, _ name: String, file: String = #filePath, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let url = URL(filePath: file).deletingLastPathComponent().appending(path: "Goldens/\(name)")
        if ProcessInfo.processInfo.environment["SPHINX_RENEW_GOLDENS"] != nil {
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: url)
        }
        let expected = (try? String(contentsOf: url, encoding: .utf8)) ?? ""
        guard text != expected else { return }
        let folder = try TemporaryFolder()
        let found = try folder.write(text, to: "found")
        let difference = try? await Shell.run(
            "sh", ["-c", "diff -u '\(url.path(percentEncoded: false))' '\(found)'; true"])
        Issue.record("\(name) differs:\n\(difference ?? text)", sourceLocation: sourceLocation)
    }
}
