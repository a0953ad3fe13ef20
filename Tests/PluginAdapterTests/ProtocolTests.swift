import Domain
import Foundation
import PluginAdapter
import Reconciliation
import RulesFileAdapter
import TestSupport
import Testing

@Suite("The protocol of plugins")
struct ProtocolTests {
    private static let series = [
        "info": [
            Series(
                labels: ["__name__": "aws_ebs_volume_info", "volume_id": "vol-1", "volume_type": "gp2"],
                samples: [Sample(time: 60, value: 1)]),
            Series(
                labels: ["__name__": "aws_ebs_volume_info", "volume_id": "vol-2", "volume_type": "gp3"],
                samples: [Sample(time: 60, value: .nan)]),
        ]
    ]

    @Test("a plugin reads one document and prints one; all of its answer arrives")
    func wholeAnswer() async throws {
        let stage = try PluginStage()
        let (plugin, files) = PluginStage.shell(
            """
            cat > request.json
            grep -q '"action":"describe"' request.json && { cat <<'END'
            {"schema": "sphinx.plugin/1", "name": "P", "author": "A", "version": 2, "resourceTypes": ["t"],
             "queries": [{"name": "cpu", "query": "up", "window": "1h", "step": "5m"}, {"query": "down"}]}
            END
            exit; }
            cat <<'END'
            {"schema": "sphinx.plugin/1", "opportunities": [{"title": "T", "description": "D", "address": "a.b",
             "workspace": "web", "severity": "high", "value": 0.5, "labels": {"x": "y"}, "evidence": {"n": [1]},
             "fix": {"attribute": "size", "value": "small", "set": {"iops": 3000}, "hint": "h", "destructive": true}}]}
            END
            """)
        let description = try await stage.runner.describe(plugin, files: files)
        #expect(
            description
                == PluginDescription(
                    name: "P", author: "A", version: "2",
                    queries: [
                        PluginQuery(name: "cpu", expression: "up", window: 3_600, step: 300),
                        PluginQuery(name: "down", expression: "down"),
                    ], resourceTypes: ["t"]))
        let findings = try await stage.runner.findings(
            of: plugin, files: files, in: PluginInput(at: 0, series: Self.series))
        #expect(
            findings == [
                PluginFinding(
                    title: "T", description: "D", address: "a.b", workspace: "web", labels: ["x": "y"],
                    severity: .high, value: 0.5,
                    fix: Rule.Fix(
                        attribute: "size", value: .string("small"), hint: "h", isDestructive: true,
                        also: ["iops": .integer(3_000)]), evidence: ["n": .array([.integer(1)])])
            ])
    }

    @Test("Python classes of the earlier form run unchanged, side by side with the file that runs them")
    func earlierPython() async throws {
        let stage = try PluginStage()
        let files = [
            try PluginStage.own("plugins/sphinx_plugin.py"),
            try PluginStage.own(
                "Tests/PluginAdapterTests/Earlier/ebs_gp2_to_gp3.py", as: "plugins/ebs/ebs_gp2_to_gp3.py"),
        ]
        let plugin = Plugin(
            name: "ebs", command: ["python3", "../sphinx_plugin.py", "ebs_gp2_to_gp3.py"], folder: "plugins/ebs")
        let description = try await stage.runner.describe(plugin, files: files)
        #expect(description.name == "EBS gp2 to gp3" && description.author == "Platform team")
        let findings = try await stage.runner.findings(
            of: plugin, files: files, in: PluginInput(at: 0, series: Self.series))
        #expect(
            findings == [
                PluginFinding(
                    title: "Move vol-1 to gp3", description: "gp3 is cheaper than gp2 for the same size.",
                    address: "vol-1", evidence: ["volume_type": .string("gp2")])
            ])
    }

    @Test(
        "the shipped memory rule speaks of what was full in the whole window",
        arguments: [([0.95, 0.92], 1), ([0.95, 0.5], 0), ([], 0)])
    func highMemory(values: [Double], count: Int) async throws {
        let stage = try PluginStage()
        let files = try ["sphinx_plugin.py", "high-memory-usage/rule.py", "high-memory-usage/plugin.yml"].map {
            try PluginStage.own("plugins/\($0)")
        }
        let found = PluginDiscovery(rules: RulesFile()).plugins(in: files, at: "plugins")
        let plugin = try #require(found.plugins.first)
        #expect(
            found.broken.isEmpty && plugin.name == "high-memory-usage" && plugin.queries.map(\.name) == ["memory_share"]
        )
        let series = Series(
            labels: ["terraform_address": "docker_container.api"],
            samples: values.enumerated().map { Sample(time: Double($0.offset) * 60, value: $0.element) })
        let findings = try await stage.runner.findings(
            of: plugin, files: files, in: PluginInput(at: 600, series: ["memory_share": [series]]))
        #expect(findings.count == count)
        #expect(findings.allSatisfy { $0.address == "docker_container.api" })
    }

    @Test(
        "a class's mistake is told with the end of its traceback",
        arguments: [
            ("import nothing_like_this", "No module named 'nothing_like_this'"),
            ("x = 1", "has no class that derives from AnalysisRulePlugin"),
        ])
    func pythonMistakes(text: String, words: String) async throws {
        let stage = try PluginStage()
        let files = [
            try PluginStage.own("plugins/sphinx_plugin.py"), SourceFile(path: "plugins/x/x.py", text: text),
        ]
        let plugin = Plugin(name: "x", command: ["python3", "../sphinx_plugin.py", "x.py"], folder: "plugins/x")
        let sentence = await stage.problem(plugin, files)
        #expect(sentence.hasPrefix("the plugin 'x' ended with exit code 1; it said: ") && sentence.contains(words))
    }
}

