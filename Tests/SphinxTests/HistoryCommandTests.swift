import ChildProcess
import Domain
import Foundation
import HistoryAdapter
import Reconciliation
import TestSupport
import Testing

@testable import sphinx

@Suite("The history by the command")
struct HistoryCommandTests {
    /// Ten steps of five runs, one a day from 24 November 2025 on.
    private static func stage() async throws -> LoopStage {
        let stage = try await LoopStage(["workspaces/web/main.tf": "# nothing\n"], applied: false)
        let history = try SQLiteHistory(path: stage.folder.file("sphinx.db"))
        for number in 0..<10 {
            try history.append(
                HistoryEntry(
                    run: "run-\(number / 2)",
                    time: Date(timeIntervalSince1970: 1_764_000_000 + Double(number / 2) * 86_400),
                    workspace: number < 6 ? "web" : nil, action: number.isMultiple(of: 2) ? "apply" : "propose",
                    status: number == 4 ? "failed" : "done", subject: number == 3 ? "=evil" : "key-\(number)",
                    details: .object(["reason": .string(number == 5 ? "Disk is full" : "fine")])))
        }
        return stage
    }

    static let filters: [([String], [Int])] = [
        ([], Array(1...10)), (["--run", "run-1"], [3, 4]), (["--workspace", "web"], Array(1...6)),
        (["--action", "apply"], [1, 3, 5, 7, 9]), (["--status", "failed"], [5]), (["--search", "disk"], [6]),
        (["--since", "2025-11-26"], Array(5...10)), (["--until", "2025-11-25"], Array(1...4)),
        (["--since", "2025-11-25T16:00:00Z", "--until", "2025-11-25T16:00:00.000Z"], [3, 4]),
        (["--since", "2025-11-25", "--action", "propose", "--search", "KEY-7"], [8]),
        (["--search", "nothing of the kind"], []),
    ]

    @Test("lists and exports what is asked for", arguments: filters)
    func filtered(arguments: [String], expected: [Int]) async throws {
        let stage = try await Self.stage()
        let list = try await stage.sphinx(["history", "list", "--format", "json"] + arguments)
        let listed = try JSONDecoder().decode(JSONValue.self, from: Data(list.output))
        #expect(listed["steps"]?.array?.compactMap { $0["step"]?.string } == expected.map(String.init))
        let export = try await stage.sphinx(["history", "export"] + arguments)
        let lines = export.outputText.components(separatedBy: "\r\n").dropFirst().dropLast()
        #expect(lines.map { Int($0.prefix { $0 != "," }) } == expected, "\(export.errorText)")
    }

