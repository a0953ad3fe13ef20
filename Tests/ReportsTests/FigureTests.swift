import Domain
import Foundation
import TestSupport
import Testing

@testable import Reports

/// Whatever number a metric, a history or a service gives.
@Suite("Figures at their edges")
struct FigureTests {
    @Test(
        "numbers",
        arguments: [
            (0, "0"), (-0.0, "0"), (1, "1"), (-1.5, "-1.5"), (1e14, "100000000000000"), (1e15, "1000000000000000"),
            (1.0 / 3, "0.333333"), (1e-9, "0.000000001"), (.nan, "NaN"), (.infinity, "+Inf"), (-.infinity, "-Inf"),
            (123_456_789.5, "123457000"),
        ] as [(Double, String)])
    func text(number: Double, shown: String) {
        #expect(Figures.text(number) == shown)
    }

    @Test(
        "dollars, of which any history may hold anything",
        arguments: [
            (0, "0.0000"), (0.00004, "0.0000"), (0.00005, "0.0001"), (0.1 + 0.2, "0.3000"), (1.0001, "1.0001"),
            (12_345.678_9, "12345.6789"), (-0.25, "-0.2500"), (-12.5, "-12.5000"), (-0.000_001, "0.0000"),
            (.nan, "NaN"), (.infinity, "+Inf"), (-.infinity, "-Inf"),
        ] as [(Double, String)])
    func dollars(amount: Double, shown: String) {
        #expect(Figures.dollars(amount) == shown)
    }

    @Test("a cost that nobody can pay is still a number", arguments: [1e12, -1e12, 1e300, .greatestFiniteMagnitude])
    func hugeDollars(amount: Double) {
        #expect(Figures.dollars(amount) == Figures.text(amount))
    }

    @Test(
        "durations",
        arguments: [
            (0, "0 s"), (-5, "0 s"), (0.9, "0 s"), (59, "59 s"), (60, "1 m"), (3_661, "1 h 1 m 1 s"),
            (86_400, "1 d"), (90_061, "1 d 1 h 1 m 1 s"), (.nan, "0 s"),
            (.infinity, "104166666666 d 16 h"), (1e300, "104166666666 d 16 h"),
        ] as [(Double, String)])
    func duration(seconds: Double, shown: String) {
        #expect(Figures.duration(seconds) == shown)
    }

    @Test(
        "days in words",
        arguments: [
            (86_400, "1 day"), (2_592_000, "30 days"), (43_200, "12 h"), (90_000, "1 d 1 h"), (0, "0 s"),
            (-86_400, "0 s"), (.infinity, "9000000000000000 days"),
        ] as [(Double, String)])
    func days(seconds: Double, shown: String) {
        #expect(Figures.days(seconds) == shown)
    }

    @Test(
        "grouped digits",
        arguments: [
            (0, "0"), (999, "999"), (1_000, "1 000"), (-1_234_567, "-1 234 567"), (12_345, "12 345"),
            (.max, "9 223 372 036 854 775 807"), (.min, "-9 223 372 036 854 775 808"),
        ] as [(Int, String)])
    func grouped(number: Int, shown: String) {
        #expect(Figures.grouped(number) == shown.replacing(" ", with: "\u{202F}"))
    }

    @Test("a text is cut at a line, from its beginning, and says so")
    func cut() {
        #expect(Figures.cutFromTop("a\nb\nc", bytes: 5) == "a\nb\nc")
        #expect(Figures.cutFromTop("a\nb\nc", bytes: 4) == "… the beginning was cut; plan.txt has all of it\nb\nc")
        #expect(Figures.cutFromTop("abcdef", bytes: 3) == "… the beginning was cut; plan.txt has all of it\n")
        #expect(Figures.cutFromTop("", bytes: 0) == "")
        let cut = Figures.cutFromTop("äääää\nö", bytes: 3)
        #expect(cut == "… the beginning was cut; plan.txt has all of it\nö")
    }

    @Test("what was spent adds up to no more than there are numbers")
    func usage() {
        let most = Usage(calls: .max, inputTokens: .max, outputTokens: 1)
        #expect((most + most).calls == .max && most.tokens == .max && (most + most).tokens == .max)
        let least = Usage(calls: .min, inputTokens: .min, outputTokens: -1)
        #expect((least + least).calls == .min && least.tokens == .min && (most + least).calls == -1)
        let run = RecordedHistory.Run(
            name: "r", started: 0, ended: .infinity, status: "done",
            usage: Usage(calls: 1, inputTokens: .max, outputTokens: .max, isPriceKnown: false), proposals: 0,
            applies: 0, problems: 0)
        #expect(CostChart([run])?.figure.written.contains("the highest is 9\u{202F}223\u{202F}372\u{202F}036") == true)
    }

