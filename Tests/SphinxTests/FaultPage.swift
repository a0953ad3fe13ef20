import Foundation
import Synchronization
import Testing

/// The page of the documentation whose tables say what became of each fault.
enum FaultPage {
    /// A table, by the words of its head.
    enum Table: String, CaseIterable {
        case faults = "| scenario | step | side | fault | next run | in the end | applies |"
        case overlaps = "| scenario | step | side | second job | held job | in the end | applies |"
        case rounds = "| jobs | rounds | applied | locked | waiting | nothing to do | violations |"
    }

    static let path = "Sources/sphinx/Documentation.docc/Faults.md"
    private static let access = Mutex(())

    private static let asked = ProcessInfo.processInfo.environment["SPHINX_FAULTS"]
    /// Whether everything is run, and not a part.
    private static let isWhole = asked == "all"
    private static let isRenewed = ProcessInfo.processInfo.environment["SPHINX_RENEW_GOLDENS"] != nil

    private static var file: URL {
        (0..<3).reduce(URL(filePath: #filePath)) { url, _ in url.deletingLastPathComponent() }.appending(path: path)
    }

    /// Looks for the rows, and writes all of them where the environment asks for it.
    static func expect(_ rows: [String], in table: Table) throws {
        if isWhole { try renew(rows, in: table) }
        let told = try String(contentsOf: file, encoding: .utf8)
        for row in rows where !told.contains(row) { Issue.record("\(path) does not say: \(row)") }
    }

    /// Figures that no two runs have in common are written, and not looked for.
    static func renew(_ rows: [String], in table: Table) throws {
        guard isRenewed else { return }
        try access.withLock { _ in
            let text = try String(contentsOf: file, encoding: .utf8)
            let head = try #require(text.range(of: "\(table.rawValue)\n"), "\(path) has no such table: \(table)")
            let end = text.range(of: "\n\n", range: head.upperBound..<text.endIndex)?.lowerBound ?? text.endIndex
            let line = String(repeating: "|---", count: table.rawValue.split(separator: "|").count) + "|"
            let renewed = text.replacingCharacters(
                in: head.upperBound..<end, with: ([line] + rows).joined(separator: "\n"))
            try (renewed.hasSuffix("\n") ? renewed : renewed + "\n").write(to: file, atomically: true, encoding: .utf8)
        }
    }

    /// All of them, those whose description begins as the environment says, or the ones of a run of the suite.
    static func chosen(of faults: [Fault], otherwise isChosen: (Fault) -> Bool) -> [Fault] {
        if isWhole { return faults }
        guard let asked else { return faults.filter(isChosen) }
        return faults.filter { "\($0)".hasPrefix(asked) }
    }
}
