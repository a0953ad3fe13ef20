/// What went wrong, sorted by what happens next, with the place and the way out.
package struct Problem: Error, Hashable, Sendable {
    /// What has to happen before the same step can succeed.
    package enum Kind: String, Codable, Sendable {
        /// The next run may succeed without anyone doing anything.
        case passing
        /// A person has to change something first.
        case needsPerson = "needs_person"
        /// Sphinx itself is at fault.
        case bug
    }

    package let kind: Kind
    package let message: String
    package let hint: String?
    package let location: SourceLocation?

    package init(_ kind: Kind, _ message: String, hint: String? = nil, location: SourceLocation? = nil) {
        self.kind = kind
        self.message = message
        self.hint = hint
        self.location = location
    }
}

extension Problem: CustomStringConvertible {
    /// `rules.yml:12:7: message; hint`, followed by the line and a caret where the text is known.
    package var description: String {
        let sentence = hint.map { "\(message); \($0)" } ?? message
        guard let location else { return sentence }
        return "\(location): \(sentence)" + (location.snippet.map { "\n\($0)" } ?? "")
    }
}

/// Every problem of one input, in the order of their places.
package struct Problems: Error, Equatable, Sendable {
    package let all: [Problem]

    package init(_ all: [Problem]) {
        self.all = all
    }
}
