import Domain
import RulesFileAdapter
import TestSupport
import Testing

@Suite("The policy in a rules file")
struct PolicyReadingTests {
    private static let rules =
        "rules: [{id: gp2-to-gp3, name: N, query: up, condition: {operator: '<', threshold: 1}}]\n"

    private static func set(_ policy: String) throws -> RuleSet {
        try RulesFile().rules(
            in: SourceFile(path: "rules.yml", text: rules + policy), folder: { _ in [] }, workspaces: [])
    }

    @Test("every part is read; what is absent allows nothing more")
    func whole() throws {
        let policy = try Self.set(
            """
            policy:
              addresses: ["aws_*.*", "module.web.*"]
              affected: ["aws_eip.*"]
              replace: [gp2-*, plugin/ebs]
              destroy: ["*"]
              most_changes: 5
              check: {command: [conftest, test, --policy, policy, "-"], files: /policy/, timeout: 1m}

            """
        ).policy
        #expect(
            policy
                == Policy(
                    addresses: [Glob("aws_*.*"), Glob("module.web.*")], affected: [Glob("aws_eip.*")],
                    replace: [Glob("gp2-*"), Glob("plugin/ebs")], destroy: [Glob("**")], mostChanges: 5,
                    check: Policy.Check(
                        command: ["conftest", "test", "--policy", "policy", "-"], folder: "policy", timeout: 60)))
        #expect(try Self.set("").policy == Policy())
        #expect(try Self.set("policy: {}\n").policy == Policy())
        #expect(
            try Self.set("policy: {check: {command: [true]}}\n").policy.check
                == Policy.Check(command: ["true"], folder: nil, timeout: 30))
    }

    @Test("what has to be signed is one word or a list, and changes no proof")
    func signatures() throws {
        for (text, parts) in [
            ("merges", [SignedPart.merges]), ("[manifests, merges]", [.merges, .manifests]),
            ("manifests", [.manifests]),
        ] {
            let policy = try Self.set("policy: {signatures: \(text)}\n").policy
            #expect(policy == Policy(signatures: Set(parts)) && policy.meaning.isEmpty)
        }
    }

    @Test("the policy is the main file's alone")
    func included() throws {
        let problems = #expect(throws: Problems.self) {
            _ = try RulesFile().rules(
                in: SourceFile(path: "rules.yml", text: "include: [more.yml]\n" + Self.rules),
                folder: { _ in [SourceFile(path: "more.yml", text: "policy: {}\n")] }, workspaces: [])
        }
        #expect(
            problems?.all.map(\.message) == ["unknown key 'policy'"]
                && problems?.all.first?.location?.description == "more.yml:1:1")
    }

    @Test(
        "mistakes are told at their place",
        arguments: [
            ("policy: {adresses: []}\n", "rules.yml:2:10: unknown key 'adresses'; did you mean 'addresses'?"),
            (
                "policy: {replace: [gp2-to-gp4]}\n",
                "rules.yml:2:20: no rule is called 'gp2-to-gp4'; did you mean 'gp2-to-gp3'?"
            ),
            ("policy: {destroy: [x-*]}\n", "rules.yml:2:20: no rule is called 'x-*'"),
            (
                "policy: {most_changes: 0}\n",
                "rules.yml:2:24: 'most_changes' is 0, which allows nothing; write 1 or more"
            ),
            ("policy: {most_changes: -1}\n", "rules.yml:2:24: 'most_changes' is -1; a whole number from 0 is needed"),
            ("policy: {affected: t.n}\n", "rules.yml:2:20: 'affected' is a text; a list is needed"),
            ("policy: {check: conftest}\n", "rules.yml:2:17: check is a text; a mapping is needed"),
            (
                "policy: {check: {files: policy}}\n",
                "rules.yml:2:17: 'command' is missing; write the program and its arguments, like [conftest, test, --policy, policy, -]"
            ),
            (
                "policy: {check: {command: [a], files: ../x}}\n",
                "rules.yml:2:39: 'files' is no folder of the repository; write one like policy"
            ),
            (
                "policy: {check: {command: [a], timeout: 1h}}\n",
                "rules.yml:2:41: 'timeout' is '1h'; write 1s to 10m"
            ),
            (
                "policy: {signatures: merge}\n",
                "rules.yml:2:22: 'merge' is nothing that is signed; did you mean 'merges'?"
            ),
            (
                "policy: {signatures: [plans]}\n",
                "rules.yml:2:23: 'plans' is nothing that is signed; known: merges, manifests"
            ),
            (
                "policy: {signatures: {merges: required, allowed_signers: keys}}\n",
                "rules.yml:2:22: 'signatures' is a mapping; a text or a list is needed; write [merges, manifests]; "
                    + "SPHINX_ALLOWED_SIGNERS says on the job's machine who may sign"
            ),
            ("policy: []\n", "rules.yml:2:9: policy is a list; a mapping is needed"),
        ])
    func mistakes(text: String, sentence: String) {
        let problems = #expect(throws: Problems.self) { _ = try Self.set(text) }
        let told = (problems?.all ?? []).map { problem in
            "\(problem.location?.description ?? ""): \(problem.message)" + (problem.hint.map { "; \($0)" } ?? "")
        }
        #expect(told == [sentence])
    }
}
