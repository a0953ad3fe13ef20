import Domain
import Testing

@Suite("Patterns and policies")
struct GlobTests {
    @Test(
        "patterns match whole paths, component by component",
        arguments: [
            ("prod/web", "prod/web", true), ("prod/web", "prod/web/a", false), ("prod", "prod/web", false),
            ("prod/*", "prod/web", true), ("prod/*", "prod", false), ("prod/*", "prod/a/b", false),
            ("*/web", "prod/web", true), ("*", "prod/web", false), ("*", "prod", true), ("**", "prod/web", true),
            ("**", "", true), ("", "", true), ("", "a", false), ("prod/**", "prod", true),
            ("prod/**", "prod/a/b", true),
            ("**/web", "web", true), ("**/web", "a/b/web", true), ("**/web", "a/web/b", false),
            ("a/**/z", "a/z", true), ("a/**/z", "a/b/c/z", true), ("a/**/z", "a/b/c", false),
            ("a/**/b/**/c", "a/x/b/b/y/c", true), ("a/**/b/**/c", "a/c/b", false), ("**/**", "a/b", true),
            ("**/a/**", "x/y", false), ("a**b", "axxb", true), ("a**b", "a/b", false),
            ("w?b", "web", true), ("w?b", "wb", false), ("?", "é", true), ("?", "/", false), ("*b*", "abc", true),
            ("*b*", "ac", false), ("a*b*c", "a1b2b3c", true), ("a*b*c", "a1c2b", false), ("*a", "aaa", true),
            ("/prod/", "prod", true), ("prod//web", "prod/web", true), ("Prod", "prod", false),
            ("aws_instance.*", "aws_instance.web", true), ("[ab]", "a", false), ("[ab]", "[ab]", true),
            ("a.b", "axb", false),
        ])
    func matches(pattern: String, path: String, isMatch: Bool) {
        #expect(Glob(pattern).matches(path) == isMatch)
    }

    /// With one try for each way to part the path this would not end.
    @Test(
        "a pattern of many stars is answered at once",
        arguments: [
            (
                Array(repeating: "**", count: 20).joined(separator: "/a/") + "/b",
                Array(repeating: "a", count: 60).joined(separator: "/")
            ),
            (String(repeating: "*a", count: 200) + "b", String(repeating: "a", count: 2_000)),
        ])
    func stars(pattern: String, path: String) {
        #expect(!Glob(pattern).matches(path) && Glob(pattern).matches(path + "b") == !pattern.contains("/"))
        #expect(Glob(pattern).matches(path + "/b") == pattern.contains("/"))
    }

    // MARK: Policies

    private static let policy = Policy(
        addresses: [Glob("aws_*.*"), Glob("module.m.*")], affected: [Glob("aws_eip.*")], replace: [Glob("gp2-*")],
        destroy: [Glob("plugin/*")])

    @Test("a policy covers all addresses and allows nothing more, unless it says otherwise")
    func standard() {
        let policy = Policy()
        #expect(policy.covers("aws_instance.web") && policy.covers("module.a.t.n") && !policy.affects("t.n"))
        #expect(!policy.replaces("idle") && !policy.destroys("idle") && policy.meaning.isEmpty)
    }

    @Test("a policy asks each of its lists alone")
    func lists() {
        let policy = Self.policy
        #expect(policy.covers("aws_instance.web") && policy.covers("module.m.t.n") && !policy.covers("google_x.y"))
        #expect(policy.affects("aws_eip.a") && !policy.affects("aws_instance.web"))
        #expect(policy.replaces("gp2-to-gp3") && !policy.replaces("plugin/x"))
        #expect(policy.destroys("plugin/x") && !policy.destroys("plugin/x/y") && !policy.destroys("gp2-to-gp3"))
    }

    @Test("whatever a proof depends on changes the policy's meaning; who has to sign does not")
    func meaning() {
        let check = Policy.Check(command: ["a", "b"])
        let all = [
            Policy(addresses: [Glob("a")]), Policy(affected: [Glob("a")]), Policy(replace: [Glob("a")]),
            Policy(destroy: [Glob("a")]), Policy(mostChanges: 1), Policy(mostChanges: 2), Policy(check: check),
            Policy(check: Policy.Check(command: ["a", "b"], folder: "p")),
            Policy(check: Policy.Check(command: ["a b"])),
            Policy(addresses: []), Policy(),
        ]
        #expect(Set(all.map(\.meaning)).count == all.count)
        #expect(Policy(destroy: [Glob("a")], signatures: [.merges]).meaning == Policy(destroy: [Glob("a")]).meaning)
        #expect(Policy(check: Policy.Check(command: ["a", "b"], timeout: 5)).meaning == Policy(check: check).meaning)
    }
}
