import Domain
import Foundation
import Testing

@Suite("Manifests")
struct ManifestTests {
    private static func id(_ digit: String) throws -> ObjectID {
        try #require(ObjectID(String(repeating: digit, count: 40)))
    }

    private static func manifest(_ author: Manifest.Author = .model) throws -> Manifest {
        var manifest = Manifest(
            key: ProposalKey(workspace: "prod/web", rule: "idle", address: "t.n"), workspace: "prod/web", rule: "idle",
            address: "t.n", title: "Idle \"t.n\"\n<b>", base: try id("a"), baseTree: try id("b"),
            plannedTree: try id("c"), modules: ["modules/x": try id("d")], inputDigest: Digest(of: ["i"]),
            ruleDigest: Digest(of: ["r"]), promptVersion: "3", author: author, model: "gemini-3.8-flash",
            planDigest: Digest(of: ["p"]),
            changes: [ApprovedChange(address: "t.n[0]", actions: [.delete, .create], digest: Digest(of: ["c"]))],
            risk: "low",
            evidence: FrozenEvidence(
                query: "up", condition: "value less than 1", start: 0, end: 60.5, step: 60,
                samples: Digest(of: ["s"])),
            terraformVersion: "1.11.4", sphinxVersion: "1", request: try ChangeRequest("Add a cache"), branch: "mine")
        manifest.files = ["plan.txt": Digest(of: ["f"])]
        return manifest
    }

    private static func members(_ manifest: Manifest) throws -> [String: JSONValue] {
        try #require(
            try JSONDecoder().decode(JSONValue.self, from: try JSONEncoder().encode(manifest)).object)
    }

    private static func read(_ members: [String: JSONValue]) throws -> Manifest {
        try JSONDecoder().decode(Manifest.self, from: Data(JSONValue.object(members).canonical.utf8))
    }

    @Test("are read as they were written", arguments: [Manifest.Author.rule, .model, .approval, .person])
    func roundTrip(author: Manifest.Author) throws {
        let manifest = try Self.manifest(author)
        #expect(try Self.read(try Self.members(manifest)) == manifest)
    }

    @Test("name their fields as the documents do")
    func fields() throws {
        #expect(
            try Self.members(try Self.manifest()).keys.sorted() == [
                "address", "author", "base", "baseTree", "branch", "changes", "evidence", "files", "inputDigest", "key",
                "model", "modules", "planDigest", "plannedTree", "promptVersion", "request", "risk", "rule",
                "ruleDigest", "schema", "sphinxVersion", "terraformVersion", "title", "workspace",
            ])
        #expect(try Self.members(try Self.manifest())["schema"] == .string("sphinx.proposal/1"))
    }

    @Test("of earlier and of later versions are read: what may be absent, and what is not known")
    func versions() throws {
        var members = try Self.members(try Self.manifest())
        for key in ["files", "branch", "request", "evidence", "risk", "model"] { members[key] = nil }
        members["later"] = .object(["x": .array([.integer(1)])])
        let manifest = try Self.read(members)
        #expect(manifest.files == nil && manifest.branch == nil && manifest.request == nil)
        #expect(manifest.evidence == nil && manifest.risk == nil && manifest.model == nil)
        members["schema"] = .string("sphinx.proposal/2")
        #expect(try Self.read(members).schema == "sphinx.proposal/2")
    }

    @Test(
        "without what an approval rests on are not read",
        arguments: [
            "schema", "key", "workspace", "rule", "address", "title", "base", "baseTree", "plannedTree", "modules",
            "inputDigest", "ruleDigest", "promptVersion", "author", "planDigest", "changes", "terraformVersion",
            "sphinxVersion",
        ])
    func missing(key: String) throws {
        var members = try Self.members(try Self.manifest())
        members[key] = nil
        #expect(throws: DecodingError.self) { try Self.read(members) }
        members[key] = .null
        #expect(throws: DecodingError.self) { try Self.read(members) }
    }

    @Test(
        "with something else in a field's place are not read",
        arguments: [
            ("key", JSONValue.string("../../../x")), ("key", .integer(1)), ("base", .string("main")),
            ("author", .string("nobody")), ("planDigest", .string("sha256:")), ("inputDigest", .string("x")),
            ("changes", .object([:])), ("changes", .array([.object(["address": .string("t.n")])])),
            (
                "changes",
                .array([
                    .object([
                        "address": .string("t.n"), "actions": .array([.string("explode")]),
                        "digest": .string(Digest(of: []).description),
                    ])
                ])
            ),
            ("modules", .object(["m": .string("x")])), ("files", .object(["plan.txt": .string("")])),
            ("workspace", .array([])),
        ])
    func broken(key: String, value: JSONValue) throws {
        var members = try Self.members(try Self.manifest())
        members[key] = value
        #expect(throws: DecodingError.self) { try Self.read(members) }
    }

    // MARK: Evidence

    private static func evidence(_ query: String, _ series: [Series]) -> Evidence {
        Evidence(
            query: query, condition: "c", start: 0, end: 120, step: 60, threshold: nil, instances: [], series: series,
            located: "")
    }

    @Test("freeze what was measured; a rule on state measured nothing")
    func frozen() throws {
        let series = [Series(labels: ["b": "2", "a": "1"], samples: [Sample(time: 0, value: 1)])]
        let frozen = try #require(Self.evidence("up", series).frozen)
        #expect(frozen.query == "up" && frozen.condition == "c" && frozen.end == 120 && frozen.step == 60)
        #expect(Self.evidence("", series).frozen == nil)
    }

    @Test("tell measurements apart: a label, a time, a value, and to which series a sample belongs")
    func samples() {
        let one = { (labels: Labels, samples: [(Double, Double)]) in
            Series(labels: labels, samples: samples.map { Sample(time: $0.0, value: $0.1) })
        }
        let all: [[Series]] = [
            [], [one([:], [])], [one([:], []), one([:], [])], [one(["a": "1"], [(0, 1)])], [one(["a": "2"], [(0, 1)])],
            [one(["b": "1"], [(0, 1)])], [one(["a": "1"], [(60, 1)])], [one(["a": "1"], [(0, 2)])],
            [one(["a": "1"], [(0, 1), (60, 1)])], [one(["a": "1"], [(0, 1)]), one([:], [(60, 1)])],
            [one(["a": "1"], [(0, .nan)])], [one(["a": "1"], [(0, .infinity)])],
        ]
        let digests = all.map { Self.evidence("up", $0).frozen?.samples }
        #expect(Set(digests).count == all.count)
        #expect(digests == all.map { Self.evidence("up", $0).frozen?.samples })
    }
}
