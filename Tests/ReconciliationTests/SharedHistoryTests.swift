import Domain
import Foundation
import TestSupport
import Testing

@testable import Reconciliation

@Suite("The shared history, as files")
struct SharedHistoryTests {
    private static let ref = "refs/sphinx/history"
    private static let later = Date(timeIntervalSince1970: 1_764_000_100)

    private static func rows(_ run: String, _ numbers: ClosedRange<Int>, details: JSONValue? = nil) throws
        -> [HistoryRow]
    {
        let history = MemoryHistory()
        for number in 1...numbers.upperBound {
            try history.append(
                HistoryEntry(
                    run: run, time: Date(timeIntervalSince1970: 1_764_000_000 + Double(number)), workspace: "web",
                    action: "apply", status: "done", subject: number.isMultiple(of: 2) ? nil : "ä \"\(number)\"",
                    details: details ?? .object(["cost": .number(0.5), "n": .integer(Int64(number))])))
        }
        return try history.rows(HistoryFilter(limit: .max)).filter { numbers.contains($0.sequence) }
    }

    private static func sample() throws -> SharedHistory {
        var history = SharedHistory()
        try history.append(rows("run-1", 1...3), from: 0, origin: "o")
        try history.append(rows("run-2", 1...2), from: 0, origin: "p")
        try history.append(rows("run-1", 4...5), from: 3, origin: "o")
        return history
    }

