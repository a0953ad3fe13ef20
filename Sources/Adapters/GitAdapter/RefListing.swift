import Domain

/// What `git ls-remote --symref` prints.
struct RefListing {
    private(set) var refs: [String: ObjectID] = [:]
    /// The branch that HEAD stands for.
    private(set) var headBranch: String?

    init(_ text: String) {
        for line in text.split(separator: "\n") {
            let columns = line.split(separator: "\t", maxSplits: 1)
            guard columns.count == 2 else { continue }
            if columns[0].hasPrefix("ref: refs/heads/"), columns[1] == "HEAD" {
                headBranch = String(columns[0].dropFirst("ref: refs/heads/".count))
            } else if let id = ObjectID(columns[0]) {
                refs[String(columns[1])] = id
            }
        }
    }
}

/// What `git push --porcelain` prints, and what the remote's hooks say beside it.
struct PushReport {
    private let lines: [(flag: Character, name: String, summary: String)]
    private let hookWords: String

    init(_ text: String, remoteWords: String) {
        lines = text.split(separator: "\n").compactMap { line in
            let columns = line.split(separator: "\t", omittingEmptySubsequences: false)
            guard columns.count >= 3, let flag = columns[0].first, let colon = columns[1].firstIndex(of: ":") else {
                return nil
            }
            return (flag, String(columns[1][columns[1].index(after: colon)...]), String(columns[2]))
        }
        hookWords = remoteWords.split(separator: "\n").filter { $0.hasPrefix("remote: ") }
            .map { $0.dropFirst(8).trimmed }.filter { !$0.isEmpty && !$0.hasPrefix("error:") }.joined(separator: " ")
    }

    /// Of an atomic push that failed: the culprits with their reasons, and all the others.
    func rejections(of updates: [RefUpdate]) -> [RefRejection] {
        let said = Dictionary(lines.filter { $0.flag == "!" }.map { ($0.name, $0.summary) }) { first, _ in first }
        guard !said.isEmpty else { return [] }
        return updates.map { update in
            // Where a request to merge is refused, git says of all other refs that its hook has failed.
            guard let summary = said[update.name], !summary.contains("atomic"), !summary.contains("proc-receive")
            else { return .collateral(update.name) }
            // A reason may hold parentheses of its own.
            let inside = summary.split(separator: "(", maxSplits: 1).last ?? ""
            let words = inside.hasSuffix(")") ? inside.dropLast() : inside
            return words == "stale info"
                ? .moved(update.name) : RefRejection(name: update.name, reason: reason(summary, words))
        }
    }

    private func reason(_ summary: String, _ words: Substring) -> String {
        summary.contains("hook declined") && !hookWords.isEmpty ? "\(words): \(hookWords)" : String(words)
    }
}
