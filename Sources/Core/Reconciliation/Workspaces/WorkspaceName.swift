import Domain

/// Paths below `workspaces/` that a new workspace may have.
enum WorkspaceName {
    private static let longest = 120

    /// The problem with a name; nil where there is none.
    static func problem(with name: String, among known: [String]) -> Problem? {
        let steps = name.split(separator: "/", omittingEmptySubsequences: false)
        guard !name.isEmpty, name.utf8.count <= longest, steps.allSatisfy(isPlain) else {
            return Problem(
                .needsPerson, "'\(name)' is no name of a workspace",
                hint: "write its path below workspaces/ in lower-case letters, digits, '-' and '_', like prod/web")
        }
        // Folders that differ by case alone are one folder on some disks.
        guard let twin = known.first(where: { $0.lowercased() == name }) else { return nil }
        return Problem(.needsPerson, "there is a workspace '\(twin)' already", hint: "choose another name")
    }

    private static func isPlain(_ step: Substring) -> Bool {
        guard let first = step.first, first.isLetter || first.isNumber else { return false }
        return step.allSatisfy { $0.isASCII && ($0.isLowercase || $0.isNumber || $0 == "-" || $0 == "_") }
    }
}
