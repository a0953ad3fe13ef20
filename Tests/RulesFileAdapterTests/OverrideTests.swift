import Domain
import RulesFileAdapter
import Testing

@Suite("Rules in several workspaces and files")
struct OverrideTests {
    private static func read(
        _ text: String, files: [SourceFile] = [], workspaces: [String] = ["dev/web", "prod/db", "prod/web"]
    ) throws -> RuleSet {
        try RulesFile().rules(
            in: SourceFile(path: "rules.yml", text: text),
            folder: { (folder) throws(Problem) in files.filter { $0.folder == folder } }, workspaces: workspaces)
    }

    static let start = """
        vars: {cpu: 5}
        rules:
          - {id: aws/idle, name: Idle, query: up, condition: {operator: '<', threshold: "${cpu}"}}
          - {id: other, name: Other, query: up, condition: {operator: '>', threshold: 1}}

        """

    @Test("an override changes a rule where it applies, and the later one wins")
    func later() throws {
        let set = try Self.read(
            Self.start + """
                overrides:
                  - {workspaces: ["prod/**"], rules: ["aws/*"], set: {severity: high, vars.cpu: 3}}
                  - {workspaces: [prod/db], rules: ["*"], set: {severity: critical, threshold: 2}}
                  - {workspaces: ["dev/*"], set: {enabled: false}}

                """)
        #expect(set.rules.map(\.severity) == [.medium, .medium])
        let found = ["dev/web", "prod/db", "prod/web"].flatMap { workspace in
            ["aws/idle", "other"].compactMap { id in
                set.rule(id, in: workspace).map {
                    "\(workspace) \(id) \($0.severity) \($0.condition?.single?.number ?? 0) \($0.enabled)"
                }
            }
        }
        #expect(
            found == [
                "dev/web aws/idle medium 5.0 false", "dev/web other medium 1.0 false",
                "prod/db aws/idle critical 2.0 true", "prod/db other critical 2.0 true",
                "prod/web aws/idle high 3.0 true", "prod/web other medium 1.0 true",
            ])
    }

    @Test("no workspace is in two variants of a rule, whatever overlaps")
    func disjoint() throws {
        let set = try Self.read(
            Self.start + """
                overrides:
                  - {workspaces: ["**"], set: {severity: low}}
                  - {workspaces: ["prod/*"], set: {limit: 7}}
                  - {workspaces: ["*/web"], set: {offset: 1m}}

                """)
        for variants in set.variants.values {
            let all = variants.flatMap(\.workspaces)
            #expect(all.count == Set(all).count && all.count == 3 && variants.count == 3)
        }
    }

    @Test("a suppression holds through the end of its day, and speaks of all workspaces unless it says otherwise")
    func suppressions() throws {
        let set = try Self.read(
            Self.start + """
                suppressions:
                  - {rule: aws/idle, address: "aws_instance.bastion*", until: 2026-12-31, reason: for recovery}
                  - {rule: "plugin/ebs", workspace: "dev/*", reason: no matter}

                """)
        let first = try #require(set.suppressions.first)
        #expect(first.until == 1_798_761_599 && first.reason == "for recovery")
        #expect(first.workspace.matches("prod/web") && first.address.matches("aws_instance.bastion2"))
        #expect(!first.address.matches("aws_instance.web"))
        #expect(set.suppressions.last?.until == nil && set.suppressions.last?.workspace.matches("prod/web") == false)
        #expect(first.location.description == "rules.yml:6:5")
    }

    @Test("included files come in the order of their paths, see the main file's variables, and name their own places")
    func include() throws {
        let rule = "{name: N, query: up, condition: {operator: '<', threshold: \"${cpu}\"}}"
        let files = [
            SourceFile(path: "rules.d/b.yml", text: "rules: [\(rule.replacing("N", with: "B"))]\n"),
            SourceFile(
                path: "rules.d/a.yml", text: "vars: {cpu: 7}\nrules: [\(rule.replacing("N", with: "A"))]\n"),
            SourceFile(path: "rules.d/a.txt", text: "nonsense"),
        ]
        let set = try Self.read(Self.start + "include: [rules.d/*.yml]\n", files: files)
        #expect(set.rules.map(\.id) == ["aws/idle", "other", "a", "b"])
        #expect(set.rules.map { $0.condition?.single?.number ?? 0 } == [5, 1, 7, 5])
        #expect(set.rules.last?.location.file == "rules.d/b.yml")
    }

    @Test("a mistake in an included file is told with the others, and an id is taken over all files")
    func includeMistakes() {
        let text =
            "rules: [{id: aws/idle, name: Again, query: up, condition: {operator: '<', threshold: 1}}]\nlimits: {}\n"
        let problems = LanguageMistakeTests.problems(
            Self.start + "include: [more.yml]\nlimit: 1\n", files: [SourceFile(path: "more.yml", text: text)])
        #expect(
            problems == [
                "rules.yml:6:1: unknown key 'limit'; did you mean 'limits'?",
                "more.yml:1:9: the rule id 'aws/idle' is taken by rules.yml:3:5; give one of them another 'id'",
                "more.yml:2:1: unknown key 'limits'; known: version, vars, defaults, rules, overrides, suppressions",
            ])
    }

    @Test("variables take their place in any scalar, with their type, and '$${' stands for itself")
    func variables() throws {
        let set = try Self.read(
            """
            vars: {least: 3, job: api, on_call: true}
            rules:
              - name: A ${job}
                query: up{job="${job}", x="$${y}"}
                enabled: ${on_call}
                condition: {operator: '<', threshold: "${least}"}
                fix: {attribute: size, value: "${least}"}

            """)
        let rule = try #require(set.rules.first)
        #expect(rule.name == "A api" && rule.expression == #"up{job="api", x="${y}"}"# && rule.enabled)
        #expect(rule.fix?.value == .integer(3))
    }

    @Test("reading is the same every time", arguments: [LanguageTests.whole, start])
    func deterministic(text: String) throws {
        let first = try Self.read(text)
        for _ in 0..<5 { #expect(try Self.read(text) == first) }
    }
}
