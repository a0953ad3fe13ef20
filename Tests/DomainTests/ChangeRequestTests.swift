import Domain
import Foundation
import Testing

@Suite("Requests")
struct ChangeRequestTests {
    @Test(
        "are the same in another layout, and others in other words",
        arguments: [
            ("Add a cache", " Add\ta \n\n cache ", true), ("Füge hinzu", "Fu\u{308}ge\u{200B} hinzu\r\n", true),
            ("Add a cache", "add a cache", false), ("Add a cache", "Add a cache.", false),
        ])
    func keys(one: String, other: String, isSame: Bool) throws {
        let (first, second) = (try ChangeRequest(one), try ChangeRequest(other))
        #expect((first.key(in: "web") == second.key(in: "web")) == isSame)
        #expect((first.digest == second.digest) == isSame)
        #expect(first.key(in: "web") != first.key(in: "db"))
    }

    @Test("ask another question with another file or permission, under the same key")
    func permissions() throws {
        let all = [
            try ChangeRequest("x"), try ChangeRequest("x", file: "a.tf"), try ChangeRequest("x", allowsDestroy: true),
            try ChangeRequest("x", allowsReplace: true),
        ]
        #expect(Set(all.map(\.digest)).count == 4 && Set(all.map { $0.key(in: "web") }).count == 1)
    }

    @Test("keep their lines, and no control characters")
    func text() throws {
        let request = try ChangeRequest("\n one\r\n\u{1B}[31mtwo\u{202E} \n")
        #expect(request.text == "one\n[31mtwo" && request.words == "one [31mtwo")
    }

    @Test("are read from manifests as they were written")
    func coding() throws {
        var request = try ChangeRequest("Add a cache", file: "cache.tf", allowsReplace: true)
        request.answers = [ChangeRequest.Answer(question: "How large?", answer: "2 GB")]
        #expect(try JSONDecoder().decode(ChangeRequest.self, from: try JSONEncoder().encode(request)) == request)
    }

    @Test(
        "of files that Terraform reads, in the workspace's own folder",
        arguments: [
            ("cache.tf", nil), ("a-b_c.1.tf", nil), ("override.tf.tf", nil),
            ("", "does not end in .tf"), ("cache", "does not end in .tf"), ("cache.tf.json", "does not end in .tf"),
            ("a/b.tf", "is no name of a file in the workspace's own folder"),
            ("..tf", "is no name of a file in the workspace's own folder"),
            ("a\\b.tf", "is no name of a file in the workspace's own folder"),
            (".tf", "begins with a dot, so that Terraform would not read it"),
            ("ä.tf", "has more in it than letters, digits, '-', '_' and '.'"),
            ("-x.tf", "has more in it than letters, digits, '-', '_' and '.'"),
            ("override.tf", "is an override file, which changes the blocks of other files unseen"),
            (String(repeating: "x", count: 98) + ".tf", "is longer than 100 characters"),
        ] as [(String, String?)])
    func names(name: String, mistake: String?) {
        #expect(CodeFileName.mistake(in: name) == mistake)
    }

    @Test("name the blocks that a targeted workspace plans, as rules' manifests name their own")
    func targets() throws {
        let changes = ["module.a[0].t.n[\"x\"]", "t.n[1]", "output.o"].map {
            ApprovedChange(address: $0, actions: [.update], digest: Digest(of: [$0]))
        }
        let id = try #require(ObjectID(String(repeating: "a", count: 40)))
        let manifest = { (request: ChangeRequest?) in
            Manifest(
                key: ProposalKey(workspace: "web", rule: "r", address: "t.m"), workspace: "web", rule: "r",
                address: "t.m",
                title: "", base: id, baseTree: id, plannedTree: id, modules: [:], inputDigest: Digest(of: []),
                ruleDigest: Digest(of: []), promptVersion: "", author: .model, model: nil, planDigest: Digest(of: []),
                changes: changes, risk: nil, terraformVersion: "1", sphinxVersion: "1", request: request)
        }
        #expect(manifest(nil).targets == ["module.a.t.n", "t.m", "t.n"])
        #expect(manifest(try ChangeRequest("x")).targets == ["module.a.t.n", "t.n"])
    }
}