    @Test("is read as it was written, and holds")
    func roundTrip() throws {
        let history = try Self.sample()
        let files = history.files
        #expect(
            files.map(\.path) == [
                "steps/2025-11-24/00000001-run-1.jsonl", "steps/2025-11-24/00000002-run-2.jsonl",
                "steps/2025-11-24/00000003-run-1.jsonl",
            ])
        let read = try SharedHistory(files: files.reversed())
        #expect(read.firstBreak(in: Self.ref) == nil && read.steps == 7 && read.shared == ["run-1": 5, "run-2": 2])
        let rows = try read.parts.map { try $0.rows() }
        #expect(try rows == [Self.rows("run-1", 1...3), Self.rows("run-2", 1...2), Self.rows("run-1", 4...5)])
        #expect(read.files == files)
    }

    static let tampering: [(String, @Sendable (inout [SourceFile]) -> Void, String)] = [
        ("a file that is gone", { $0.remove(at: 1) }, "refs/sphinx/history: file 2 is missing"),
        ("the first file gone", { $0.remove(at: 0) }, "refs/sphinx/history: file 1 is missing"),
        (
            "a file of somebody else's", { $0.insert(SourceFile(path: "steps/x.txt", text: ""), at: 0) },
            "refs/sphinx/history holds steps/x.txt, which Sphinx did not put there"
        ),
        (
            "a file in another place",
            { $0[1] = SourceFile(path: "steps/2025-11-25/00000002-run-2.jsonl", bytes: $0[1].bytes) },
            "refs/sphinx/history holds steps/2025-11-25/00000002-run-2.jsonl, which Sphinx did not put there"
        ),
        (
            "a step in another file's place", { $0[2] = SourceFile(path: $0[2].path, text: $0[2].text + "{}\n") },
            "refs/sphinx/history: steps/2025-11-24/00000003-run-1.jsonl is not what was written"
        ),
    ]

    @Test("a file that is gone, moved, foreign or longer is found", arguments: tampering)
    func tampered(name: String, change: @Sendable (inout [SourceFile]) -> Void, message: String) throws {
        var files = try Self.sample().files
        change(&files)
        #expect(try SharedHistory(files: files).firstBreak(in: Self.ref)?.message == message, "\(name)")
    }

    @Test("every byte of every file counts")
    func bytes() throws {
        var history = try Self.sample()
        history.bound(at: Self.later, parts: 2)
        let files = history.files
        for (index, file) in files.enumerated() {
            for place in file.bytes.indices {
                var (changed, bytes) = (files, file.bytes)
                bytes[place] ^= 1
                changed[index] = SourceFile(path: file.path, bytes: bytes)
                let broken: Problem?
                do throws(Problem) {
                    broken = try SharedHistory(files: changed).firstBreak(in: Self.ref)
                } catch {
                    broken = error
                }
                #expect(broken != nil, "byte \(place) of \(file.path)")
            }
        }
    }

    @Test("two files that changed places are found")
    func reordered() throws {
        var files = try Self.sample().files
        (files[0], files[1]) = (
            SourceFile(path: files[0].path, bytes: files[1].bytes),
            SourceFile(path: files[1].path, bytes: files[0].bytes)
        )
        #expect(
            try SharedHistory(files: files).firstBreak(in: Self.ref)?.message
                == "refs/sphinx/history holds steps/2025-11-24/00000001-run-1.jsonl, which Sphinx did not put there")
    }

    @Test("lets the oldest files go, remembers what they were, and still holds")
    func bounded() throws {
        var history = try Self.sample()
        history.bound(at: Self.later, parts: 1)
        #expect(history.parts.map(\.header.number) == [3] && history.start.number == 2 && history.start.steps == 5)
        #expect(history.end.steps == 7 && history.start.last == "2025-11-24T16:00:03.000Z")
        var read = try SharedHistory(files: history.files)
        #expect(read.firstBreak(in: Self.ref) == nil && read.start == history.start)
        try read.append(Self.rows("run-3", 1...1), from: 0, origin: "q")
        #expect(read.firstBreak(in: Self.ref) == nil && read.parts.map(\.header.number) == [3, 4])
        var small = try Self.sample()
        small.bound(at: Self.later, bytes: small.parts[1].size + small.parts[2].size)
        #expect(small.parts.count == 2)
    }

    @Test("a job whose clock is ahead does not shut the others out")
    func clockAhead() throws {
        var history = try Self.sample()
        history.bound(at: Date(timeIntervalSince1970: 1_764_000_002), parts: 1)
        #expect(history.start.number == 2 && history.start.last == "2025-11-24T16:00:02.000Z")
    }

    @Test("is pruned from its beginning, and what is older does not come back")
    func pruned() throws {
        var history = try Self.sample()
        history.prune(before: Date(timeIntervalSince1970: 1_764_000_004))
        #expect(history.parts.map(\.header.number) == [3] && history.start.last == "2025-11-24T16:00:04.000Z")
        #expect(try SharedHistory(files: history.files).firstBreak(in: Self.ref) == nil)
    }

    @Test("leaves out details that are too long, with their digest, and splits a long run")
    func longDetails() throws {
        let log = JSONValue.object(["log": .string(String(repeating: "x", count: 70_000))])
        var history = SharedHistory()
        try history.append(Self.rows("run-1", 1...1, details: log), from: 0, origin: "o")
        let row = try #require(try history.parts[0].rows().first)
        #expect(
            row.entry.details
                == .object([
                    "omittedBytes": .integer(70_010), "sha256": .string(Digest(ofBytes: log.canonical.utf8).hex),
                ]))
        #expect(row.bounded == row)
        let text = JSONValue.string(String(repeating: "x", count: 60_000))
        var long = SharedHistory()
        try long.append(Self.rows("run-1", 1...100, details: text), from: 4, origin: "o")
        #expect(long.parts.map(\.header.from) == [4, 74] && long.steps == 100 && long.shared == ["run-1": 104])
        #expect(long.firstBreak(in: Self.ref) == nil)
    }

    @Test("leaves out a token that an earlier version recorded")
    func tokens() throws {
        let token = "ghp_" + String(repeating: "a1B2", count: 9)
        var history = SharedHistory()
        try history.append(
            Self.rows("run-1", 1...1, details: .object(["log": .string("used \(token)")])), from: 0, origin: "o")
        #expect(!history.files[0].text.contains(token) && history.files[0].text.contains("(redacted)"))
        let row = try #require(try history.parts[0].rows().first)
        #expect(row.bounded == row)
    }

    @Test(
        "what Sphinx did not write is refused by name",
        arguments: [
            ("steps/a.jsonl", "", "steps/a.jsonl of the shared history is not what Sphinx wrote"),
            ("steps/a.jsonl", "{}\n", "steps/a.jsonl of the shared history is not what Sphinx wrote"),
            ("start.json", "{}", "start.json of the shared history is not what this version writes"),
        ])
    func foreign(path: String, text: String, message: String) {
        do throws(Problem) {
            _ = try SharedHistory(files: [SourceFile(path: path, text: text)])
            Issue.record("it was read")
        } catch {
            #expect(error.message == message)
        }
    }

    @Test("a file of a newer version says so")
    func newer() throws {
        let file = try #require(try Self.sample().files.first)
        let newer = SourceFile(path: file.path, text: file.text.replacing("history-part/1", with: "history-part/2"))
        do throws(Problem) {
            _ = try SharedHistory(files: [newer])
            Issue.record("it was read")
        } catch {
            #expect(error.message == "\(file.path) of the shared history has the schema 'sphinx.history-part/2'")
            #expect(error.hint == "run the version of Sphinx that wrote it")
        }
    }
}
