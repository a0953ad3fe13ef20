package import Domain
import TerraformLanguage

/// Takes secrets out of the files that a model is sent; the edits cannot bring the marks into the code.
package struct PromptRedaction {
    private static let mark = "(redacted-"

    package let redacted: [SourceFile]

    /// Every literal that is secret, or that holds something secret, is taken out whole, so that the code stays code.
    package init(files: [SourceFile], redactor: Redactor = .plain) {
        let secrets = CodeSecrets(files, redactor)
        var count = 0
        redacted = files.map { file in
            guard (try? Document.parse(file.bytes, path: file.path)) != nil else {
                return SourceFile(path: file.path, text: "# this file cannot be read as HCL\n")
            }
            var bytes = file.bytes
            let places = secrets.places[file.path] ?? []
            count += places.count
            for (index, place) in places.reversed().enumerated() {
                let text = "\(Self.mark)\(count - index))"
                bytes.replaceSubrange(
                    place.range, with: Array((place.isComment ? "/* \(text) */" : "\"\(text)\"").utf8))
            }
            return SourceFile(path: file.path, bytes: bytes)
        }
    }

    /// An edit may not quote, move or copy what was taken out.
    package func refusal(of edits: [Edit]) -> Refusal? {
        let touches = edits.contains { edit in
            [Self.mark, Redactor.mark].contains { edit.search.contains($0) || edit.replace.contains($0) }
        }
        guard touches else { return nil }
        return Refusal(.redactedText, "an edit touches a redacted value; leave those lines out of search and replace")
    }
}
