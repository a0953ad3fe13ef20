import Domain
import Foundation
import TerraformLanguage

/// The `# sphinx:ignore` comments directly above a block.
struct IgnoreComments {
    private static let mark = "sphinx:ignore"

    private(set) var all: [IgnoreComment] = []
    private(set) var mistakes: [FolderReading.Mistake] = []

    /// Line by line upwards, as a file may have a hundred thousand blocks.
    init(above block: Block, in document: Document) {
        let bytes = document.bytes
        // What stands before the block on its own line is no comment.
        var end = Self.lineStart(before: block.range.lowerBound, in: bytes)
        while end > 0 {
            let start = Self.lineStart(before: end - 1, in: bytes)
            let line = String(decoding: bytes[start..<(end - 1)], as: UTF8.self)
            guard line.trimmed.hasPrefix("#") || line.trimmed.hasPrefix("//") else { break }
            let words = line.trimmed.drop { "#/ ".contains($0) }
            if words.hasPrefix(Self.mark) {
                let number = bytes[..<start].count { $0 == UInt8(ascii: "\n") } + 1
                read(String(words.dropFirst(Self.mark.count)), line: number, text: line, file: document.path)
            }
            end = start
        }
    }

    private static func lineStart(before place: Int, in bytes: [UInt8]) -> Int {
        (bytes[..<place].lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1
    }

    private mutating func read(_ words: String, line: Int, text: String, file: String) {
        let reason = words.firstRange(of: "reason=").map { words[$0.upperBound...].trimmed } ?? ""
        let head = words.firstRange(of: "reason=").map { String(words[..<$0.lowerBound]) } ?? words
        let parts = head.split(separator: " ").map(String.init)
        let until = parts.first { $0.hasPrefix("until=") }.map { String($0.dropFirst(6)) }
        guard let rule = parts.first, !rule.contains("="), !reason.isEmpty else {
            return refuse("it needs a rule and a reason", line, text, file)
        }
        let end = until.flatMap { try? Date("\($0)T23:59:59Z", strategy: .iso8601) }
        if let until, end == nil { return refuse("'\(until)' is no day", line, text, file) }
        all.append(
            IgnoreComment(
                rule: rule == "*" ? "**" : rule, until: end?.timeIntervalSince1970,
                reason: reason.trimmingCharacters(in: CharacterSet(charactersIn: "\"")), line: line))
    }

    private mutating func refuse(_ why: String, _ line: Int, _ text: String, _ file: String) {
        mistakes.append(
            FolderReading.Mistake(
                message: "the comment '\(Self.mark)' is not understood: \(why)",
                hint: "write it like # \(Self.mark) aws/ec2-idle until=2027-03-31 reason=needed for recovery",
                file: file,
                line: line,
                column: (text.firstIndex { !$0.isWhitespace }.map { text.distance(from: text.startIndex, to: $0) } ?? 0)
                    + 1,
                text: Redactor.plain.redact(text)))
    }
}