    /// What somebody may have written into a history that was shared.
    static let recorded: [(details: [String: JSONValue], tokens: String, cost: String)] = [
        (["inputTokens": .integer(.max), "outputTokens": .integer(.max)], "9223372036854775807", ""),
        (["inputTokens": .integer(1), "outputTokens": .string("2")], "", ""),
        (["costUSD": .number(-0.5)], "", "-0.5000"), (["costUSD": .number(1e300)], "", Figures.text(1e300)),
        (["costUSD": .integer(.max)], "", Figures.text(9.223372036854775807e18)), (["costUSD": .string("1")], "", ""),
        (["usage": .string("none")], "", ""), ([:], "", ""),
    ]

    @Test("an auditor's table takes any record", arguments: recorded)
    func records(details: [String: JSONValue], tokens: String, cost: String) {
        let row = HistoryRow(
            sequence: 1,
            entry: HistoryEntry(
                run: "r", time: Date(timeIntervalSince1970: 0), action: "run", status: "done",
                details: .object(details)), hash: "h")
        let cells = Table.audit([row]).rows[0]
        #expect(cells[13] == tokens && cells[14] == cost && cells.count == 17)
    }
}

@Suite("Differences at their edges")
struct DifferenceEdgeTests {
    static let rows: [(name: String, before: String, after: String, lines: [String])] = [
        ("equal", "a\n", "a\n", []),
        ("a new file", "", "a\n", ["--- /dev/null", "+++ b/x", "@@ -0,0 +1,1 @@", "+a"]),
        ("a file that goes", "a\n", "", ["--- a/x", "+++ /dev/null", "@@ -1,1 +0,0 @@", "-a"]),
        (
            "an end without a line break", "a", "a\n",
            ["--- a/x", "+++ b/x", "@@ -1,1 +1,1 @@", "-a", "\\ No newline at end of file", "+a"]
        ),
        (
            "an insertion at the top", "b\n", "a\nb\n", ["--- a/x", "+++ b/x", "@@ -1,1 +1,2 @@", "+a", " b"]
        ),
        (
            "changes far apart", (1...20).map { "\($0)\n" }.joined(),
            (1...20).map { [2, 19].contains($0) ? "x\n" : "\($0)\n" }.joined(),
            [
                "--- a/x", "+++ b/x", "@@ -1,5 +1,5 @@", " 1", "-2", "+x", " 3", " 4", " 5", "@@ -16,5 +16,5 @@", " 16",
                " 17", " 18", "-19", "+x", " 20",
            ]
        ),
    ]

    @Test("are written as git writes them", arguments: rows)
    func written(name: String, before: String, after: String, lines: [String]) {
        let text = UnifiedDifference.text(before: before, after: after, path: "x")
        #expect(text == lines.map { "\($0)\n" }.joined())
    }

    @Test(
        "git applies them, whatever signs stand within their lines",
        arguments: ["\u{2028}", "\u{2029}", "\u{85}", "\u{B}", "\u{C}", "\r", "\r\n", "e\u{301}", "\u{0}"])
    func applies(sign: String) async throws {
        let before = "one\(sign)two\nthree\nfour\(sign)\nfive\n"
        let after = "one\(sign)2\nthree\nfour\(sign)\nfive\(sign)six"
        let folder = try TemporaryFolder()
        try folder.write(before, to: "x")
        try folder.write(UnifiedDifference.text(before: before, after: after, path: "x"), to: "patch")
        try await Shell.run("git", ["-C", folder.file(""), "apply", "--whitespace=nowarn", "patch"])
        #expect(try String(contentsOf: URL(filePath: folder.file("x")), encoding: .utf8) == after)
    }

    @Test("texts with too many lines to compare are shown as replaced, quickly")
    func large() {
        let text = { (word: String) in (0..<3_000).map { "\(word) \($0)\n" }.joined() }
        let difference = UnifiedDifference.text(before: text("a"), after: text("b"), path: "x")
        #expect(difference.hasPrefix("--- a/x\n+++ b/x\n@@ -1,3000 +1,3000 @@\n-a 0\n"))
        #expect(difference.split(separator: "\n").count == 6_003)
    }
}
