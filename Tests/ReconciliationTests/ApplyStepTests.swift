import Domain
import Foundation
import Testing

@testable import Reconciliation

@Suite("What is to be applied")
struct ApplyStepTests {
    private static func observation(_ merged: [MergedManifest], _ workspaces: [Workspace] = [.sample()]) -> Observation
    {
        Observation(
            snapshot: Snapshot(baseBranch: "main", base: .of("b"), refs: [:]), workspaces: workspaces, merged: merged)
    }

    private static func words(_ step: ApplyStep) -> String {
        let names = { (manifests: [MergedManifest]) in manifests.map(\.manifest.address).joined(separator: " ") }
        return switch step {
        case .apply(let workspace, let manifests): "apply \(workspace.path): \(names(manifests))"
        case .leave(let manifests, let reason): "leave \(names(manifests)): \(reason)"
        case .hold(let manifests, let resolved): "hold \(names(manifests)) for \(resolved.count)"
        case .inspect(let workspace, let applied): "inspect \(workspace.path) since \(applied.hex.prefix(1))"
        }
    }

    static let rows: [(name: String, merged: [MergedManifest], workspaces: [Workspace], words: [String])] = [
        ("nothing is merged", [], [.sample()], []),
        ("one is merged", [.sample()], [.sample()], ["apply web: t.one"]),
        (
            "all of a workspace go together, and workspaces in their order",
            [
                .sample(.sample("t.z", in: "web")), .sample(.sample("t.y", in: "db")),
                .sample(.sample("t.x", in: "web")),
            ],
            [.sample("web"), .sample("db")], ["apply db: t.y", "apply web: t.z t.x"]
        ),
        (
            "what is applied already is not among them",
            [.sample(appliedAt: 0), .sample(.sample("t.two"))], [.sample()], ["apply web: t.two"]
        ),
        ("one whose apply failed is planned anew", [.sample(failed: "no")], [.sample()], ["apply web: t.one"]),
        (
            "the workspace cannot be read", [.sample()], [.sample("db")],
            ["leave t.one: the base has no workspace 'web' that can be read"]
        ),
        (
            "the workspace says never", [.sample()], [.sample(apply: .never)],
            ["leave t.one: workspace.yml says 'apply: never'"]
        ),
        ("all is applied, and the code is as it was", [.sample(appliedAt: 0, tree: "a")], [.sample()], []),
        (
            "all is applied, and the code is another one", [.sample(appliedAt: 0, tree: "0")], [.sample()],
            ["inspect web since 0"]
        ),
        (
            "the code is that of an older apply",
            [.sample(appliedAt: 1, tree: "a"), .sample(.sample("t.two"), appliedAt: 2, tree: "0")], [.sample()],
            ["inspect web since 0"]
        ),
        ("what was applied is not known any more", [.sample(appliedAt: 0)], [.sample()], []),
        (
            "the code is another one, in a workspace that is never applied",
            [.sample(appliedAt: 0, tree: "0")], [.sample(apply: .never)], []
        ),
        ("the code of a workspace that is gone", [.sample(appliedAt: 0, tree: "0")], [], []),
    ]

    @Test("is one step for each workspace at most", arguments: rows)
    func steps(name: String, merged: [MergedManifest], workspaces: [Workspace], words: [String]) {
        #expect(ApplyStep.steps(after: Self.observation(merged, workspaces)).map(Self.words) == words)
    }

    @Test("what does not fire any more holds back all of its workspace, and no other")
    func hold() {
        let merged: [MergedManifest] = [.sample(), .sample(.sample("t.two")), .sample(.sample("t.x", in: "db"))]
        let observation = Self.observation(merged, [.sample(), .sample("db")])
        let steps = ApplyStep.steps(after: observation, without: [Opportunity.sample().key])
        #expect(steps.map(Self.words) == ["apply db: t.x", "hold t.one t.two for 1"])
        let never = Self.observation([.sample()], [.sample(apply: .never)])
        #expect(
            ApplyStep.steps(after: never, without: [Opportunity.sample().key]).map(Self.words)
                == ["leave t.one: workspace.yml says 'apply: never'"])
    }

    @Test("a closed schedule keeps everything waiting, and looks at what was applied")
    func waiting() {
        let merged: [MergedManifest] = [.sample(), .sample(.sample("t.x", in: "db"), appliedAt: 0, tree: "0")]
        let steps = ApplyStep.steps(
            after: Self.observation(merged, [.sample(), .sample("db")]), without: [Opportunity.sample().key],
            waiting: "schedule: frozen")
        #expect(steps.map(Self.words) == ["inspect db since 0", "leave t.one: schedule: frozen"])
    }
}
