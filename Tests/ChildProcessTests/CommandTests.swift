import ChildProcess
import Foundation
import Synchronization
import TestSupport
import Testing

let path = ["PATH": "/usr/bin:/bin"]

func shell(
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

    @Test("writes into a named file that stays")
    func outputFile() async throws {
        let folder = try TemporaryFolder()
        var command = shell("echo out; echo err >&2")
        command.outputFile = folder.file("log")
        #expect(try await command.run().outputText == "out\nerr\n")
        #expect(try folder.read("log") == "out\nerr\n")
        let attributes = try FileManager.default.attributesOfItem(atPath: folder.file("log"))
        #expect(attributes[.posixPermissions] as? Int == 0o600)
    }

    @Test("that cannot have its output file is not started")
    func noOutputFile() async throws {
        let folder = try TemporaryFolder()
        var command = shell("echo out")
        command.outputFile = folder.file("missing/log")
        await #expect(
            throws: ChildProcessError.notStarted(
                executable: "sh", reason: "no file for its streams: No such file or directory")
        ) {
            try await command.run()
        }
    }

    @Test(
        "hands on its lines while it runs",
        arguments: [
            ("printf 'a\\n\\nb'", ["a", "", "b"]), ("printf 'a\\nb\\n'", ["a", "b"]), ("true", []),
            ("echo a >&2; echo b", ["b"]),
        ])
    func lines(script: String, expected: [String]) async throws {
        let seen = Mutex<[String]>([])
        var command = shell(script)
        command.onLine = { line in seen.withLock { $0.append(line) } }
        _ = try await command.run()
        #expect(seen.withLock { $0 } == expected)
    }

    @Test("answers to a line that it printed before it ended")
    func lineWhileRunning() async throws {
        let folder = try TemporaryFolder()
        var command = shell("echo ask; while [ ! -e '\(folder.file("answer"))' ]; do sleep 0.02; done; echo done")
        command.onLine = { line in if line == "ask" { _ = try? folder.write("", to: "answer") } }
        #expect(try await command.run().outputText == "ask\ndone\n")
    }

    @Test("has no open files, ignored or blocked signals but its own")
    func inheritance() async throws {
        // The fourth is the folder that `ls` reads.
        let files = try await Command("ls", ["/proc/self/fd"], environment: path).run()
        #expect(files.outputText == "0\n1\n2\n3\n")
        // The C library keeps signals 32 and 33 for itself.
        let signals = try await Command("grep", ["^Sig[BI]", "/proc/self/status"], environment: path).run()
        let masks = signals.outputText.split(separator: "\n").map { $0.split(separator: "\t").last.map(String.init) }
        #expect(masks.count == 2)
        #expect(masks.allSatisfy { $0.flatMap { UInt64($0, radix: 16) }.map { $0 & 0x7fff_ffff } == 0 })
    }

    @Test("works in its folder, also where its own path is relative to this one")
    func folder() async throws {
        let folder = try TemporaryFolder()
        let completion = try await Command("pwd", [], environment: path, folder: folder.path).run()
        #expect(completion.outputText == "\(folder.path)\n")
        let relative = String(repeating: "../", count: 32) + "bin/pwd"
        #expect(try await Command(relative, [], environment: path, folder: folder.path).run().succeeded)
    }

    @Test(
        "is found by its name or its path",
        arguments: [
            ("sh", "/nowhere:/bin", "/bin/sh"), ("/bin/sh", "", "/bin/sh"), ("sh", "", nil), ("bin", "/", nil),
            ("passwd", "/etc", nil),
        ])
    func finding(name: String, path: String, found: String?) {
        #expect(Command.find(name, in: path) == found)
    }

    @Test("a hundred at once all end")
    func many() async throws {
        let codes = try await withThrowingTaskGroup(of: Completion.Exit.self) { group in
            for code in 0..<100 { group.addTask { try await shell("exit \(code)").run().exit } }
            return try await group.reduce(into: Set<Completion.Exit>()) { $0.insert($1) }
        }
        #expect(codes.count == 100)
    }
}
