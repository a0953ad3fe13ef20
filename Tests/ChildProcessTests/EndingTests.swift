import ChildProcess
import Foundation
import TestSupport
import Testing

@Suite("Ending a child process", .timeLimit(.minutes(30)))
struct EndingTests {
    @Test("at its deadline ends its whole group, even where a grandchild ignores TERM")
    func deadline() async throws {
        let folder = try TemporaryFolder()
        let script =
            "(trap '' TERM; sh -c 'trap \"\" TERM; echo $$ > \(folder.file("grandchild")); sleep 600') & "
            + "while [ ! -s '\(folder.file("grandchild"))' ]; do sleep 0.02; done; echo partial >&2; sleep 600"
        await #expect(
            throws: ChildProcessError.deadlinePassed(executable: "sh", after: .seconds(1), errorText: "partial\n")
        ) {
            try await shell(script, limits: Limits(deadline: .seconds(1))).run()
        }
        try await gone(try number(in: "grandchild", of: folder))
    }

    @Test("is needed for no background process that it leaves when it ends by itself")
    func background() async throws {
        let completion = try await shell("sh -c 'trap \"\" TERM HUP; sleep 600' & echo $!").run()
        let pid = try #require(Int32(completion.outputText.trimmingCharacters(in: .whitespacesAndNewlines)))
        try await gone(pid)
    }

    @Test("that was killed leaves no grandchild that ignores TERM")
    func leaderKilled() async throws {
        let completion = try await shell("sh -c 'trap \"\" TERM HUP; sleep 600' & echo $!; kill -9 $$").run()
        #expect(completion.exit == .signaled(9))
        let pid = try #require(Int32(completion.outputText.trimmingCharacters(in: .whitespacesAndNewlines)))
        try await gone(pid)
    }

    @Test("that ignores TERM takes KILL")
    func ignoresTerm() async throws {
        await #expect(
            throws: ChildProcessError.deadlinePassed(executable: "sh", after: .milliseconds(300), errorText: "")
        ) {
            try await shell(
                "trap '' TERM; while :; do sleep 0.1; done", limits: Limits(deadline: .milliseconds(300))
            ).run()
        }
    }

    @Test(
        "comes at the limit of its output, while it prints and afterwards",
        arguments: ["yes", "yes >&2", "head -c 1000000000 /dev/zero; sleep 600", "head -c 3000000 /dev/zero"])
    func output(script: String) async {
        await #expect(throws: ChildProcessError.tooMuchOutput(executable: "sh", limit: 1 << 20)) {
            try await shell(script, limits: Limits(outputBytes: 1 << 20)).run()
        }
    }

    @Test(
        "fails at the limit of its files and of its memory, and so does what it starts",
        arguments: [
            (Limits(fileBytes: 1 << 20), "head -c 3000000 /dev/zero > $0; wc -c < $0; rm $0", "1048576\n"),
            (Limits(fileBytes: 1 << 20), "sh -c 'head -c 3000000 /dev/zero > $0' $0; wc -c < $0; rm $0", "1048576\n"),
            (Limits(memoryBytes: 64 << 20), "head -c 200000000 /dev/zero | tail -c 200000000 | wc -c", "0\n"),
            (Limits(fileBytes: 4 << 20), "head -c 3000000 /dev/zero > $0; wc -c < $0; rm $0", "3000000\n"),
        ])
    func resources(limits: Limits, script: String, printed: String) async throws {
        let folder = try TemporaryFolder()
        let script = script.replacing("$0", with: folder.file("file"))
        let completion = try await shell(script, limits: limits).run()
        #expect(completion.exit == .exited(0) && completion.outputText == printed, "\(completion.errorText)")
        #expect(try shell(script, limits: limits).wait().outputText == printed)
    }

    @Test("takes output up to the limit whole")
    func outputAtLimit() async throws {
        let completion = try await shell("head -c 1048576 /dev/zero", limits: Limits(outputBytes: 1 << 20)).run()
        #expect(completion.output.count == 1 << 20)
    }

    @Test("follows when its task is cancelled")
    func cancellation() async throws {
        let folder = try TemporaryFolder()
        let task = Task { try await shell("echo $$ > '\(folder.file("pid"))'; exec sleep 600").run() }
        try await folder.awaited("pid")
        task.cancel()
        let result = await task.result
        #expect(throws: ChildProcessError.cancelled(executable: "sh", exit: .signaled(15))) { try result.get() }
        try await gone(try number(in: "pid", of: folder))
    }

    @Test("is not needed where the task was cancelled before")
    func cancelledBefore() async throws {
        let folder = try TemporaryFolder()
        let result = await Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await shell("echo > '\(folder.file("started"))'").run()
        }.result
        #expect(throws: ChildProcessError.cancelled(executable: "sh", exit: nil)) { try result.get() }
        #expect(!folder.exists("started"))
    }

    /// A background child of a shell ignores INT unless it takes it back, as this one does to note what the group gets;
    /// it ends when its leader was interrupted.
    private static let inner = """
        import os, signal, time
        signal.signal(signal.SIGINT, lambda *_: open("inner", "w").close())
        open("ready", "w").write("ready")
        while not os.path.exists("interrupted"): time.sleep(0.01)
        """

    @Test("by interruption is one INT to the child alone, and patience", arguments: ["cancellation", "deadline"])
    func interruptOnce(cause: String) async throws {
        let folder = try TemporaryFolder()
        try folder.write(Self.inner, to: "inner.py")
        let script =
            "cd '\(folder.path)'; n=0; trap 'n=$((n+1)); echo > interrupted' INT; python3 inner.py & "
            + "while kill -0 $! 2>/dev/null; do wait $!; done; echo $n > count; exit 7"
        let command = shell(
            script, limits: Limits(deadline: cause == "deadline" ? .seconds(3) : .seconds(240)),
            termination: .interruptOnce(patience: .seconds(240)))
        let task = Task { try await command.run() }
        try await folder.awaited("ready")
        if cause == "cancellation" { task.cancel() }
        let result = await task.result
        #expect(throws: ChildProcessError.self) { try result.get() }
        #expect(try folder.read("count") == "1\n")
        #expect(!folder.exists("inner"))
    }

    @Test("by interruption comes to KILL when the patience is over")
    func patienceOver() async throws {
        let folder = try TemporaryFolder()
        let script = "trap '' INT; echo > '\(folder.file("ready"))'; while :; do sleep 0.1; done"
        let task = Task { try await shell(script, termination: .interruptOnce(patience: .milliseconds(200))).run() }
        try await folder.awaited("ready")
        task.cancel()
        let result = await task.result
        #expect(throws: ChildProcessError.cancelled(executable: "sh", exit: .signaled(9))) { try result.get() }
    }

    private func number(in file: String, of folder: TemporaryFolder) throws -> Int32 {
        try #require(Int32(try folder.read(file).trimmingCharacters(in: .whitespacesAndNewlines)))
    }

    /// Returns when the kernel has carried out the KILL that was sent; a process that lives on fails the test.
    private func gone(_ pid: Int32) async throws {
        try await eventually("the end of process \(pid)") { isGone(pid) }
    }

    /// A killed process may be a zombie until init reaps it.
    private func isGone(_ pid: Int32) -> Bool {
        guard let status = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8) else { return true }
        return status.contains(") Z ")
    }
}

extension TemporaryFolder {
    /// Returns when a child has written the file.
    func awaited(_ name: String) async throws {
        try await eventually("a child writes '\(name)'") { (try? read(name))?.isEmpty == false }
    }
}
