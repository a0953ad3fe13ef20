import Foundation
import FoundationXML
import TestSupport

/// What GitHub's own Markdown parser makes of texts.
struct MarkdownStructure {
    /// Every node but texts, with its depth; a link with where it leads but for its query, HTML as it is, and `<code>` as a code span.
    private(set) var nodes: [String] = []
    /// What stands outside code, one entry for each stretch of text.
    private(set) var texts: [String] = []

    /// One process for all of them, with a line between; what leaves something open swallows that line.
    static func of(_ documents: [String]) async throws -> [MarkdownStructure] {
        let extensions = ["table", "strikethrough", "autolink", "tasklist"].flatMap { ["-e", $0] }
        let xml = try await Shell.run(
            "cmark-gfm", extensions + ["-t", "xml"], input: documents.joined(separator: "\n\n***\n\n"))
        let reader = Reader()
        let parser = XMLParser(data: Data(xml.utf8))
        parser.delegate = reader
        guard parser.parse() else {
            throw Shell.Failure(description: "cmark-gfm's XML: \(String(describing: parser.parserError))")
        }
        guard reader.structures.count == documents.count else {
            throw Shell.Failure(description: "a document leaves something open, or parts itself")
        }
        return reader.structures
    }

    private init() {}

    private final class Reader: NSObject, XMLParserDelegate {
        private(set) var structures = [MarkdownStructure()]
        private var depth = 0
        private var literal = ""
        private var isAfterText = false
        private var isInCode = false

        func parser(
            _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
            attributes: [String: String]
        ) {
            depth += 1
            literal = ""
            guard name != "text" else { return }
            isAfterText = false
            let destination = attributes["destination"].map { " to \($0.prefix { $0 != "?" })" } ?? ""
            let level = attributes["level"].map { " \($0)" } ?? ""
            if name == "thematic_break", depth == 2 {
                structures.append(MarkdownStructure())
            } else if name != "html_inline", name != "document" {
                note("\(depth) \(name)\(level)\(destination)")
            }
        }

        func parser(_ parser: XMLParser, foundCharacters string: String) { literal += string }

        func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
            depth -= 1
            switch name {
            // The machine's block holds the same words again, as base64.
            case "html_block": note(literal.replacing(/<!--sphinx:[A-Za-z0-9+\/=]*-->/, with: "<!--sphinx-->"))
            case "html_inline": note(html: literal)
            case "text": if !isInCode { note(text: literal) }
            default: isAfterText = false
            }
            literal = ""
        }

        private func note(html: String) {
            isAfterText = false
            isInCode = html == "<code>" || (isInCode && html != "</code>")
            if html == "<code>" { note("\(depth + 1) code") }
            if html != "<code>", html != "</code>" { note(html) }
        }

        private func note(_ node: String) { structures[structures.count - 1].nodes.append(node) }

        private func note(text: String) {
            let last = structures.count - 1
            if isAfterText, let end = structures[last].texts.indices.last {
                structures[last].texts[end] += text
            } else {
                structures[last].texts.append(text)
            }
            isAfterText = true
        }
    }
}
