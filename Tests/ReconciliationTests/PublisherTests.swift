import Domain
import Synchronization
import TestSupport
import Testing

@testable import Reconciliation

@Suite("One push for everything")
struct PublisherTests {
    /// Refuses refs by name, as a hook does; of an atomic push the others are collateral.
    struct Hook: Remote {
        var remote = MemoryRepository()
        var refused: [String: String] = [:]
        /// Requests to merge are refused with these words.
        var noRequests: String?
        /// Pushes without a request do not come through.
        var broken: Problem?

        func snapshot(base: String?, prefixes: [String]) async throws(Problem) -> Snapshot {
            try await remote.snapshot(base: base, prefixes: prefixes)
        }

        func fetch(_ objects: [ObjectID]) async throws(Problem) {}

        func push(_ updates: [RefUpdate]) async throws(Problem) -> [RefRejection] {
            if let broken { throw broken }
            return try await taken(updates)
        }

        func push(_ updates: [RefUpdate], opening request: MergeRequest) async throws(Problem) -> [RefRejection] {
            if let noRequests { throw Problem(.needsPerson, noRequests, hint: "ask the forge") }
            return try await taken(updates)
        }

        private func taken(_ updates: [RefUpdate]) async throws(Problem) -> [RefRejection] {
            guard updates.contains(where: { refused[$0.name] != nil }) else { return try await remote.push(updates) }
            return updates.map { update in
                refused[update.name].map { RefRejection(name: update.name, reason: $0) }
                    ?? RefRejection(name: update.name, reason: "atomic push failed", isCollateral: true)
            }
        }
    }

    private static func group(_ name: String, _ refs: [String], asks: Bool = false) -> Publisher.Group {
        Publisher.Group(
            name: name, updates: refs.map { RefUpdate($0, from: nil, to: .of("1")) },
            request: asks ? MergeRequest(forge: .gitlab, branch: name, base: "main", commit: .of("1")) : nil)
    }

    static let rows:
        [(name: String, groups: [Publisher.Group], refused: [String: String], told: [String: String], pushes: Int)] = [
            ("nothing", [], [:], [:], 0),
            ("groups without updates", [group("a", []), group("b", [])], [:], [:], 0),
            ("all in one push", [group("a", ["refs/a", "refs/a2"]), group("b", ["refs/b"])], [:], [:], 1),
            (
                "one group is refused, and takes no other with it",
                [group("a", ["refs/a", "refs/a2"]), group("b", ["refs/b"])],
                ["refs/a2": "protected"], ["a": "refs/a2: protected"], 2
            ),
            (
                "all are refused", [group("a", ["refs/a"]), group("b", ["refs/b"])],
                ["refs/a": "no", "refs/b": "never"], ["a": "refs/a: no", "b": "refs/b: never"], 1
            ),
            (
                "requests have a push each",
                [
                    group("a", ["refs/a"], asks: true), group("b", ["refs/b"], asks: true),
                    group("c", ["refs/c"]),
                ], ["refs/b": "no"], ["b": "refs/b: no"], 3
            ),
        ]

    @Test("leaves out what the remote does not take", arguments: rows)
    func pushes(
        name: String, groups: [Publisher.Group], refused: [String: String], told: [String: String], pushes: Int
    ) async throws {
        let remote = Hook(refused: refused)
        let publisher = Publisher(remote: remote)
        #expect(try await publisher.push(groups).mapValues(\.reason) == told)
        #expect(publisher.pushes == pushes)
        let published = groups.filter { told[$0.name] == nil }.flatMap(\.updates).map(\.name)
        #expect(remote.remote.refs.keys.sorted() == published.sorted())
    }

    @Test("a remote that names no culprit takes nothing, and the loop ends")
    func culprit() async throws {
        struct Sulking: Remote {
            func snapshot(base: String?, prefixes: [String]) async throws(Problem) -> Snapshot {
                throw Problem(.bug, "not asked")
            }
            func fetch(_ objects: [ObjectID]) async throws(Problem) {}
            func push(_ updates: [RefUpdate]) async throws(Problem) -> [RefRejection] {
                [RefRejection(name: "refs/elsewhere", reason: "quota", isCollateral: true)]
            }
        }
        let publisher = Publisher(remote: Sulking())
        #expect(
            try await publisher.push([Self.group("a", ["refs/a"]), Self.group("b", ["refs/b"])]).mapValues(\.reason)
                == ["a": "quota", "b": "quota"])
        #expect(publisher.pushes == 1)
    }

    @Test("a request that cannot be made says how to mend it, and takes its branch with it alone")
    func requests() async throws {
        let remote = Hook(noRequests: "no push options")
        let refused = try await Publisher(remote: remote).push([
            Self.group("a", ["refs/a"], asks: true), Self.group("b", ["refs/b"]),
        ])
        #expect(refused.mapValues(\.reason) == ["a": "no push options; ask the forge"])
        #expect(remote.remote.refs.keys.sorted() == ["refs/b"])
    }

    @Test("a push that does not come through leaves what went before it published")
    func broken() async throws {
        let remote = Hook(broken: Problem(.passing, "the remote hung up", hint: "try again"))
        let publisher = Publisher(remote: remote)
        let refused = try await publisher.push([
            Self.group("a", ["refs/a"], asks: true), Self.group("b", ["refs/b"]), Self.group("c", []),
        ])
        #expect(refused.mapValues(\.reason) == ["b": "the remote hung up; try again"])
        #expect(remote.remote.refs.keys.sorted() == ["refs/a"] && publisher.pushes == 1)
    }

    @Test("where nothing at all came through the problem is told as it is")
    func down() async {
        let problem = Problem(.passing, "the remote hung up")
        await #expect(throws: problem) {
            try await Publisher(remote: Hook(broken: problem)).push([Self.group("b", ["refs/b"])])
        }
    }
}
