import Domain
import Foundation
import Testing

@Suite("What the history stores")
struct HistoryTests {
    private static let entry = EntryTexts(
        run: "r", time: "t", workspace: "w", action: "a", status: "s", subject: "u", details: "{}")

    @Test(
        "times are told with milliseconds, also before 1970, and read back",
        arguments: [
            (0.0, "1970-01-01T00:00:00.000Z"), (0.001, "1970-01-01T00:00:00.001Z"),
            (-0.001, "1969-12-31T23:59:59.999Z"), (-1.5, "1969-12-31T23:59:58.500Z"),
            (1_795_867_200.0004, "2026-11-28T12:00:00.000Z"), (1_795_867_200.0006, "2026-11-28T12:00:00.001Z"),
            (1_795_867_199.9996, "2026-11-28T12:00:00.000Z"), (1_795_867_200.12, "2026-11-28T12:00:00.120Z"),
        ])
    func times(seconds: Double, text: String) throws {
        #expect(EntryTexts.time(Date(timeIntervalSince1970: seconds)) == text)
        let read = try #require(EntryTexts.date(text))
        #expect(EntryTexts.time(read) == text && abs(read.timeIntervalSince1970 - seconds) < 0.001)
    }

    @Test("every millisecond of a second is written as it was read")
    func milliseconds() throws {
        for millisecond in stride(from: 0, through: 999, by: 7) {
            let text = "2026-03-01T23:59:59.\(String(millisecond + 1_000).dropFirst())Z"
            #expect(EntryTexts.time(try #require(EntryTexts.date(text))) == text)
        }
    }

    @Test(
        "what is no time is none", arguments: ["", "yesterday", "2026-11-28", "2026-13-01T00:00:00.000Z", "1795867200"])
    func noTimes(text: String) {
        #expect(EntryTexts.date(text) == nil)
    }

    @Test("an entry becomes its texts, with its details in their one form")
    func texts() {
        let entry = HistoryEntry(
            run: "r", time: Date(timeIntervalSince1970: 1), action: "apply", status: "done",
            details: .object(["b": .integer(1), "a": .null]))
        #expect(
            EntryTexts(entry)
                == EntryTexts(
                    run: "r", time: "1970-01-01T00:00:01.000Z", workspace: nil, action: "apply", status: "done",
                    subject: nil, details: "{\"a\":null,\"b\":1}"))
    }

    @Test("a hash tells every change of a row, of its number and of the row before")
    func hashes() {
        let first = Self.entry
        let texts = { (workspace: String?, subject: String?, details: String) in
            EntryTexts(
                run: "r", time: "t", workspace: workspace, action: "a", status: "s", subject: subject, details: details)
        }
        let others = [
            first.hash(at: 2, after: "x"), first.hash(at: 1, after: "y"),
            EntryTexts(run: "R", time: "t", workspace: "w", action: "a", status: "s", subject: "u", details: "{}")
                .hash(at: 1, after: "x"),
            EntryTexts(run: "r", time: "T", workspace: "w", action: "a", status: "s", subject: "u", details: "{}")
                .hash(at: 1, after: "x"),
            EntryTexts(run: "r", time: "t", workspace: "w", action: "A", status: "s", subject: "u", details: "{}")
                .hash(at: 1, after: "x"),
            EntryTexts(run: "r", time: "t", workspace: "w", action: "a", status: "S", subject: "u", details: "{}")
                .hash(at: 1, after: "x"),
            texts("v", "u", "{}").hash(at: 1, after: "x"), texts(nil, "u", "{}").hash(at: 1, after: "x"),
            texts("", "u", "{}").hash(at: 1, after: "x"), texts("w", nil, "{}").hash(at: 1, after: "x"),
            texts("w", "", "{}").hash(at: 1, after: "x"), texts("w", "u", "[]").hash(at: 1, after: "x"),
        ]
        #expect(Set(others).count == others.count && !others.contains(first.hash(at: 1, after: "x")))
        #expect(first.hash(at: 1, after: "x") == Self.entry.hash(at: 1, after: "x"))
    }

    @Test("the hash is that of earlier versions, or every history would be broken")
    func scheme() {
        #expect(
            Self.entry.hash(at: 1, after: HistoryCheckpoint.genesis)
                == "5ff27afd02780cc0fb4456664a8b3c8b879e929c1b0027f6d09cef268893acea")
    }

    // MARK: Pruning

    private static let row = HistoryRow(
        sequence: 7, entry: HistoryEntry(run: "r", time: Date(timeIntervalSince1970: 1), action: "a", status: "s"),
        hash: "abc")

    private static func step(_ action: String, _ status: String, _ details: [String: JSONValue]) -> HistoryEntry {
        HistoryEntry(
            run: "r", time: Date(timeIntervalSince1970: 2), action: action, status: status, details: .object(details))
    }

    @Test("a pruning is signed off by what it says, and by nothing else")
    func pruning() {
        let before = Date(timeIntervalSince1970: 1.5)
        let pruning = Pruning(last: Self.row, before: before, steps: 3)
        #expect(
            JSONValue.object(pruning.details).canonical
                == "{\"before\":\"1970-01-01T00:00:01.500Z\",\"hash\":\"abc\",\"steps\":3,\"through\":7}")
        let checkpoint = HistoryCheckpoint(sequence: 7, hash: "abc", origin: "o", before: before)
        #expect(checkpoint.isSigned(by: Self.step("history", "pruned", pruning.details)))
        for (action, status, sequence, hash) in [
            ("apply", "pruned", 7, "abc"), ("history", "done", 7, "abc"), ("history", "pruned", 8, "abc"),
            ("history", "pruned", 7, "abd"),
        ] {
            let details: [String: JSONValue] = ["through": .integer(Int64(sequence)), "hash": .string(hash)]
            #expect(!checkpoint.isSigned(by: Self.step(action, status, details)), "\(action) \(status) \(sequence)")
        }
        #expect(!checkpoint.isSigned(by: Self.step("history", "pruned", [:])))
        #expect(
            !checkpoint.isSigned(by: Self.step("history", "pruned", ["through": .string("7"), "hash": .string("abc")])))
    }

    @Test("a history from which nothing was pruned begins at its first row")
    func beginning() {
        #expect(
            HistoryCheckpoint.beginning("o")
                == HistoryCheckpoint(sequence: 0, hash: "sphinx history 1", origin: "o", before: nil))
    }

    @Test("a filter that says nothing wants the newest hundred of everything")
    func filter() {
        let filter = HistoryFilter()
        #expect(filter.limit == 100 && filter.run == nil && filter.since == nil && filter.search == nil)
    }
}