@Suite("Finding plugins")
struct PluginDiscoveryTests {
    @Test("executables and folders with a plugin.yml; the rest is theirs to use")
    func discovery() {
        let files = [
            SourceFile(path: "plugins/b.sh", bytes: [], isExecutable: true),
            SourceFile(path: "plugins/lib.py", text: ""),
            SourceFile(path: "plugins/a/plugin.yml", text: "command: [python3, main.py]\ntimeout: 1m\n"),
            SourceFile(path: "plugins/a/inner/plugin.yml", text: "nonsense"),
            SourceFile(path: "plugins/off/plugin.yml", text: "command: [x]\nenabled: false\n"),
            SourceFile(path: "plugins/c/plugin.yml", text: "comand: [x]\n"),
        ]
        let found = PluginDiscovery(rules: RulesFile()).plugins(in: files, at: "plugins")
        #expect(
            found.plugins == [
                Plugin(name: "a", command: ["python3", "main.py"], timeout: 60, folder: "plugins/a"),
                Plugin(name: "b", command: ["./b.sh"], folder: "plugins"),
            ])
        #expect(
            found.broken.flatMap(\.problems).map { $0.description.split(separator: "\n")[0] } == [
                "plugins/c/plugin.yml:1:1: unknown key 'comand'; did you mean 'command'?"
            ])
    }

    @Test("plugins of one name are none, and are told with their places")
    func namesakes() {
        let files = [
            SourceFile(path: "plugins/a.py", bytes: [], isExecutable: true),
            SourceFile(path: "plugins/a.sh", bytes: [], isExecutable: true),
            SourceFile(path: "plugins/a/plugin.yml", text: "command: [./main]\n"),
            SourceFile(path: "plugins/b.sh", bytes: [], isExecutable: true),
            SourceFile(path: "plugins/b/plugin.yml", text: "command: [x]\nenabled: false\n"),
        ]
        let found = PluginDiscovery(rules: RulesFile()).plugins(in: files, at: "plugins")
        #expect(found.plugins.map(\.name) == ["b"] && found.broken.map(\.plugin.name) == ["a"])
        #expect(
            found.broken.flatMap(\.problems).map(\.description) == [
                "3 plugins have the name 'a': plugins/a, plugins/a.py, plugins/a.sh; rename all but one"
            ])
    }

    @Test(
        "plugin.yml is read as strictly as rules",
        arguments: [
            (
                "timeout: 5m\n",
                "plugin.yml:1:1: 'command' is missing; write the program and its arguments, like [python3, main.py]"
            ),
            ("command: [x]\ntimeout: 1h\n", "plugin.yml:2:10: 'timeout' is '1h'; write 1s to 10m"),
            ("command: [x]\nqueries: [{name: a}]\n", "plugin.yml:2:11: 'query' is missing"),
        ])
    func settings(text: String, sentence: String) {
        do throws(Problems) {
            _ = try RulesFile().plugin(in: SourceFile(path: "plugin.yml", text: text))
            Issue.record("it was read")
        } catch {
            #expect(error.all.map { $0.description.split(separator: "\n")[0] } == ["\(sentence)"])
        }
    }
}
