import ChildProcess
import Foundation
import Testing

private let path = ["PATH": "/usr/bin:/bin"]

private func shell(
    _ script: String, input: [UInt8] = [], limits: Limits = Limits(), termination: Termination = .group
) -> Command {
    Command(
        "sh", ["-c", script], environment: path, input: input, limits: limits, termination: termination)
}

@Suite("A child process")
struct CommandTests {
    @Test("gives back its exit and both streams", arguments: [(0, "out\n", ""), (3, "", "err\n"), (7, "a\n", "b\n")])
    func streams(code: Int, output: String, error: String) async throws {
        let script =
            "[ -n \"$1\" ] || true; printf '\(output.replacing("\n", with: "\\n"))'; "
            + "printf '\(error.replacing("\n", with: "\\n"))' >&2; exit \(code)"
        let completion = try await shell(script).run()
        #expect(completion.exit == .exited(Int32(code)))
        #expect(completion.outputText == output)
        #expect(completion.errorText == error)
    }

    @Test("reads its input from a file, and does not mind input that it leaves unread")
    func input() async throws {
        #expect(try await shell("cat", input: Array("hello".utf8)).run().outputText == "hello")
        let unread = [UInt8](repeating: 65, count: 4 << 20)
        #expect(try await shell("exit 0", input: unread).run().succeeded)
    }

    @Test("sees only the environment that it was given")
    func environment() async throws {
        let completion = try await Command("env", [], environment: ["PATH": "/usr/bin:/bin", "A": "1"]).run()
        #expect(completion.outputText.split(separator: "\n").sorted() == ["A=1", "PATH=/usr/bin:/bin"])
    }

    @Test("that does not exist is named")
    func missing() async {
        await #expect(throws: ChildProcessError.notFound(executable: "no-such-program")) {
            try await Command("no-such-program", [], environment: path).run()
        }
    }

    @Test("dies of a signal")
    func signal() async throws {
        #expect(try await shell("kill -9 $$").run().exit == .signaled(9))
    }

    @Test("that hangs is ended at its deadline, with its whole group, even where a grandchild ignores TERM")
    func deadline() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let script =
            "(trap '' TERM; echo $$ > '\(folder.path())/leader'; sh -c 'trap \"\" TERM; "
            + "echo $$ > \(folder.path())/grandchild; sleep 600') & echo partial >&2; sleep 600"
        await #expect(
            throws: ChildProcessError.deadlinePassed(
                executable: "sh", after: .milliseconds(500), errorText: "partial\n")
        ) {
            try await shell(script, limits: Limits(deadline: .milliseconds(500))).run()
        }
        let text = try String(contentsOf: folder.appending(path: "grandchild"), encoding: .utf8)
        let grandchild = try #require(Int32(text.trimmingCharacters(in: .whitespacesAndNewlines)))
        #expect(isGone(grandchild))
    }

    @Test("leaves no background process behind when it ends by itself")
    func background() async throws {
        let completion = try await shell("sh -c 'trap \"\" TERM HUP; sleep 600' & echo $!").run()
        let pid = try #require(Int32(completion.outputText.trimmingCharacters(in: .whitespacesAndNewlines)))
        #expect(isGone(pid))
    }

    @Test("that prints without end is ended at the limit")
    func endlessOutput() async {
        await #expect(throws: ChildProcessError.tooMuchOutput(executable: "sh", limit: 1 << 20)) {
            try await shell("yes", limits: Limits(outputBytes: 1 << 20)).run()
        }
    }

    @Test("is ended when its task is cancelled")
    func cancellation() async {
        let task = Task { try await shell("sleep 600").run() }
        task.cancel()
        let result = await task.result
        #expect(throws: ChildProcessError.self) { try result.get() }
    }

    @Test("gets one INT and patience where it asks for them")
    func interruptOnce() async throws {
        let script =
            "n=0; trap 'n=$((n+1))' INT; echo ready > \"$OUT\"; i=0; "
            + "while [ $i -lt 30 ] && [ $n -eq 0 ]; do sleep 0.05; i=$((i+1)); done; sleep 0.3; echo $n > \"$OUT\""
        let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path()
        defer { try? FileManager.default.removeItem(atPath: file) }
        let command = Command(
            "sh", ["-c", script], environment: ["PATH": "/usr/bin:/bin", "OUT": file],
            limits: Limits(deadline: .milliseconds(300)), termination: .interruptOnce(patience: .seconds(20)))
        await #expect(throws: ChildProcessError.self) { try await command.run() }
        #expect(try String(contentsOfFile: file, encoding: .utf8) == "1\n")
    }

    @Test("writes into a named file that stays")
    func outputFile() async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path()
        defer { try? FileManager.default.removeItem(atPath: file) }
        var command = shell("echo out; echo err >&2")
        command.outputFile = file
        #expect(try await command.run().outputText == "out\nerr\n")
        #expect(try String(contentsOfFile: file, encoding: .utf8) == "out\nerr\n")
    }

    @Test("a hundred at once all end")
    func many() async throws {
        let codes = try await withThrowingTaskGroup(of: Completion.Exit.self) { group in
            for code in 0..<100 { group.addTask { try await shell("exit \(code)").run().exit } }
            return try await group.reduce(into: Set<Completion.Exit>()) { $0.insert($1) }
        }
        #expect(codes.count == 100)
    }

    /// A killed process may be a zombie until init reaps it.
    private func isGone(_ pid: Int32) -> Bool {
        guard let status = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8) else { return true }
        return status.contains(") Z ")
    }
}
