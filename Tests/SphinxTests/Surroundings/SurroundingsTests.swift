import ChildProcess
import Domain
import Foundation
import TestSupport
import Testing

/// The built command where what is around it lies, hangs, cuts, is full, read-only, or broken.
///
/// `.ci/surroundings` takes all of them, and looks at the next run as well; a run of the suite takes the cheap ones.
@Suite("Hostile surroundings", .timeLimit(.minutes(30)))
struct SurroundingsTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let isWhole = environment["SPHINX_SURROUNDINGS"] == "all"
    private static let page = "Sources/sphinx/Documentation.docc/Surroundings.md"

    @Test("each is told in a sentence, in bounded time and memory, and loses nothing")
    func everyOne() async throws {
        // Where they are measured they are alone.
        let rows = try await concurrently(
            Surrounding.all.filter(Self.isChosen), atOnce: Self.isWhole ? 1 : 2, Self.row)
        if Self.isWhole, Self.environment["SPHINX_RENEW_GOLDENS"] != nil { try Self.write(rows) }
        let told = try String(contentsOf: Self.file, encoding: .utf8)
        for row in rows.map(Self.withoutFigures) where !told.contains(row) {
            Issue.record("\(Self.page) does not say: \(row)")
        }
    }

    private static func isChosen(_ surrounding: Surrounding) -> Bool {
        if let only = environment["SPHINX_SURROUNDINGS"], only != "all" { return "\(surrounding)".hasPrefix(only) }
        return isWhole || !surrounding.isExpensive
    }

    private static func row(of surrounding: Surrounding) async throws -> String {
        let stage = try await SurroundingStage()
        let before = Self.names(try await stage.refs())
        let answer = try await surrounding.deed(stage)
        let said = Surrounding.said(answer, in: stage)
        #expect(said == surrounding.says, "\(surrounding)")
        #expect(answer.completion.exit == .exited(surrounding.exit), "\(surrounding)")
        #expect(!said.contains(GitHTTPServer.password) && !said.contains("canary"), "\(surrounding)")
        #expect(before.isSubset(of: Self.names(try await stage.refs())), "\(surrounding): a ref is lost")
        let next = isWhole ? try await next(surrounding, stage) : surrounding.next ?? "-"
        return [
            "| \(surrounding.place.rawValue)", surrounding.what, "`\(said.replacing("|", with: "/"))`",
            "\(surrounding.exit)", next, time(answer.seconds), memory(answer.mebibytes),
        ].joined(separator: " | ") + " |"
    }

    private static func names(_ refs: String) -> Set<Substring> {
        Set(refs.split(separator: "\n").map { $0.prefix { $0 != " " } })
    }

    /// What the next run does where everything is well again.
    private static func next(_ surrounding: Surrounding, _ stage: SurroundingStage) async throws -> String {
        guard let expected = surrounding.next else { return "-" }
        let answer = try await stage.run(["reconcile", "--format", "json"])
        #expect(answer.completion.exit == .exited(0), "\(surrounding): \(answer.completion.errorText)")
        let report = try JSONDecoder().decode(JSONValue.self, from: Data(answer.completion.output))
        #expect(report.value(at: "proposals.0.state")?.string == expected, "\(surrounding)")
        let verified = try await stage.run(["history", "verify"])
        #expect(verified.completion.exit == .exited(0), "\(surrounding): \(verified.completion.errorText)")
        return expected
    }

    // MARK: The page

    /// Coarse, as the figures of no two runs are the same.
    private static func time(_ seconds: Double) -> String {
        "< \([1, 2, 5, 10, 30, 60, 120, 600].first { seconds < Double($0) } ?? 3_600) s"
    }

    private static func memory(_ mebibytes: Int) -> String {
        "< \([64, 128, 256, 512, 1_024, 2_048].first { mebibytes < $0 } ?? 8_192) MiB"
    }

    private static func withoutFigures(_ row: String) -> String {
        row.split(separator: " | ", omittingEmptySubsequences: false).dropLast(2).joined(separator: " | ")
    }

    private static var file: URL {
        (0..<4).reduce(URL(filePath: #filePath)) { url, _ in url.deletingLastPathComponent() }.appending(path: page)
    }

    private static func write(_ rows: [String]) throws {
        let text = """
            # Surroundings

            What Sphinx says where what is around it lies, hangs, cuts, is full, read-only, or broken.

            ## Overview

            `.ci/surroundings` runs the built command in each of these, and measures it with GNU time: the time, and the peak memory of Sphinx or
            of a child that it waited for; what git starts is bounded by SPHINX_GIT_MEMORY, and each file that it writes by SPHINX_GIT_SIZE. No ref is lost
            in any of them, and the next run in good surroundings does what stands there; where it is "-", the service, the repository or the history has
            to be mended first. A full disk and a read-only one are one folder, for which a library answers the calls that write.

            | where | what | what is printed | exit | next run | time | memory |
            |---|---|---|---|---|---|---|
            \(rows.joined(separator: "\n"))

            """
        try text.write(to: file, atomically: true, encoding: .utf8)
    }
}
