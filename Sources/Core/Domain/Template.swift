/// A text with `{name}` placeholders; `{{` and `}}` stand for braces.
///
/// Known names: `resource_id`, `address`, `value`, `threshold`, `duration_minutes`, `window`, `workspace`, `rule`,
/// `labels.x` for any label and `attr.x` for any attribute of the resource. Filters may follow, from left to right:
/// `{value|percent}`, `bytes`, `duration`, `round:N`, `upper`, `times:N`, `at_least:N`, `at_most:N`.
package struct Template: Hashable, Sendable {
    package enum Part: Hashable, Sendable {
        case text(String)
        case placeholder(name: String, filters: [Filter])
    }

    package enum Filter: Hashable, Sendable {
        case percent, bytes, duration, upper
        case round(Int)
        case times(Double), atLeast(Double), atMost(Double)
    }

    /// What is wrong with a template, and how many characters before it are right.
    package struct Mistake: Error, Equatable {
        package let message: String
        package let hint: String?
        package let offset: Int
    }

    package static let names = [
        "resource_id", "address", "value", "threshold", "duration_minutes", "window", "workspace", "rule",
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

    /// A text that holds no placeholder, whatever its braces look like.
    package static func plain(_ text: String) -> Template { Template(source: text, parts: [.text(text)]) }

    private init(source: String, parts: [Part]) {
        self.source = source
        self.parts = parts
    }

    /// Whether the text is one placeholder and nothing else.
    package var isPlaceholder: Bool {
        if parts.count == 1, case .placeholder = parts[0] { true } else { false }
    }

    /// The names of all placeholders.
    package var placeholders: Set<String> {
        Set(
            parts.compactMap { part in
                if case .placeholder(let name, _) = part { name } else { nil }
            })
    }

    private static func placeholder(_ inside: String, at offset: Int) throws(Mistake) -> Part {
        let pieces = inside.split(separator: "|", omittingEmptySubsequences: false).map { $0.trimmed }
        let name = pieces[0]
        let isOpen = ["labels.", "attr."].contains { name.hasPrefix($0) && name.count > $0.count }
        guard names.contains(name) || isOpen else {
            throw Mistake(message: "unknown placeholder '{\(name)}'", hint: hint(for: name), offset: offset)
        }
        var filters: [Filter] = []
        for piece in pieces.dropFirst() {
            guard let filter = filter(piece) else {
                throw Mistake(
                    message: "unknown filter '\(piece)'",
                    hint: "known: percent, bytes, duration, round:N, upper, times:N, at_least:N, at_most:N",
                    offset: offset)
            }
            filters.append(filter)
        }
        return .placeholder(name: name, filters: filters)
    }

    /// What was probably meant; after `labels.` and `attr.` any name may stand, and one has to.
    private static func hint(for name: String) -> String {
        let parts = name.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let rest = parts.count == 2 ? parts[1] : ""
        if rest.isEmpty, let near = Spelling.nearest(to: name, among: names) { return "did you mean '{\(near)}'?" }
        let open = parts.first.flatMap { Spelling.nearest(to: $0, among: ["labels", "attr"]) }
        if let open, !rest.isEmpty { return "did you mean '{\(open).\(rest)}'?" }
        return switch open {
        case "labels": "name a label, like '{labels.team}'"
        case "attr": "name an attribute, like '{attr.size}'"
        default: "known: \(names.joined(separator: ", ")), labels.NAME, attr.NAME"
        }
    }

    private static func filter(_ text: String) -> Filter? {
        let words = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard words.count == 2 else {
            return ["percent": .percent, "bytes": .bytes, "duration": .duration, "upper": .upper][text]
        }
        if words[0] == "round" { return Int(words[1]).flatMap { (0...9).contains($0) ? .round($0) : nil } }
        guard let number = Double(words[1]), number.isFinite else { return nil }
        return switch words[0] {
        case "times": .times(number)
        case "at_least": .atLeast(number)
        case "at_most": .atMost(number)
        default: nil
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
