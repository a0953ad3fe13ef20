import Domain
import Foundation
import TestSupport
import Testing

@testable import Reconciliation

/// The whole loop for a rule, in memory: metrics, decision, code, plan, branch, merge and apply.
@Suite("A rule's proposal from its metric to its apply")
struct RuleLoopTests {
    static let rule = Rule.sample(fix: Rule.Fix(attribute: "input", value: .string("small")))
    static let opportunity = Opportunity.sample("terraform_data.one", rule: rule)
    static let key = opportunity.key
    static let branch = "sphinx/web/idle-\(key)"
    static let refs = ["refs/heads/\(branch)", "refs/sphinx/proposals/\(key)"]

    /// A stage on which a rule fires for `terraform_data.one`.
    static func stage(
        _ files: [String: String] = [MemoryStage.main: MemoryStage.code], fix: Rule.Fix? = rule.fix,
        limits: Limits = Limits(), policy: Policy = Policy()
    ) async throws -> MemoryStage {
        let stage = try await MemoryStage(
            files, rules: RuleSet(rules: [.sample(fix: fix)], limits: limits, policy: policy))
        fire(stage, 0.01)
        return stage
    }

    static func fire(_ stage: MemoryStage, _ value: Double, at addresses: [String] = ["terraform_data.one"]) {
        stage.metrics.set(
            "cpu", addresses.map { (["terraform_workspace": "web", "terraform_address": $0], value) })
    }

    static func told(_ report: RunReport) -> [String] {
        report.proposals.map { "\($0.state.rawValue)" + ($0.reason.map { ": \($0)" } ?? "") }
    }

    @Test("is a branch with the rule's own fix, then unchanged, then gone with its reason")
    func life() async throws {
        let stage = try await Self.stage()
        let report = try await stage.reconcile()
        #expect(Self.told(report) == ["created"] && report.proposals.map(\.branch) == [Self.branch])
        #expect(report.proposals.map(\.planSummary) == ["0 to add, 1 to change, 0 to destroy"])
        #expect(report.statuses.map { "\($0.workspace ?? "-") \($0.status.rawValue)" } == ["web firing"])
        #expect(stage.refs == Self.refs && report.pushes == 1 && report.problems.isEmpty)
        #expect(
            try stage.text(MemoryStage.main, on: Self.branch)
                == MemoryStage.code.replacing("\"large\"", with: "\"small\""))

        let again = try await stage.reconcile()
        #expect(Self.told(again) == ["unchanged"] && again.pushes == 0)

