package import Domain
import TerraformLanguage

/// Takes secrets out of the files that a model is sent; the edits cannot bring the marks into the code.
package struct PromptRedaction {
    /// Names of attributes whose literal values never leave; compared in lower case, by their parts.
    private static let sensitiveNames = [
        "password", "passwd", "secret", "token", "private_key", "api_key", "apikey", "access_key", "credential",
        "connection_string", "auth", "client_secret", "passphrase", "ssh_key", "certificate", "signing_key",
    ]
    private static let sensitiveStarts = [
        "AKIA", "ASIA", "AIza", "ghp_", "gho_", "glpat-", "xoxb-", "xoxp-", "eyJ", "-----BEGIN",
    ]
    private static let mark = "(redacted-"

    package let redacted: [SourceFile]

    package init(files: [SourceFile]) {
        var count = 0
        redacted = files.map { file in
            guard let document = try? Document.parse(file.bytes, path: file.path) else {
                return SourceFile(path: file.path, text: "# this file cannot be read as HCL\n")
            }
            var bytes = file.bytes
            let places =
                Self.secrets(in: document).map { ($0, "\"", "\"") }
                + Self.secretComments(in: document).map { ($0, "/* ", " */") }
            for (range, start, end) in places.sorted(by: { $0.0.lowerBound > $1.0.lowerBound }) {
                count += 1
                bytes.replaceSubrange(range, with: Array("\(start)\(Self.mark)\(count))\(end)".utf8))
            }
            return SourceFile(path: file.path, bytes: bytes)
        }
    }

    /// An edit may not quote, move or copy what was taken out.
    package func refusal(of edits: [Edit]) -> Refusal? {
        guard edits.contains(where: { $0.search.contains(Self.mark) || $0.replace.contains(Self.mark) }) else {
            return nil
        }
        return Refusal(.redactedText, "an edit touches a redacted value; leave those lines out of search and replace")
    }

    /// Comments that assign to a sensitive name, as code that was commented out does, or hold what looks secret.
    private static func secretComments(in document: Document) -> [Range<Int>] {
        document.comments.filter { range in
            let words = document.text(range).split { $0.isWhitespace || "\"'=:,;()[]{}".contains($0) }
            return words.contains { looksSecret(String($0)) } || assignsSecret(document.text(range))
        }
    }

    private static func assignsSecret(_ comment: String) -> Bool {
        comment.lowercased().split(whereSeparator: \.isNewline).contains { line in
            guard let sign = line.firstIndex(where: { $0 == "=" || $0 == ":" }),
                line[line.index(after: sign)...].contains(where: { !$0.isWhitespace })
            else { return false }
            return sensitiveNames.contains { line[..<sign].contains($0) }
        }
    }

    private static func secrets(in document: Document) -> [Range<Int>] {
        document.body.blocks.flatMap { block in
            document.leaves(of: block.body).flatMap { leaf in
                secrets(
                    in: leaf.expression, named: block.type == "variable" ? "\(block.address).\(leaf.path)" : leaf.path,
                    document)
            }
        }
    }

    private static func secrets(in expression: Expression, named path: String, _ document: Document) -> [Range<Int>] {
        let name = path.lowercased()
        let isSensitive = sensitiveNames.contains { name.contains($0) }
        return document.tokens(in: expression.range).filter { token in
            switch token.kind {
            case .string, .heredoc: isSensitive || looksSecret(document.text(token))
            default: false
            }
        }.map(\.range)
    }

    /// A known prefix, or a long word of many different characters (4 bits a character and more).
    private static func looksSecret(_ quoted: String) -> Bool {
        let text = quoted.trimmingQuotes
        if sensitiveStarts.contains(where: { text.contains($0) }) { return true }
        guard text.count >= 32, text.allSatisfy({ $0.isASCII && !$0.isWhitespace }), !text.contains(":"),
            !text.contains(".")
        else { return false }
        return Entropy.bitsPerCharacter(of: text) > 4.2
    }
}

extension String {
    fileprivate var trimmingQuotes: String { hasPrefix("\"") ? String(dropFirst().dropLast()) : self }
}
