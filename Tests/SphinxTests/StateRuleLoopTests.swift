import Domain
import Foundation
import PluginAdapter
import Reconciliation
import TestSupport
import Testing

@Suite("Rules on state, plugins and suppressions in the loop")
struct StateRuleLoopTests {
    private static let rules = """
        rules:
          - id: large
            name: Large machine
            source: state
            resource: {type: terraform_data, where: {attributes: {input.size: large}}}
            opportunity:
              title: "{address} is {attr.input.size}"
              fix: {attribute: input.size, value: small, set: {input.disks: "{attr.input.disks|times:2|at_least:4}"}}

        """

    private static let machine = """
        resource "terraform_data" "one" {
          input = {
            id    = "i-1"
            size  = "large"
            disks = 1 # one is enough
          }
        }

        """

    private static func stage(_ more: [String: String] = [:], rules: String = rules) async throws -> LoopStage {
        try await LoopStage(
            ["workspaces/web/main.tf": machine].merging(more) { first, _ in first }, rules: rules)
    }

    @Test("a rule that needs no metric is proposed, merged, applied, and then gone; nothing was asked")
    func stateRule() async throws {
        let stage = try await Self.stage()
        let first = try await stage.reconcile()
        let proposal = try #require(first.proposals.first)
        #expect(proposal.state == .created && proposal.title == "terraform_data.one is large")
        #expect(
            try await stage.show("workspaces/web/main.tf", on: proposal.branch)
                == Self.machine.replacing("\"large\"", with: "\"small\"").replacing("disks = 1", with: "disks = 4"))
        #expect(try await stage.reconcile().proposals.map(\.state) == [.unchanged])
        try await stage.merge(proposal.branch)
        #expect(try await stage.reconcile().applies.map(\.result) == [.applied])
        let last = try await stage.reconcile()
        #expect(last.proposals.isEmpty && last.pushes == 0)
        #expect(last.statuses.map { "\($0.rule) \($0.status.rawValue) \($0.count)" } == ["large clear 1"])
        #expect(stage.metrics.asked == 0)
    }

    @Test("a suppression withdraws an open proposal with its reason, and names it in the statuses")
    func suppression() async throws {
        let stage = try await Self.stage()
        let branch = try #require(try await stage.reconcile().proposals.first).branch
        try await stage.commit(
            ["rules.yml": Self.rules + "suppressions: [{rule: large, reason: for the fair}]\n"], "Keep it")
        let report = try await stage.reconcile()
        #expect(
            report.statuses.map { "\($0.status.rawValue): \($0.reason ?? "")" } == [
                "suppressed: terraform_data.one: suppressed by rules.yml:9:16: for the fair"
            ])
        #expect(report.proposals.map(\.state) == [.superseded])
        #expect(report.proposals.map(\.reason) == ["suppressed by rules.yml:9:16: for the fair"])
        #expect(try await stage.refs()["refs/heads/\(branch)"] == nil)
    }

    @Test("an override switches a rule off in one workspace")
    func override() async throws {
        let stage = try await Self.stage(
            ["workspaces/dev/main.tf": Self.machine],
            rules: Self.rules + "overrides: [{workspaces: [dev], set: {enabled: false}}]\n")
        let report = try await stage.reconcile()
        #expect(report.proposals.map(\.workspace) == ["web"])
        #expect(report.statuses.map(\.workspace) == ["web"])
    }

    @Test("a destructive fix is reported, and never proposed")
    func destructive() async throws {
        let stage = try await Self.stage(
            rules: Self.rules.replacing("value: small,", with: "value: small, destructive: true,"))
        let report = try await stage.reconcile()
        #expect(report.proposals.map(\.state) == [.reported])
        #expect(
            report.proposals.map(\.reason) == [
                "the fix removes something: a person has to make it, or the policy's 'destroy' has to name the rule"
            ])
        #expect(report.pushes == 0)
    }

    // MARK: Plugins

    private static let plugin = """
        #!/bin/sh
        if grep -q describe; then
          echo '{"schema":"sphinx.plugin/1","name":"p","queries":[{"name":"cpu","query":"cpu"}],"resourceTypes":["terraform_data"]}'
        else
          printf '{"schema":"sphinx.plugin/1","opportunities":[{"title":"%s","address":"%s",' "Too large" "ADDRESS"
          printf '"fix":{"attribute":"input.size","value":"small"}}]}'
        fi

        """

    private static func run(_ stage: LoopStage) async throws -> RunReport {
        var world = try stage.world()
        world.plugins = PluginRunner(
            PluginRunner.Settings(
                scratchFolder: stage.folder.file("plugins"),
                path: ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"))
        return try await Reconciler(world: world, settings: stage.settings()).run()
    }

    private static func pluginStage(_ address: String, mode: String = "+x") async throws -> LoopStage {
        let stage = try await stage(rules: "rules: []\n")
        try stage.folder.write(plugin.replacing("ADDRESS", with: address), to: "person/plugins/p")
        try await Shell.run("chmod", ["+x", stage.folder.file("person/plugins/p")])
        try await stage.commit([:], "Add a plugin")
        return stage
    }

    @Test("what a plugin finds is proposed and applied like any other opportunity")
    func pluginLoop() async throws {
        let stage = try await Self.pluginStage("terraform_data.one")
        let first = try await Self.run(stage)
        let proposal = try #require(first.proposals.first)
        #expect(proposal.state == .created && proposal.rule == "plugin/p" && proposal.title == "Too large")
        #expect(first.statuses.map { "\($0.rule) \($0.status.rawValue) \($0.count)" } == ["plugin/p firing 1"])
        #expect(try await Self.run(stage).proposals.map(\.state) == [.unchanged])
        try await stage.merge(proposal.branch)
        #expect(try await Self.run(stage).applies.map(\.result) == [.applied])
        #expect(try stage.state("web").contains("\"size\": \"small\""))
    }

    @Test("a plugin that is gone takes its open proposals along; one that fails closes nothing")
    func pluginGone() async throws {
        let stage = try await Self.pluginStage("terraform_data.one")
        _ = try await Self.run(stage)
        try await stage.commit(["plugins/p": "#!/bin/sh\nexit 7\n"], "Break it")
        let broken = try await Self.run(stage)
        #expect(
            broken.statuses.map { "\($0.status.rawValue) \($0.reason ?? "")" } == [
                "error the plugin 'p' ended with exit code 7"
            ])
        #expect(broken.proposals.map(\.state) == [.unchanged])
        try await Shell.git("rm", "-q", "plugins/p", in: stage.person)
        try await stage.commit([:], "Remove it")
        #expect(try await Self.run(stage).proposals.map(\.state) == [.superseded])
    }

    @Test("an address that nobody knows is one status, and the run goes on")
    func unknownAddress() async throws {
        let stage = try await Self.pluginStage("terraform_data.nobody")
        let report = try await Self.run(stage)
        #expect(report.proposals.isEmpty)
        #expect(
            report.statuses.map { "\($0.status.rawValue) \($0.reason ?? "")" } == [
                "unmapped no workspace has terraform_data.nobody"
            ])
    }
}
