/// A piece of HTML or SVG: texts and attributes are escaped when it is written, and names come from the code alone.
package indirect enum Markup: Sendable {
    case text(String)
    case element(StaticString, [(name: StaticString, value: String)], [Markup])
    /// Written as it is, as the content of `style` is not text.
    case style(StaticString)

    /// An attribute that is nil is left out.
    package init(
        _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String?> = [:],
        @MarkupBuilder _ content: () -> [Markup] = { [] }
    ) {
        let given = attributes.compactMap { name, value in value.map { (name: name, value: $0) } }
        self = .element(name, given, content())
    }

    package init(_ name: StaticString, _ attributes: KeyValuePairs<StaticString, String?>, _ text: String) {
        self.init(name, attributes) { text }
    }

    package init(_ name: StaticString, _ text: String) {
        self = .element(name, [], [.text(text)])
    }
}

extension Markup {
    /// A name that may be long, with places to break it at: behind its slashes, dots and underscores.
    static func name(_ text: String) -> [Markup] {
        var pieces: [Markup] = []
        var current = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if scalar.isWord, let last = current.last, "/._".unicodeScalars.contains(last) {
                pieces += [.text(String(current)), Markup("wbr")]
                current = String.UnicodeScalarView()
            }
            current.append(scalar)
        }
        return pieces + [.text(String(current))]
    }
}

/// Lists of pieces, with `if` and `for` in them.
@resultBuilder package enum MarkupBuilder {
    package static func buildExpression(_ piece: Markup) -> [Markup] { [piece] }
    package static func buildExpression(_ pieces: [Markup]) -> [Markup] { pieces }
    package static func buildExpression(_ text: String) -> [Markup] { [.text(text)] }
    package static func buildBlock(_ parts: [Markup]...) -> [Markup] { parts.flatMap(\.self) }
    package static func buildArray(_ parts: [[Markup]]) -> [Markup] { parts.flatMap(\.self) }
    package static func buildOptional(_ part: [Markup]?) -> [Markup] { part ?? [] }
    package static func buildEither(first part: [Markup]) -> [Markup] { part }
    package static func buildEither(second part: [Markup]) -> [Markup] { part }
}

extension Markup {
    /// Of HTML, which have no end tag; SVG has none of them.
    private static let empty: Set<String> = ["meta", "wbr"]
    /// Within a line of text, where a line break would show as a space.
    private static let inline: Set<String> = [
        "a", "b", "code", "span", "strong", "small", "text", "title", "pre", "time", "wbr",
    ]

    /// As HTML, or as XML where it is an SVG.
    package var written: String {
        switch self {
        case .text(let text): return Escaping.xml(text)
        case .style(let text): return "<style>\n\(text)\n</style>\n"
        case .element(let name, let attributes, let content):
            let name = String(describing: name)
            let given = attributes.map { " \($0.name)=\"\(Escaping.xml($0.value))\"" }.joined()
            let end = Self.inline.contains(name) ? "" : "\n"
            if Self.empty.contains(name) { return "<\(name)\(given)>\(end)" }
            return "<\(name)\(given)>\(content.map(\.written).joined())</\(name)>\(end)"
        }
    }
}
