import Domain
import TestSupport
import Testing

@testable import Reconciliation

@Suite("What a policy allows of a plan")
struct PolicyScopeTests {
    private static func change(
        _ address: String, _ actions: [ResourceChange.Action], forced: [String] = []
    ) -> ResourceChange {
        ResourceChange(
            address: address, actions: actions, before: .object(["a": .integer(1)]),
            after: actions.contains(.delete) && !actions.contains(.create) ? .null : .object(["a": .integer(2)]),
            replacePaths: forced)
    }

    private static func sentences(_ policy: Policy, _ changes: ResourceChange...) -> [String] {
        PlanScope(target: "t.n", rule: "resize", fix: nil, policy: policy)
            .refusals(of: Plan(changes: changes, text: "", terraformVersion: "1")).map(\.sentence)
    }

    private static let replaced = change("t.n", [.delete, .create], forced: ["size"])
    private static let destroyed = change("t.n[1]", [.delete])

    @Test("replacing and destroying are allowed to the rules that the policy names, of the target alone")
    func destruction() {
        let forced = "t.n would be replaced (forced by size); only changes in place are allowed"
        let gone = "t.n[1] would be destroyed; only changes in place are allowed"
        #expect(Self.sentences(Policy(), Self.replaced) == [forced])
        #expect(Self.sentences(Policy(replace: [Glob("resize")]), Self.replaced) == [])
        #expect(Self.sentences(Policy(replace: [Glob("other-*")]), Self.replaced) == [forced])
        #expect(Self.sentences(Policy(destroy: [Glob("resize")]), Self.replaced) == [forced])
        #expect(Self.sentences(Policy(), Self.destroyed) == [gone])
        #expect(Self.sentences(Policy(destroy: [Glob("re*")]), Self.destroyed) == [])
        let everything = Policy(affected: [Glob("**")], replace: [Glob("**")], destroy: [Glob("**")])
        #expect(
            Self.sentences(everything, Self.change("t.other", [.delete, .create]))
                == ["t.other would be replaced; only changes in place are allowed"])
        #expect(
            Self.sentences(everything, Self.change("t.n", [.forget]))
                == ["t.n would be destroyed; only changes in place are allowed"])
    }

    @Test("others may be updated with it where the policy says so, and only updated")
    func affected() {
        let both = [Self.change("t.n", [.update]), Self.change("t.dependent[\"k\"]", [.update])]
        #expect(
            Self.sentences(Policy(), both[0], both[1]) == ["t.dependent[\"k\"] would change, too; only t.n may"])
        #expect(Self.sentences(Policy(affected: [Glob("t.dep*")]), both[0], both[1]) == [])
        #expect(
            Self.sentences(Policy(affected: [Glob("t.dep*")]), both[0], Self.change("t.dependent", [.create]))
                == ["t.dependent would be changed by 'create'; only updates are allowed"])
    }

    @Test("the blast radius counts resources, whatever else is allowed")
    func mostChanges() {
        let changes = (0..<3).map { Self.change("t.n[\($0)]", [.update]) }
        let repository = MemoryRepository()
        let gate = PolicyGate(
            policy: Policy(mostChanges: 2), checker: nil, objects: repository, base: EditGuardTests.workspace.tree)
        func sentences(_ changes: [ResourceChange]) -> [String] {
            gate.refusals(of: Plan(changes: changes, text: "", terraformVersion: "1")).map(\.sentence)
        }
        #expect(sentences(changes) == ["the plan changes 3 resources; the policy allows most_changes 2"])
        #expect(sentences(Array(changes.prefix(2))).isEmpty)
    }

    @Test("the target may be taken out of the code only by a rule that may destroy")
    func removal() {
        let path = "workspaces/web/main.tf"
        let before = [SourceFile(path: path, text: "resource \"t\" \"n\" {}\n\nresource \"t\" \"m\" {}\n")]
        let after = [SourceFile(path: path, text: "\nresource \"t\" \"m\" {}\n")]
        func reasons(_ mayRemove: Bool, _ after: [SourceFile]) -> [Refusal.Reason] {
            EditGuard(
                workspace: EditGuardTests.workspace, before: before, target: "t.n", fix: nil, mayRemove: mayRemove
            ).refusals(after: after).map(\.reason)
        }
        #expect(reasons(false, after) == [.outsideTarget])
        #expect(reasons(true, after) == [])
        #expect(reasons(true, [SourceFile(path: path, text: "\n")]) == [.outsideTarget])
    }

    @Test("a policy that allows nothing more leaves every input digest as it was; every part of one that does counts")
    func meaning() {
        #expect(Policy().meaning.isEmpty)
        let policies = [
            Policy(addresses: [Glob("t.*")]), Policy(affected: [Glob("t.*")]), Policy(replace: [Glob("t.*")]),
            Policy(destroy: [Glob("t.*")]), Policy(mostChanges: 3), Policy(check: Policy.Check(command: ["a"])),
            Policy(check: Policy.Check(command: ["a"], folder: "policy")),
        ]
        #expect(Set(policies.map(\.meaning)).count == policies.count)
    }
}
