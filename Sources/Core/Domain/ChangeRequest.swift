import Foundation

/// What a person asks for, in their own words and language.
package struct ChangeRequest: Hashable, Sendable, Codable {
    /// What stands where other proposals name their rule.
    package static let rule = "request"
    private static let longest = 8_000

    /// A question of the model, and what the person said to it.
    package struct Answer: Hashable, Sendable, Codable {
        package let question: String
        package let answer: String

        package init(question: String, answer: String) {
            self.question = question
            self.answer = answer
        }
    }

    /// In composed characters (NFC), without control characters and without spaces at its ends.
    package let text: String
    /// The only file of the workspace's folder that may change or be made; nil leaves the choice to the model.
    package let file: String?
    package let allowsDestroy: Bool
    package let allowsReplace: Bool
    /// What was answered on the way; no part of what the request is.
    package var answers: [Answer] = []

    package init(
        _ words: String, file: String? = nil, allowsDestroy: Bool = false, allowsReplace: Bool = false
    ) throws(Problem) {
        text = Self.clean(words)
        guard !text.isEmpty else {
            throw Problem(.needsPerson, "the request is empty", hint: "say what should change")
        }
        guard text.count <= Self.longest else {
            throw Problem(
                .needsPerson, "the request has \(text.count) characters; \(Self.longest) are allowed",
                hint: "ask for one change at a time")
        }
        if let file, let mistake = CodeFileName.mistake(in: file) {
            throw Problem(.needsPerson, "'\(file)' \(mistake)", hint: "write it like --file cache.tf")
        }
        self.file = file
        self.allowsDestroy = allowsDestroy
        self.allowsReplace = allowsReplace
    }

    /// The same words in another layout are the same request.
    package func key(in workspace: String) -> ProposalKey {
        ProposalKey(workspace: workspace, rule: Self.rule, address: Digest(of: [words]).hex)
    }

    /// Words and permissions: what an answer depends on.
    package var digest: Digest {
        Digest(of: [Self.rule, words, file ?? "", "\(allowsDestroy)", "\(allowsReplace)"])
    }

    /// In one line.
    package var words: String { text.split(whereSeparator: \.isWhitespace).joined(separator: " ") }

    private static func clean(_ words: String) -> String {
        let scalars = words.precomposedStringWithCanonicalMapping.unicodeScalars.filter { scalar in
            if scalar == "\n" || scalar == "\t" { return true }
            let category = scalar.properties.generalCategory
            return category != .control && category != .format
        }
        return String(String.UnicodeScalarView(scalars)).trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
