import Domain
import Foundation
import PluginAdapter
import TestSupport
import Testing

@Suite("Plugins that do what they should not")
struct PluginRunnerTests {
    private static let answer = #"printf '{"schema":"sphinx.plugin/1","opportunities":[]}'"#

    @Test(
        "each is one sentence with its last words, and leaves nothing behind",
        arguments: [
            (
                "echo one >&2; echo two >&2; exit 3",
                "the plugin 'p' ended with exit code 3; it said: one two"
            ),
            ("kill -9 $$", "the plugin 'p' was ended by signal 9"),
            (
                "echo nonsense",
                "the plugin 'p': what it printed is not one JSON document: nonsense; the protocol is described in 'Writing a plugin'"
            ),
            ("true", "the plugin 'p': it printed nothing; the protocol is described in 'Writing a plugin'"),
            (
                answer + "; echo '{}'",
                "the plugin 'p': what it printed is not one JSON document: {\"schema\":\"sphinx.plugin/1\",\"opportunities\":[]}{}; the protocol is described in 'Writing a plugin'"
            ),
            (
                "echo '[]'",
                "the plugin 'p': its answer is not a JSON object; the protocol is described in 'Writing a plugin'"
            ),
            (
                "echo '{\"schema\":\"sphinx.plugin/9\"}'",
                "the plugin 'p': the schema of its answer is \"sphinx.plugin/9\"; 'sphinx.plugin/1' is known; the protocol is described in 'Writing a plugin'"
            ),
            (
                #"echo '{"schema":"sphinx.plugin/1","opportunities":{}}'"#,
                "the plugin 'p': its 'opportunities' is not a list; the protocol is described in 'Writing a plugin'"
            ),
            (
                #"echo '{"schema":"sphinx.plugin/1","opportunities":[{"title":"t"}]}'"#,
                "the plugin 'p': its opportunities[0] has neither an 'address' nor 'labels'; the protocol is described in 'Writing a plugin'"
            ),
            (
                #"echo '{"schema":"sphinx.plugin/1","opportunities":[{"title":"t","address":"a.b","severity":"huge"}]}'"#,
                "the plugin 'p': its opportunities[0].severity is 'huge'; the protocol is described in 'Writing a plugin'"
            ),
            (
                #"echo '{"schema":"sphinx.plugin/1","opportunities":[{"title":"t","address":"a.b","fix":{}}]}'"#,
                "the plugin 'p': its opportunities[0].fix has no 'attribute'; the protocol is described in 'Writing a plugin'"
            ),
            (
                "head -c 3000000 /dev/zero",
                "the plugin 'p' printed more than 1 MiB and was stopped; print one JSON document"
            ),
            ("printf 'a\\033[31mb' >&2; exit 1", "the plugin 'p' ended with exit code 1; it said: a [31mb"),
        ])
    func hostile(script: String, sentence: String) async throws {
        let stage = try PluginStage()
        let (plugin, files) = PluginStage.shell(script)
        #expect(await stage.problem(plugin, files) == sentence)
        #expect(stage.leftovers.isEmpty)
    }

    @Test("one that prints a gigabyte is stopped long before its end")
    func flood() async throws {
        let stage = try PluginStage()
        let (plugin, files) = PluginStage.shell("head -c 1073741824 /dev/zero")
        #expect(await stage.problem(plugin, files).contains("printed more than 1 MiB and was stopped"))
        #expect(stage.leftovers.isEmpty)
    }

    @Test("one that hangs and will not be told is killed at its deadline")
    func hang() async throws {
        let stage = try PluginStage()
        let (plugin, files) = PluginStage.shell(
            "trap '' TERM; echo waiting >&2; sleep 300 & wait; sleep 300", timeout: 1)
        #expect(
            await stage.problem(plugin, files)
                == "the plugin 'p' did not end within 1s and was stopped; it said: waiting; make it faster, or raise 'timeout' in its plugin.yml"
        )
        #expect(stage.leftovers.isEmpty)
    }

    @Test(
        "what it has started is gone with it, in its group and out of it",
        arguments: [
            "sleep 3%@ &", "setsid sleep 3%@ &", "(trap '' TERM; setsid sh -c 'trap \"\" TERM; sleep 3%@' &) &",
        ])
    func forks(start: String) async throws {
        let stage = try PluginStage()
        // The arguments say whose process it is: no other test sleeps for that long.
        let mark = String(UInt32.random(in: 100_000_000...999_999_999))
        let (plugin, files) = PluginStage.shell(start.replacing("%@", with: mark) + "\nsleep 0.2\n" + Self.answer)
        #expect(await stage.problem(plugin, files) == "")
        #expect(PluginStage.processes(marked: "sleep\u{0}3\(mark)").isEmpty)
        #expect(stage.leftovers.isEmpty)
    }

    @Test("its environment is built: nothing of Sphinx's own is in it")
    func environment() async throws {
        let stage = try PluginStage()
        let (plugin, files) = PluginStage.shell("env | cut -d= -f1 | sort | tr '\\n' ' ' >&2; exit 1")
        #expect(
            await stage.problem(plugin, files)
                == "the plugin 'p' ended with exit code 1; it said: HOME LANG PATH PWD PYTHONDONTWRITEBYTECODE SPHINX_PLUGIN_CALL TMPDIR"
        )
    }

    @Test("a program that is not there, and one without a run bit, are named")
    func missing() async throws {
        let stage = try PluginStage()
        let absent = Plugin(name: "a", command: ["no-such-program"], folder: "plugins/a")
        #expect(
            await stage.problem(absent, [])
                == "the plugin 'a': its program 'no-such-program' is not there or has no run bit; install it where Sphinx runs, or correct the command"
        )
        let file = SourceFile(path: "plugins/b/run", text: "#!/bin/sh\n")
        let closed = Plugin(name: "b", command: ["./run"], folder: "plugins/b")
        #expect(
            await stage.problem(closed, [file])
                == "the plugin 'b': its program 'run' is not there or has no run bit; install it where Sphinx runs, or correct the command"
        )
    }

    @Test("files of a commit that would leave the folder are left out")
    func escape() async throws {
        let stage = try PluginStage()
        let (plugin, files) = PluginStage.shell(Self.answer)
        let hostile = SourceFile(path: "plugins/../../escaped", text: "x")
        #expect(await stage.problem(plugin, files + [hostile]) == "")
        #expect(!FileManager.default.fileExists(atPath: "\(stage.folder.path)/escaped"))
    }
}
