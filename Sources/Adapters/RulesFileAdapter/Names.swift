/// What counts as a name.
enum Names {
    private static let longestShown = 80

    /// A name in a sentence; it may be as long as the file.
    static func shown(_ name: String) -> String {
        name.count > longestShown ? "\(name.prefix(longestShown))…" : name
    }

    static func article(_ word: String) -> String { word.first.map("aeiou".contains) == true ? "an" : "a" }

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

/// Numbers as people write them in rules.
enum Numbers {
    /// Also with `_` between digits, in any power of ten; nil for what is no number.
    static func read(_ text: String) -> Double? {
        hasLeadingZero(text) || isHexadecimal(text) ? nil : Double(text.replacing("_", with: ""))
    }

    /// In YAML 1.1 such a number is octal, in 1.2 it is decimal, and to people it is a code.
    static func hasLeadingZero(_ text: String) -> Bool {
        let digits = text.drop { $0 == "-" || $0 == "+" }
        return digits.first == "0" && digits.dropFirst().first?.isNumber == true
    }

    static func isHexadecimal(_ text: String) -> Bool { text.lowercased().contains("0x") }
}
