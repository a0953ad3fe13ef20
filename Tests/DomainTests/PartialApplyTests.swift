import Domain
import Testing

@Suite("What a failed apply had done")
struct PartialApplyTests {
    private static func change(_ address: String, _ actions: [ResourceChange.Action]) -> ApprovedChange {
        ApprovedChange(address: address, actions: actions, digest: Digest(of: [address]))
    }

    @Test(
        "a resource is done when all is that was approved for it",
        arguments: [
            ([.create], [.create], true), ([.update], [.update], true), ([.delete, .create], [.delete], false),
            ([.delete, .create], [.delete, .create], true), ([.create], [], false), ([.update], [.create], false),
            ([.moved, .update], [.update], true),
        ] as [([ResourceChange.Action], Set<ResourceChange.Action>, Bool)])
    func divided(approved: [ResourceChange.Action], completed: Set<ResourceChange.Action>, isDone: Bool) {
        let partial = PartialApply(completed: ["a.b": completed], log: "")
        let (done, left) = partial.divided([Self.change("a.b", approved)])
        #expect(done == (isDone ? ["a.b"] : []) && left == (isDone ? [] : ["a.b"]))
    }

    @Test("what Terraform never tells of is neither done nor left, and both lists are sorted")
    func told() {
        let partial = PartialApply(completed: ["b.b": [.create], "b.a": [.create], "x.y": [.create]], log: "")
        let changes = [
            Self.change("b.b", [.create]), Self.change("b.a", [.create]), Self.change("c.b", [.delete]),
            Self.change("c.a", [.delete]), Self.change("d.a", [.forget]), Self.change("d.b", [.moved]),
            Self.change("d.c", [.importing]), Self.change("output.o", [.update]),
        ]
        let (done, left) = partial.divided(changes)
        #expect(done == ["b.a", "b.b"] && left == ["c.a", "c.b"])
    }

    @Test("of two approvals of one resource both have to be done")
    func twice() {
        let partial = PartialApply(completed: ["a.b": [.delete]], log: "")
        let (done, left) = partial.divided([Self.change("a.b", [.delete]), Self.change("a.b", [.delete, .create])])
        #expect(done.isEmpty && left == ["a.b"])
    }
}