    @Test("writes CSV for lists, single steps and exports, and keeps formulas from running")
    func csv() async throws {
        let stage = try await Self.stage()
        let list = try await stage.sphinx(["history", "list", "--format", "csv", "--run", "run-1"])
        #expect(
            list.outputText
                == "step,time,run,workspace,action,status,subject\r\n"
                + "3,2025-11-25T16:00:00Z,run-1,web,apply,done,key-2\r\n"
                + "4,2025-11-25T16:00:00Z,run-1,web,propose,done,'=evil\r\n")
        let show = try await stage.sphinx(["history", "show", "4", "--format", "csv"])
        let export = try await stage.sphinx(["history", "export", "--format", "csv", "--search", "evil"])
        #expect(show.outputText == export.outputText && show.outputText.contains("propose,done,'=evil,fine,"))
        let json = try await stage.sphinx(["history", "export", "--format", "json"])
        let document = try JSONDecoder().decode(JSONValue.self, from: Data(json.output))
        #expect(document["schema"]?.string == "sphinx.history-export/1" && document["steps"]?.array?.count == 10)
    }

    @Test(
        "is told in CSV by the history alone", arguments: [["doctor"], ["history", "verify"], ["proposals", "list"]])
    func onlyHistory(arguments: [String]) async throws {
        let stage = try await LoopStage(["workspaces/web/main.tf": "# nothing\n"], applied: false)
        let result = try await stage.sphinx(arguments + ["--format", "csv"])
        #expect(result.exit == .exited(64) && result.outputText.isEmpty)
        #expect(result.errorText.contains("--format csv is for 'history list', 'show' and 'export'."))
    }

    @Test("is verified, lost, pulled and pruned, in words and in JSON")
    func life() async throws {
        let stage = try await LoopStage.oneMachine()
        try await stage.reconcile()
        let steps = try stage.world().history.rows(HistoryFilter(limit: .max)).count
        let sound = try await stage.sphinx(["history", "verify"])
        #expect(
            sound.outputText == """
                every one of \(steps) steps is as it was written
                every one of \(steps) steps in refs/sphinx/history is as it was written

                """, "\(sound.errorText)")
        for file in ["sphinx.db", "sphinx.db-wal", "sphinx.db-shm"] {
            try? FileManager.default.removeItem(atPath: stage.folder.file(file))
        }
        let lost = try await stage.sphinx(["history", "verify"])
        #expect(
            lost.outputText == """
                every one of 0 steps is as it was written
                every one of \(steps) steps in refs/sphinx/history is as it was written
                \(steps) steps of 1 runs are only there; 'sphinx history pull' brings them

                """)
        let pull = try await stage.sphinx(["history", "pull"])
        #expect(pull.outputText == "\(steps) steps of 1 runs came from refs/sphinx/history\n", "\(pull.errorText)")
        #expect(
            try await stage.sphinx(["history", "verify", "--local"]).outputText
                == "every one of \(steps + 1) steps is as it was written\n")
        let unshared = try await stage.sphinx(["history", "verify"])
        #expect(unshared.outputText.hasSuffix("1 steps are only here; the next run that pushes shares them\n"))
        try await prune(stage, steps)
    }

    private func prune(_ stage: LoopStage, _ steps: Int) async throws {
        // The pulling is the first step, and younger than what it brought.
        let none = try await stage.sphinx(["history", "prune", "--before", "2025-12-01", "--dry-run"])
        #expect(none.outputText == "0 steps would be pruned\n", "\(none.errorText)")
        let all = try await stage.sphinx(["history", "prune", "--before", "0m", "--dry-run", "--format", "json"])
        let document = try JSONDecoder().decode(JSONValue.self, from: Data(all.output))
        #expect(document["steps"] == .integer(Int64(steps + 1)) && document["dryRun"] == .bool(true))
        let pruned = try await stage.sphinx(["history", "prune", "--before", "0m"])
        #expect(
            pruned.outputText == "\(steps + 1) steps were pruned, up to step \(steps + 1)\n", "\(pruned.errorText)")
        let verified = try await stage.sphinx(["history", "verify"])
        #expect(
            verified.outputText == """
                every one of 1 steps is as it was written
                \(steps + 1) steps before them were pruned, and a checkpoint signs that off
                every one of 1 steps in refs/sphinx/history is as it was written

                """, "\(verified.errorText)")
        let again = try await stage.sphinx(["history", "pull"])
        #expect(again.outputText == "0 steps of 0 runs came from refs/sphinx/history\n")
    }

    @Test("says what is broken, and exits with 1")
    func broken() async throws {
        let stage = try await LoopStage.oneMachine()
        try await stage.reconcile()
        let before = try await stage.sphinx(["history", "prune", "--before", "2999-01-01"])
        #expect(
            before.exit == .exited(1)
                && before.errorText
                    == "sphinx: 2999-01-01T00:00:00.000Z is in the future; only what is past can be pruned\n"
        )
        try stage.tamper(["DELETE FROM step WHERE sequence >= 3"])
        let cut = try await stage.sphinx(["history", "verify"])
        #expect(cut.exit == .exited(1) && cut.outputText.isEmpty)
        #expect(
            cut.errorText
                == "sphinx: row 3 of the history is missing, and refs/sphinx/history has it; "
                + "the end of the file was cut off, or it is an older copy; 'sphinx history pull' brings what is missing\n"
        )
        #expect(try await stage.sphinx(["history", "pull"]).succeeded)
        #expect(try await stage.sphinx(["history", "verify"]).succeeded)
    }

    private static let now = Date(timeIntervalSince1970: 1_764_000_000)

    @Test(
        "takes a time as people write it",
        arguments: [
            ("2025-11-24T16:00:00Z", false, 1_764_000_000), ("2025-11-24T17:00:00+01:00", false, 1_764_000_000),
            ("2025-11-24", false, 1_763_942_400), ("2025-11-24", true, 1_764_028_799.999),
            ("1d", false, 1_763_913_600), ("2w", false, 1_762_790_400), ("90m", false, 1_763_994_600),
            ("1.5h", false, 1_763_994_600), ("yesterday", false, nil), ("", false, nil), ("-1d", false, nil),
            ("2025-13-01", false, nil), ("nand", false, nil), ("7", false, nil),
        ] as [(String, Bool, Double?)])
    func times(text: String, asEnd: Bool, expected: Double?) throws {
        let time = try? PointInTime.parse(text, now: Self.now, asEnd: asEnd)
        #expect(time.map(\.timeIntervalSince1970) == expected)
    }
}
