import Domain
import Foundation

@testable import Reconciliation

extension ObjectID {
    /// The same digit, forty times.
    static func of(_ digit: Character) -> ObjectID {
        ObjectID(String(repeating: digit, count: 40)).unsafelyUnwrapped
    }
}

extension Rule {
    static func sample(
        _ id: String = "idle", severity: Severity = .medium,
        fix: Fix? = Fix(attribute: "size", value: .string("small")),
        coolDown: Double? = nil
    ) -> Rule {
        var rule = Rule(
            id: id, name: "Idle machine", query: "cpu", condition: Condition(.lessThan, 0.05, duration: 600),
            severity: severity, fix: fix, title: .plain("idle"), description: .plain(""),
            location: SourceLocation(file: "rules.yml", line: 1, column: 1))
        rule.coolDown = coolDown
        return rule
    }
}

extension Opportunity {
    static func sample(
        _ address: String = "t.one", in workspace: String = "web", rule: Rule = .sample(), title: String = "idle"
    ) -> Opportunity {
        Opportunity(
            workspace: workspace, rule: rule, address: address, title: title, description: "", since: 0, value: 0.01,
            evidence: Evidence(
                query: "cpu", condition: "below 0.05", start: 0, end: 600, step: 60, threshold: 0.05, instances: [],
                series: [], located: "a label"))
    }
}

extension Workspace {
    static func sample(_ path: String = "web", tree: Character = "a", apply: WorkspaceSettings.Apply = .merged)
        -> Workspace
    {
        Workspace(
            path: path, folder: "workspaces/\(path)", tree: .of(tree), settings: WorkspaceSettings(apply: apply))
    }
}

extension TrackedProposal {
    /// Pushed at `1…1`; open, unless the head is another one or none.
    static func sample(
        _ manifest: Manifest, head: Character? = "1", pushedAt: Double = 0, closed reason: String? = nil
    ) -> TrackedProposal {
        TrackedProposal(
            branch: RefNames().branch(workspace: manifest.workspace, rule: manifest.rule, key: manifest.key),
            pushed: .of("1"), head: head.map(ObjectID.of), manifest: manifest,
            approval: Approval("0123456789ab").unsafelyUnwrapped, pushedAt: Date(timeIntervalSince1970: pushedAt),
            closing: reason.map { TrackedProposal.Closing(object: .of("c"), reason: $0) })
    }
}

extension MergedManifest {
    /// Of an opportunity; applied where a time is given, failed where a reason is.
    static func sample(
        _ opportunity: Opportunity = .sample(), appliedAt: Double? = nil, tree: Character? = nil,
        failed reason: String? = nil
    ) -> MergedManifest {
        MergedManifest(
            manifest: .fixture(
                key: opportunity.key, workspace: opportunity.workspace, rule: opportunity.rule.id,
                address: opportunity.address),
            approval: Approval("ba9876543210").unsafelyUnwrapped, isApplied: appliedAt != nil,
            failure: reason.map { Failure(time: Date(timeIntervalSince1970: 0), reason: $0, done: []) },
            appliedAt: appliedAt.map(Date.init(timeIntervalSince1970:)), appliedTree: tree.map(ObjectID.of))
    }
}
