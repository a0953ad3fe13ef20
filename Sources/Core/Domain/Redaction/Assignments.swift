/// Values that a text assigns to telling names: `password = "…"`, `"token": "…"`, `api_key=…`, a heredoc.
enum Assignments {
    private static let longestName = 80
    private static let shortestBare = 4
    private static let shortestInProse = 6
    /// What is read of a bare value to judge it; it may be as long as the text.
    private static let longestJudged = 512
    /// A heredoc within so many others is their text.
    private static let mostHeredocs = 8
    /// What code assigns instead of a value.
    private static let references = [
        "var.", "local.", "module.", "data.", "each.", "self.", "random_", "aws_", "google_", "azurerm_", "vault_",
        "ephemeral.", "$", "(",
    ]

    static func places(in bytes: [UInt8]) -> [Range<Int>] {
        var places: [Range<Int>] = []
        // The same names come again and again.
        var judged: [String: Bool] = [:]
        var open = Open()
        for sign in bytes.indices where bytes[sign] == UInt8(ascii: "=") || bytes[sign] == UInt8(ascii: ":") {
            guard let name = name(endingBefore: sign, in: bytes) else { continue }
            let isTelling = judged[name] ?? SensitiveName.matches(name)
            judged[name] = isTelling
            if isTelling { places += values(after: sign, named: name, in: bytes, &open) }
        }
        return places
    }

    // MARK: Names

    /// The name that a value at an index is assigned to.
    static func name(before value: Int, in bytes: [UInt8]) -> String? {
        var index = value - 1
        while index >= 0, isQuote(bytes[index]) || isSpace(bytes[index]) { index -= 1 }
        guard index >= 0, bytes[index] == UInt8(ascii: "=") || bytes[index] == UInt8(ascii: ":") else { return nil }
        return name(endingBefore: index, in: bytes)
    }

    private static func name(endingBefore sign: Int, in bytes: [UInt8]) -> String? {
        var end = sign
        while end > 0, isSpace(bytes[end - 1]) { end -= 1 }
        while end > 0, isQuote(bytes[end - 1]) { end -= 1 }
        var start = end
        while start > 0, end - start < longestName, isInName(bytes[start - 1]) { start -= 1 }
        return start == end ? nil : String(decoding: bytes[start..<end], as: UTF8.self)
    }

    private static func isInName(_ byte: UInt8) -> Bool { byte.isAlphanumeric || "_-.".utf8.contains(byte) }
    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
    private static func isQuote(_ byte: UInt8) -> Bool { "\"'\\".utf8.contains(byte) }

    // MARK: Values

    /// What began before a sign and goes on after it; each is walked once.
    private struct Open {
        var bare = KnownRun()
        /// Where they end.
        var heredocs: [Int] = []
    }

    private static func values(
        after sign: Int, named name: String, in bytes: [UInt8], _ open: inout Open
    ) -> [Range<Int>] {
        var start = sign + 1
        while start < bytes.count, isSpace(bytes[start]) { start += 1 }
        guard start < bytes.count else { return [] }
        if let quoted = quoted(at: start, in: bytes) {
            return ([quoted] + arrow(after: quoted, in: bytes)).filter {
                !SensitiveName.isHarmless(value: String(decoding: bytes[$0], as: UTF8.self))
            }
        }
        if let heredoc = heredoc(at: start, in: bytes, &open.heredocs) { return heredoc }
        let end = open.bare.end(in: bytes, from: start) { $0 > 0x20 && !";&,\"'`)]}<>|\\".utf8.contains($0) }
        let isSure = start == sign + 1 && bytes[sign] != UInt8(ascii: ":")
        return isBare(bytes[start..<end], isSure: isSure, name) ? [start..<end] : []
    }

    /// What stands between quotes, which may be escaped themselves where the text stands in another one.
    private static func quoted(at start: Int, in bytes: [UInt8]) -> Range<Int>? {
        let marks = bytes[start...].prefix { $0 == UInt8(ascii: "\\") }.count
        let quote = start + marks
        guard quote < bytes.count, bytes[quote] == UInt8(ascii: "\"") || bytes[quote] == UInt8(ascii: "'") else {
            return nil
        }
        let content = quote + 1
        for end in content..<bytes.count {
            if bytes[end] == 0x0A { return content..<end }
            if closes(bytes, at: end, quote: bytes[quote], marks) { return content..<max(content, end - marks) }
        }
        return content..<bytes.count
    }

    /// The same quote with as many backslashes before it, and none of its own.
    private static func closes(_ bytes: [UInt8], at index: Int, quote: UInt8, _ marks: Int) -> Bool {
        guard bytes[index] == quote else { return false }
        return bytes[..<index].reversed().prefix { $0 == UInt8(ascii: "\\") }.count <= marks
    }

    /// Plans write `"old" -> "new"`.
    private static func arrow(after value: Range<Int>, in bytes: [UInt8]) -> [Range<Int>] {
        let next = Array("\" -> \"".utf8)
        guard bytes[value.upperBound...].starts(with: next) else { return [] }
        return quoted(at: value.upperBound + next.count - 1, in: bytes).map { [$0] } ?? []
    }

    /// The lines of a heredoc; of a difference only those of the same side, as far as the hunk goes.
    private static func heredoc(at start: Int, in bytes: [UInt8], _ open: inout [Int]) -> [Range<Int>]? {
        guard bytes[start...].starts(with: "<<".utf8),
            let first = bytes[start...].prefix(longestName).firstIndex(of: 0x0A)
        else { return nil }
        let word = String(decoding: bytes[(start + 2)..<first], as: UTF8.self).filter { $0 != "-" }.trimmed
        guard !word.isEmpty, word.allSatisfy({ $0.isLetter || $0 == "_" }) else { return nil }
        open.removeAll { $0 <= start }
        guard open.count < mostHeredocs else { return [] }
        let head = bytes[..<start].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        let other: UInt8? = [UInt8(ascii: "-"): UInt8(ascii: "+"), UInt8(ascii: "+"): UInt8(ascii: "-")][bytes[head]]
        var lines: [Range<Int>] = []
        var line = first + 1
        while line < bytes.count {
            let end = bytes[line...].firstIndex(of: 0x0A) ?? bytes.count
            let content = Bytes.run(in: bytes, from: line) { " \t+-".utf8.contains($0) }
            let isHunk = ["@@ ", "--- "].contains { Bytes.stands($0, in: bytes, at: line) }
            if isHunk || bytes[min(content, end)..<end].elementsEqual(word.utf8) { break }
            if content < end, bytes[line] != other { lines.append(content..<end) }
            line = end + 1
        }
        open.append(line)
        return lines
    }

    /// Without quotes: surely right after `=`, else with a letter and a digit, as what follows may be a sentence.
    private static func isBare(_ value: ArraySlice<UInt8>, isSure: Bool, _ name: String) -> Bool {
        let text = String(decoding: value.prefix(longestJudged), as: UTF8.self)
        guard !SensitiveName.isHarmless(value: text), !references.contains(where: { text.hasPrefix($0) }) else {
            return false
        }
        if isSure { return value.count >= shortestBare }
        let isTelling = text.utf8.contains(where: \.isDigit) && text.contains(where: \.isLetter)
        return isTelling && value.count >= shortestInProse && SensitiveName.matchesAtEnd(name)
    }
}
