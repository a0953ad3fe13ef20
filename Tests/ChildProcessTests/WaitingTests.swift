import ChildProcess
import Foundation
import Testing

/// For callers that cannot suspend: what `run` does, on the calling thread.
@Suite("A child process that is waited for")
struct WaitingTests {
    @Test("gives back its exit, both streams and its signal, and sees nothing but what it was given")
    func whole() throws {
        let completion = try shell("cat; printf b >&2; exit 3", input: Array("a".utf8)).wait()
        #expect(completion.exit == .exited(3) && completion.outputText == "a" && completion.errorText == "b")
        #expect(try shell("kill -9 $$").wait().exit == .signaled(9))
        let seen = try Command("env", [], environment: ["PATH": "/usr/bin:/bin", "A": "1"]).wait()
        #expect(Set(seen.outputText.split(separator: "\n")).isSuperset(of: ["A=1", "PATH=/usr/bin:/bin"]))
        #expect(!seen.outputText.contains("HOME="))
    }

    @Test(
        "is killed at its deadline with all that it started, refused where it prints too much, and named where it does not exist"
    )
    func limits() {
        #expect(throws: ChildProcessError.deadlinePassed(executable: "sh", after: .milliseconds(200), errorText: "")) {
            try shell("sleep 600 & sleep 600", limits: Limits(deadline: .milliseconds(200))).wait()
        }
        #expect(throws: ChildProcessError.tooMuchOutput(executable: "sh", limit: 10)) {
            try shell("printf 12345678901", limits: Limits(outputBytes: 10)).wait()
        }
        #expect(throws: ChildProcessError.notFound(executable: "no-such-program")) {
            try Command("no-such-program", [], environment: path).wait()
        }
        #expect(
            throws: ChildProcessError.notStarted(
                executable: "sh", reason: "it cannot be waited for in another folder")
        ) {
            try Command("sh", [], environment: path, folder: "/").wait()
        }
    }

    @Test("can be waited for by many at once")
    func many() async {
        let found = await withTaskGroup(of: String.self, returning: [String].self) { group in
            for number in 0..<32 {
                group.addTask { (try? shell("printf \(number)").wait().outputText) ?? "failed" }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(found) == Set((0..<32).map(String.init)))
    }
}
