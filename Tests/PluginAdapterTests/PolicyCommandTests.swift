import Domain
import Foundation
import PluginAdapter
import TestSupport
import Testing

@Suite("The policy's command")
struct PolicyCommandTests {
    private static let plan: JSONValue = .object([
        "resource_changes": .array([
            .object(["address": .string("t.n"), "change": .object(["actions": .array([.string("delete")])])])
        ])
    ])

    private static func objections(
        _ command: [String], _ files: [SourceFile] = [], folder: TemporaryFolder, timeout: Double = 20
    ) async throws -> [String] {
        let runner = PolicyCommand(
            PluginRunner.Settings(
                scratchFolder: folder.file("scratch"), path: ProcessInfo.processInfo.environment["PATH"] ?? "",
                outputBytes: 1 << 20))
        return try await runner.objections(
            to: plan, by: Policy.Check(command: command, folder: "policy", timeout: timeout), files: files)
    }

    @Test(
        "exit 0 objects to nothing, exit 1 to what it prints",
        arguments: [
            ("exit 0", []), ("echo fine; exit 0", []),
            ("echo 'no deletes'; echo; echo ' two  words '; exit 1", ["no deletes", "two words"]),
            ("exit 1", ["it objects, and does not say why"]),
            ("printf 'red \\033[31mword\\n'; exit 1", ["red [31mword"]),
            ("grep -q '\"delete\"' && { echo 'a delete'; exit 1; }; exit 0", ["a delete"]),
            ("env | grep -c -E 'KEY|TOKEN|AWS' >&2; [ -z \"$(env | grep -E 'KEY|TOKEN|AWS')\" ] || exit 1", []),
            ("yes objection | head -n 50; exit 1", Array(repeating: "objection", count: 20)),
        ])
    func verdicts(script: String, expected: [String]) async throws {
        let folder = try TemporaryFolder()
        #expect(try await Self.objections(["sh", "-c", script], folder: folder) == expected)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("scratch")).isEmpty)
    }

    @Test("it finds its folder below where it runs, at its own path")
    func files() async throws {
        let folder = try TemporaryFolder()
        let files = [
            SourceFile(
                path: "policy/check.sh", bytes: Array("#!/bin/sh\ncat policy/words.txt\nexit 1\n".utf8),
                isExecutable: true),
            SourceFile(path: "policy/words.txt", text: "not on a Friday\n"),
        ]
        #expect(try await Self.objections(["policy/check.sh"], files, folder: folder) == ["not on a Friday"])
    }

    @Test(
        "anything else is no verdict, and says so",
        arguments: [
            (
                ["sh", "-c", "echo broken rego >&2; exit 2"],
                "the policy's command ended with exit code 2; it said: broken rego"
            ),
            (["sh", "-c", "kill -9 $$"], "the policy's command was ended by signal 9"),
            (
                ["conftest-that-is-not-here"],
                "the policy's command: its program 'conftest-that-is-not-here' is not there or has no run bit; install it where Sphinx runs, or correct the command"
            ),
            (
                ["head", "-c", "3000000", "/dev/zero"],
                "the policy's command printed more than 1 MiB and was stopped; print one line for each objection"
            ),
            (
                ["sleep", "60"],
                "the policy's command did not end within 1s and was stopped; make it faster, or raise 'timeout' in 'policy.check' of the rules file"
            ),
        ])
    func mistakes(command: [String], sentence: String) async throws {
        let folder = try TemporaryFolder()
        let problem = await #expect(throws: Problem.self) {
            _ = try await Self.objections(command, folder: folder, timeout: command[0] == "sleep" ? 1 : 20)
        }
        #expect(problem.map { [$0.message, $0.hint].compactMap(\.self).joined(separator: "; ") } == sentence)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("scratch")).isEmpty)
    }
}
