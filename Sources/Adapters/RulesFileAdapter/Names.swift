/// What counts as a name.
enum Names {
    /// A letter or `_`, then letters, digits and `_`, all of ASCII.
    static func isIdentifier(_ text: some StringProtocol) -> Bool {
        text.first.map { $0.isASCII && ($0.isLetter || $0 == "_") } == true
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
    }

    /// Identifiers, or indices after the first, with dots between.
    static func isPath(_ text: String) -> Bool {
        let steps = text.split(separator: ".", omittingEmptySubsequences: false)
        guard let first = steps.first, isIdentifier(first) else { return false }
        return steps.dropFirst().allSatisfy { step in
            step == "*"
                || !step.isEmpty && step.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_-".contains($0)) }
        }
    }
}
