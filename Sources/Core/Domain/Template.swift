/// A text with `{name}` placeholders; `{{` and `}}` stand for braces.
///
/// Known names: `resource_id`, `address`, `value`, `threshold`, `duration_minutes`, `workspace`, `rule`, and
/// `labels.x` for any label. A filter may follow: `{value|percent}`, `bytes`, `duration`, `round:N`, `upper`.
package struct Template: Hashable, Sendable {
    package enum Part: Hashable, Sendable {
        case text(String)
        case placeholder(name: String, filter: Filter?)
    }

    package enum Filter: Hashable, Sendable {
        case percent, bytes, duration, upper
        case round(Int)
    }

    /// What is wrong with a template, and how many characters before it are right.
    package struct Mistake: Error, Equatable {
        package let message: String
        package let hint: String?
        package let offset: Int
    }

    package static let names = [
        "resource_id", "address", "value", "threshold", "duration_minutes", "workspace", "rule",
    ]

    package let source: String
    package let parts: [Part]

    package init(parsing source: String) throws(Mistake) {
        self.source = source
        var parts: [Part] = []
        var text = ""
        let characters = Array(source)
        var index = 0
        while index < characters.count {
            let character = characters[index]
            if character == "{" || character == "}", index + 1 < characters.count, characters[index + 1] == character {
                text.append(character)
                index += 2
            } else if character == "{" {
                guard let end = characters[index...].firstIndex(of: "}") else {
                    throw Mistake(message: "'{' is never closed", hint: "write '{{' for a brace", offset: index)
                }
                if !text.isEmpty { parts.append(.text(text)) }
                text = ""
                parts.append(try Self.placeholder(String(characters[(index + 1)..<end]), at: index))
                index = end + 1
            } else if character == "}" {
                throw Mistake(message: "'}' closes nothing", hint: "write '}}' for a brace", offset: index)
            } else {
                text.append(character)
                index += 1
            }
        }
        if !text.isEmpty { parts.append(.text(text)) }
        self.parts = parts
    }

    private static func placeholder(_ inside: String, at offset: Int) throws(Mistake) -> Part {
        let pieces = inside.split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false)
            .map { $0.trimmed }
        let name = pieces[0]
        guard names.contains(name) || (name.hasPrefix("labels.") && name.count > 7) else {
            let near = Spelling.nearest(to: name, among: names + ["labels."])
            throw Mistake(
                message: "unknown placeholder '{\(name)}'",
                hint: near.map { "did you mean '{\($0)}'?" } ?? "known: \(names.joined(separator: ", ")), labels.NAME",
                offset: offset)
        }
        guard pieces.count > 1 else { return .placeholder(name: name, filter: nil) }
        guard let filter = filter(pieces[1]) else {
            throw Mistake(
                message: "unknown filter '\(pieces[1])'", hint: "known: percent, bytes, duration, round:N, upper",
                offset: offset)
        }
        return .placeholder(name: name, filter: filter)
    }

    private static func filter(_ text: String) -> Filter? {
        switch text {
        case "percent": .percent
        case "bytes": .bytes
        case "duration": .duration
        case "upper": .upper
        default:
            text.hasPrefix("round:")
                ? Int(text.dropFirst(6)).flatMap { (0...9).contains($0) ? .round($0) : nil } : nil
        }
    }
}

extension StringProtocol {
    /// The text without white space at its ends.
    package var trimmed: String {
        let start = firstIndex { !$0.isWhitespace } ?? endIndex
        let end = lastIndex { !$0.isWhitespace }.map { index(after: $0) } ?? start
        return String(self[start..<end])
    }
}
