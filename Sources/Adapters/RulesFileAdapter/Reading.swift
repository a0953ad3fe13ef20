import Domain

/// Reads one file and gathers every problem on the way.
final class Reading {
    private static let largest = 1 << 20

    let file: SourceFile
    private let lines: [Substring]
    /// What YAML 1.1 takes for the end of a line; a carriage return and a line feed are one character here.
    private static let breaks: Set<Character> = ["\n", "\r\n", "\r", "\u{85}", "\u{2028}", "\u{2029}"]
    private(set) var problems: [Problem] = []

    init(_ file: SourceFile) {
        self.file = file
        lines =
            file.bytes.count > Self.largest
            ? [] : Self.text(of: file).split(omittingEmptySubsequences: false) { Self.breaks.contains($0) }
    }

    /// Without a byte order mark, which is no part of the first line.
    private static func text(of file: SourceFile) -> Substring {
        let text = file.text
        return text.unicodeScalars.first == "\u{FEFF}" ? Substring(text.unicodeScalars.dropFirst()) : Substring(text)
    }

    /// The root of the document; nil for an empty file, or after a problem.
    func root() -> YAMLNode? {
        guard file.bytes.count <= Self.largest else {
            problems.append(Problem(.needsPerson, "\(file.path) is larger than 1 MiB", hint: "split it"))
            return nil
        }
        guard !file.isLargeFilePointer else {
            problems.append(
                Problem(
                    .needsPerson, SourceFile.pointerReason, hint: SourceFile.pointerHint,
                    location: location(line: 0, column: 0)))
            return nil
        }
        guard var composer = YAMLComposer(file.bytes) else { return nil }
        do throws(YAMLEvents.Mistake) {
            return try composer.document()
        } catch {
            problems.append(
                Problem(.needsPerson, error.message, location: location(line: error.line, column: error.column)))
            return nil
        }
    }

    /// The root of a document that has to say something: an empty file is a mapping without keys.
    func filledRoot() -> YAMLNode? {
        if let root = root() { return root }
        return problems.isEmpty ? YAMLNode(value: .map([]), line: 0, column: 0, textOffset: -1) : nil
    }

    func refuse(_ message: String, hint: String? = nil, at node: YAMLNode, offset: Int = 0) {
        problems.append(Problem(.needsPerson, message, hint: hint, location: location(node, offset: offset)))
    }

    func location(_ node: YAMLNode, offset: Int = 0) -> SourceLocation {
        let shift = node.textOffset < 0 ? 0 : offset == 0 ? 0 : node.textOffset + offset
        return location(line: node.line, column: node.column, shift: shift)
    }

    /// The column is counted in code points, as libyaml does, and told in characters, as people do.
    private func location(line: Int, column: Int, shift: Int = 0) -> SourceLocation {
        let text = lines.indices.contains(line) ? lines[line] : ""
        let before = Substring(text.unicodeScalars.prefix(column))
        let characters = before.count + column - before.unicodeScalars.count
        return SourceLocation(
            file: file.path, line: line + 1, column: characters + shift + 1,
            text: String(text.last == "\r" ? text.dropLast() : text))
    }

    /// All problems in the order of their places; the answer of a file that has none.
    func finish<Value>(_ value: Value) throws(Problems) -> Value {
        guard problems.isEmpty else {
            throw Problems(
                problems.enumerated().sorted { left, right in
                    (left.element.location?.line ?? 0, left.element.location?.column ?? 0, left.offset)
                        < (right.element.location?.line ?? 0, right.element.location?.column ?? 0, right.offset)
                }.map(\.element))
        }
        return value
    }
}
