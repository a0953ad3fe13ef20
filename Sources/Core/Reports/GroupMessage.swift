/// The commit of a branch that holds several proposals.
package enum GroupMessage {
    private static let longestLine = 300

    package static func text(subject: String, lines: [String], trailers: [(String, String)]) -> String {
        let list = lines.map { "- " + CommitMessage.prose(Escaping.line(String($0.dropFirst(2)), limit: longestLine)) }
        return CommitMessage.assembled(
            "sphinx: \(subject)",
            [
                CommitMessage.Section(words: [
                    "Each one has its page in `proposals/`, with its own plan and evidence. Merging this branch approves "
                        + "all of them; to take only some, merge their own branches.",
                    list.joined(separator: "\n"),
                ])
            ], trailers)
    }
}