        stage.metrics.fail(with: Problem(.passing, "Prometheus is away"))
        #expect(Self.told(try await stage.reconcile()) == ["unchanged: not measured in this run"])
        stage.metrics.fail(with: nil)
        Self.fire(stage, 0.9)
        let clear = try await stage.reconcile()
        #expect(Self.told(clear) == ["resolved: the rule does not fire any more"] && stage.refs.isEmpty)
    }

    @Test("is applied after its merge, and then rests until the metric can tell of it")
    func applied() async throws {
        let stage = try await Self.stage()
        try await stage.reconcile()
        try stage.merge(Self.branch)
        let report = try await stage.reconcile()
        #expect(report.applies.map(\.result) == [.applied])
        #expect(Self.told(report) == ["waiting: settling: this run applied a change here"])
        #expect(
            stage.infrastructure.resources(of: "web")["terraform_data.one"] == "  input = \"small\"\n  forces = \"a\"\n"
        )
        #expect(stage.refs.count == 1 && stage.refs[0].hasPrefix("refs/sphinx/applied/\(Self.key)/"))
        stage.pass(3_599)
        #expect(Self.told(try await stage.reconcile()) == ["waiting: settling until 2025-11-24T17:00:00Z"])
        stage.pass(1)
        let settled = try await stage.reconcile()
        #expect(Self.told(settled) == ["unfixable: terraform_data.one.input is \"small\" already"])
    }

    @Test("that nobody needs any more when it is merged is held back, unless somebody insists")
    func resolved() async throws {
        let stage = try await Self.stage()
        try await stage.reconcile()
        try stage.merge(Self.branch)
        Self.fire(stage, 0.9)
        let report = try await stage.reconcile()
        #expect(report.applies.map(\.result) == [.resolved])
        #expect(
            report.applies.map(\.reason) == [
                "the rule does not fire any more; revert the merge, or insist with the trailer 'Sphinx-Force: apply' in the merge's message or 'Sphinx-Force: <key>' in a later commit"
            ])
        #expect(stage.infrastructure.applies == 0)

        stage.metrics.fail(with: Problem(.passing, "Prometheus is away"))
        let blind = try await stage.reconcile()
        #expect(blind.applies.map(\.result) == [.applied])
    }

    static let insisting: [(name: String, message: String, isForced: Bool)] = [
        ("by its key", "Insist\n\nSphinx-Force: \(key)\n", true),
        ("by its key, from a web form", "Insist\r\n\r\nSphinx-Force: \(key)\r\n", true),
        ("by another key", "Insist\n\nSphinx-Force: 0123456789\n", false),
        ("for all, in a commit that is no merge", "Insist\n\nSphinx-Force: apply\n", false),
        ("in words", "Please apply \(key), Sphinx-Force: \(key)\n", false),
    ]

    @Test("is insisted on", arguments: insisting)
    func forced(name: String, message: String, isForced: Bool) async throws {
        let stage = try await Self.stage()
        try await stage.reconcile()
        try stage.merge(Self.branch)
        Self.fire(stage, 0.9)
        let head = try stage.repository.commit(
            CommitDraft(
                parent: stage.repository.refs["refs/heads/main"], message: message,
                time: Date(timeIntervalSince1970: 1)))
        stage.repository.point("refs/heads/main", to: head)
        #expect(try await stage.reconcile().applies.map(\.result) == [isForced ? .applied : .resolved])
    }

    @Test("is brought onto a base that moved, and written anew where it conflicts with it")
    func refreshed() async throws {
        let stage = try await Self.stage()
        try await stage.reconcile()
        try stage.write(["workspaces/web/more.tf": "# more\n"])
        let report = try await stage.reconcile()
        #expect(Self.told(report) == ["refreshed"] && stage.refs == Self.refs)
        #expect(try stage.text("workspaces/web/more.tf", on: Self.branch) == "# more\n")

        try stage.write([MemoryStage.main: MemoryStage.code.replacing("# one carries the load.", with: "# one.")])
        #expect(Self.told(try await stage.reconcile()) == ["refreshed"])
        #expect(
            try stage.text(MemoryStage.main, on: Self.branch)
                == MemoryStage.code.replacing("# one carries the load.", with: "# one.")
                .replacing("\"large\"", with: "\"small\""))
        #expect(Self.told(try await stage.reconcile()) == ["unchanged"])
    }

    @Test("goes where the base has the change already")
    func alreadyThere() async throws {
        let stage = try await Self.stage()
        try await stage.reconcile()
        try stage.write([
            MemoryStage.main: try #require(try stage.text(MemoryStage.main, on: Self.branch)),
            "workspaces/web/more.tf": "# more\n",
        ])
        try await stage.applyBase()
        let report = try await stage.reconcile()
        #expect(Self.told(report) == ["resolved: the base has the change already"] && stage.refs.isEmpty)
    }

    @Test("waits for a base that is applied")
    func unclean() async throws {
        let stage = try await Self.stage()
        stage.infrastructure.forget("terraform_data.two", in: "web")
        let report = try await stage.reconcile()
        #expect(Self.told(report) == ["waiting: base not applied (1 to add, 0 to change, 0 to destroy)"])
        #expect(stage.refs.isEmpty && report.pushes == 0)
    }

    static let impossible: [(name: String, code: String, fix: Rule.Fix, reason: String)] = [
        (
            "its attribute is computed", MemoryStage.code.replacing("\"large\"", with: "upper(\"x\")"),
            Rule.Fix(attribute: "input", value: .string("small")),
            "terraform_data.one.input is the expression 'upper(\"x\")'"
        ),
        (
            "it would replace the resource", MemoryStage.code,
            Rule.Fix(attribute: "forces", value: .string("b")),
            "terraform_data.one would be replaced (forced by forces); only changes in place are allowed"
        ),
        (
            "its attribute has no place", MemoryStage.code, Rule.Fix(attribute: "a.b", value: .string("small")),
            "workspaces/web/main.tf: there is no place for 'a.b' in terraform_data.one"
        ),
        (
            "terraform does not like it", MemoryStage.code, Rule.Fix(attribute: "broken", value: .integer(1)),
            "terraform validate: workspaces/web/main.tf:1: Unsupported argument: It is broken."
        ),
    ]

    @Test("that cannot be made is remembered, and tried again when the code has changed", arguments: impossible)
    func unfixable(name: String, code: String, fix: Rule.Fix, reason: String) async throws {
        let stage = try await Self.stage([MemoryStage.main: code], fix: fix)
        let report = try await stage.reconcile()
        #expect(Self.told(report) == ["unfixable: \(reason)"])
        #expect(stage.refs == ["refs/sphinx/unfixable/\(Self.key)"])
        let benches = stage.infrastructure.benches
        let again = try await stage.reconcile()
        #expect(Self.told(again) == ["unfixable: \(reason)"] && again.pushes == 0)
        #expect(stage.infrastructure.benches == benches)

        try stage.write(["workspaces/web/more.tf": "# more\n"])
        #expect(Self.told(try await stage.reconcile()) == ["unfixable: \(reason)"])
        #expect(stage.infrastructure.benches > benches)
        try stage.write([MemoryStage.main: MemoryStage.code.replacing("forces = \"a\"", with: "forces = \"b\"")])
        try await stage.applyBase()
        let mended = Rule.Fix(attribute: "input", value: .string("small"))
        let next = try await Self.reconcile(stage, fix: mended)
        #expect(Self.told(next) == ["created"] && stage.refs == Self.refs)
    }

    /// The same stage under another rules file.
    private static func reconcile(_ stage: MemoryStage, fix: Rule.Fix) async throws -> RunReport {
        var world = stage.world()
        world.rules = MemoryRuleBook(RuleSet(rules: [.sample(fix: fix)]))
        return try await Reconciler(world: world, settings: stage.settings()).run()
    }

    @Test("two of one workspace: what is merged keeps the other waiting, and both are applied by one plan")
    func two() async throws {
        let code = MemoryStage.code.replacing("input = local.size", with: "input = \"large\"")
        let stage = try await Self.stage([MemoryStage.main: code, "workspaces/web/three.tf": "# nothing\n"])
        Self.fire(stage, 0.01, at: ["terraform_data.one", "terraform_data.two"])
        let report = try await stage.reconcile()
        #expect(Self.told(report) == ["created", "created"] && report.pushes == 1)
        try stage.merge(try #require(report.proposals.first).branch)
        var settings = stage.settings()
        settings.only = .propose
        let held = try await Reconciler(world: stage.world(), settings: settings).run()
        #expect(
            Self.told(held) == [
                "merged: merged and not applied yet", "waiting: base not applied (merged: \(report.proposals[0].key))",
            ])
    }

    static let plans: [(name: String, policy: Policy, state: String)] = [
        (
            "its addresses leave the resource out", Policy(addresses: [Glob("aws_*")]),
            "reported: the policy's addresses leave out terraform_data.one"
        ),
        (
            "it allows fewer changes", Policy(mostChanges: 0),
            "unfixable: the plan changes 1 resources; the policy allows most_changes 0"
        ),
        ("it allows as many", Policy(mostChanges: 1), "created"),
        (
            "it has a command, which nothing here runs", Policy(check: Policy.Check(command: ["conftest"])),
            "failed: the policy has a command, and nothing here runs it"
        ),
    ]

    @Test("is held against the policy", arguments: plans)
    func policy(name: String, policy: Policy, state: String) async throws {
        let stage = try await Self.stage(policy: policy)
        #expect(Self.told(try await stage.reconcile()) == [state])
    }

    private struct Checker: PlanChecker {
        var words: [String] = []
        var failure: Problem?

        func objections(
            to plan: JSONValue, by check: Policy.Check, files: [SourceFile]
        ) async throws(Problem) -> [String] {
            if let failure { throw failure }
            return words + files.map { "I read \($0.path)" }
        }
    }

    private static let check = Policy(check: Policy.Check(command: ["conftest"], folder: "policy"))

    @Test("is shown to the policy's command, which reads the files of its folder at the pinned commit")
    func checked() async throws {
        let files = [MemoryStage.main: MemoryStage.code, "policy/a.rego": "package a\n"]
        let rows: [(Checker, String)] = [
            (
                Checker(words: ["too small"]),
                "unfixable: the policy's command: too small; the policy's command: I read policy/a.rego"
            ),
            (Checker(failure: Problem(.passing, "conftest hangs")), "failed: conftest hangs"),
        ]
        for (checker, state) in rows {
            let stage = try await Self.stage(files, policy: Self.check)
            var world = stage.world()
            world.planChecker = checker
            #expect(Self.told(try await Reconciler(world: world, settings: stage.settings()).run()) == [state])
        }
        let bare = try await Self.stage(policy: Self.check)
        var world = bare.world()
        world.planChecker = Checker()
        #expect(
            Self.told(try await Reconciler(world: world, settings: bare.settings()).run())
                == ["failed: the policy's folder 'policy' is not in the repository"])
    }

    static let steps: [(step: String, state: String)] = [
        ("open", "failed: web: no"), ("fmt", "failed: web: no"), ("plan", "failed: web: no"),
        ("validate", "failed: web: no"),
    ]

    @Test("fails for once where Terraform does, and is made by the next run", arguments: steps)
    func failing(step: String, state: String) async throws {
        let stage = try await Self.stage()
        var world = stage.world()
        world.infrastructure = ScriptedInfrastructure(
            memory: stage.infrastructure, failures: [step: .sample("web: no", step: step)])
        let report = try await Reconciler(world: world, settings: stage.settings()).run()
        #expect(Self.told(report) == [state] && report.problems.map(\.message) == ["web: no"] && stage.refs.isEmpty)
        #expect(Self.told(try await stage.reconcile()) == ["created"])
    }

    @Test("that the remote does not take says so and takes no other with it")
    func refused() async throws {
        let code = MemoryStage.code.replacing("input = local.size", with: "input = \"large\"")
        let stage = try await Self.stage([MemoryStage.main: code])
        Self.fire(stage, 0.01, at: ["terraform_data.one", "terraform_data.two"])
        var world = stage.world()
        world.remote = FaultyRemote(stage.repository, .refuses("protected")) { $0.name.hasSuffix("/\(Self.key)") }
        let report = try await Reconciler(world: world, settings: stage.settings()).run()
        #expect(
            Self.told(report) == [
                "failed: not published: refs/sphinx/proposals/\(Self.key): protected", "created",
            ])
        #expect(report.proposals.map { $0.commit == nil } == [true, false])
        #expect(Self.told(try await stage.reconcile()) == ["created", "unchanged"])
    }

    @Test("a push that does not come through fails all that it was to publish, and is told once")
    func down() async throws {
        let stage = try await Self.stage()
        var world = stage.world()
        world.remote = FaultyRemote(stage.repository, .breaks(Problem(.passing, "hung up"))) { _ in true }
        let report = try await Reconciler(world: world, settings: stage.settings()).run()
        #expect(Self.told(report) == ["failed: not published: hung up"])
        #expect(report.problems.map(\.message) == ["hung up"] && report.pushes == 0 && stage.refs.isEmpty)
        let row = stage.history.all.last { $0.action == "propose" }
        #expect(row?.status == "failed" && row?.details["reason"]?.string == "not published: hung up")
    }

    @Test("an analysis alone proposes nothing, and a repository without rules says what to do")
    func analysisOnly() async throws {
        let stage = try await Self.stage()
        var settings = stage.settings()
        settings.analysisOnly = true
        let report = try await Reconciler(world: stage.world(), settings: settings).run()
        #expect(report.opportunities.map(\.address) == ["terraform_data.one"] && report.proposals.isEmpty)
        #expect(stage.refs.isEmpty)

        settings.rulesFile = "other.yml"
        await #expect(
            throws: Problems([
                Problem(
                    .needsPerson, "other.yml is not in main",
                    hint: "commit a rules file, or name another one with RULES_FILE_PATH")
            ])
        ) { try await Reconciler(world: stage.world(), settings: settings).run() }
        settings.only = .apply
        #expect(try await Reconciler(world: stage.world(), settings: settings).run().applies.isEmpty)
    }
}
