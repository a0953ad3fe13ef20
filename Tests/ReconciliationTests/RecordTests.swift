import Domain
import Foundation
import TestSupport
import Testing

@testable import Reconciliation

/// What stands in commits' messages is read back by later runs, whoever wrote it.
@Suite("Records, trailers and manifests")
struct RecordTests {
    private static let record = Record(
        kind: "lock", run: "run-1", holder: "host/1", workspace: "prod/web", expires: 1_764_000_000.5,
        inputDigest: Digest(of: ["x"]), tree: .of("a"), reason: "it said \"{no}\" \\ and\nwent", done: ["t.one"],
        usage: Usage(calls: 1, inputTokens: 2, outputTokens: 3, costUSD: 0.5))

    @Test("a record is read back as it was written")
    func roundTrip() throws {
        let draft = try Self.record.draft(at: Date(timeIntervalSince1970: 7))
        #expect(draft.parent == nil && draft.writes.isEmpty && draft.time == Date(timeIntervalSince1970: 7))
        #expect(draft.message.hasPrefix("sphinx: lock\n\n{\n"))
        #expect(Record(message: draft.message) == Self.record)
    }

    @Test(
        "what is no record is none",
        arguments: [
            "", "sphinx: lock\n", "sphinx: lock\n\n{", "{}", "{\"kind\":\"lock\"}", "[]", "null",
            "{\"kind\":1,\"run\":\"\",\"holder\":\"\",\"workspace\":\"\"}",
            "{\"kind\":\"lock\",\"run\":\"\",\"holder\":\"\",\"workspace\":\"\",\"expires\":\"soon\"}",
            "{\"kind\":\"lock\",\"run\":\"\",\"holder\":\"\",\"workspace\":\"\",\"expires\":1e999}",
            "{\"kind\":\"lock\",\"run\":\"\",\"holder\":\"\",\"workspace\":\"\",\"tree\":\"main\"}",
            "{\"kind\":\"lock\",\"run\":\"\",\"holder\":\"\",\"workspace\":\"\"} and more",
            "{\"kind\":\"lock\",\"run\":\"\",\"holder\":\"\",\"workspace\":\"\"}\n\nSigned-off-by: me\n",
        ])
    func broken(message: String) {
        #expect(Record(message: message) == nil)
    }

    @Test("what a later version adds is passed over, and what is left out is nil")
    func lenient() {
        let message =
            "sphinx: x\n\n{\"kind\":\"x\",\"run\":\"r\",\"holder\":\"h\",\"workspace\":\"w\",\"new\":{\"a\":[1]}}\n"
        #expect(Record(message: message) == Record(kind: "x", run: "r", holder: "h", workspace: "w"))
    }

    static let messages: [(name: String, message: String, values: [String])] = [
        ("none", "subject\n", []), ("empty", "", []), ("line breaks alone", "\n\n\n", []),
        ("the subject itself", "Key: a", ["a"]), ("one", "subject\n\nKey: a\n", ["a"]),
        ("several, in their order", "subject\n\nKey: a\nOther: x\nKey: b\n", ["a", "b"]),
        ("of an earlier paragraph", "subject\n\nKey: a\n\nOther: b\n", []),
        ("before empty lines", "subject\n\nKey: a\n\n  \n\n", ["a"]),
        ("as Windows and web forms end lines", "subject\r\n\r\nKey: a\r\nKey: b\r\n", ["a", "b"]),
        ("of an earlier paragraph, as Windows ends lines", "subject\r\n\r\nKey: a\r\n\r\nOther: b\r\n", []),
        ("spaces around the value", "subject\n\nKey:   a b  \n", ["a b"]),
        ("a longer key", "subject\n\nKeyring: a\nMyKey: b\n", []), ("another case", "subject\n\nkey: a\n", []),
        ("no space after the colon", "subject\n\nKey:a\n", []),
        ("a line separator is no line's end", "subject\n\nOther: x\u{2028}Key: a\n", []),
        ("a vertical tab is no line's end", "subject\n\nOther: x\u{B}Key: a\n", []),
    ]

    @Test("trailers are whole lines of the last paragraph", arguments: messages)
    func trailers(name: String, message: String, values: [String]) {
        #expect(Trailers.values("Key", in: message) == values)
        #expect(Trailers.value("Key", in: message) == values.last)
    }

    private static let key = ProposalKey(workspace: "web", rule: "idle", address: "t.n")
    private static let path = "proposals/web/\(key)/proposal.json"

    private static func changed(_ change: (inout [String: Any]) -> Void) throws -> String {
        let bytes = try ManifestFile.bytes(.fixture())
        var object = try #require(JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
        change(&object)
        return String(decoding: try JSONSerialization.data(withJSONObject: object), as: UTF8.self)
    }

    private static func problem(_ text: String, at path: String = path) -> Problem? {
        do throws(Problem) {
            _ = try ManifestFile.read(SourceFile(path: path, text: text))
            return nil
        } catch {
            return error
        }
    }

    static let unreadable: [(name: String, change: @Sendable (inout [String: Any]) -> Void)] = [
        ("a key that is none", { $0["key"] = "../../etc" }), ("an upper-case key", { $0["key"] = "ABCDEF0123" }),
        ("a base that is no commit", { $0["base"] = "main" }), ("an unknown author", { $0["author"] = "somebody" }),
        ("an unknown action", { $0["changes"] = [["address": "a", "actions": ["explode"], "digest": "sha256:0"]] }),
        ("no plan", { $0["planDigest"] = nil }), ("changes that are a text", { $0["changes"] = "all" }),
        ("a workspace that is a number", { $0["workspace"] = 1 }),
    ]

    @Test("a manifest with a value that none has is refused by name", arguments: unreadable)
    func refused(name: String, change: @Sendable (inout [String: Any]) -> Void) throws {
        #expect(
            Self.problem(try Self.changed(change))
                == Problem(
                    .needsPerson, "\(Self.path) is not a manifest that this version of Sphinx can read",
                    hint: "restore it from its proposal branch, or remove its folder to withdraw the approval"))
    }

    @Test("a manifest that stands elsewhere than it says is refused with where it belongs")
    func misplaced() throws {
        let text = String(decoding: try ManifestFile.bytes(.fixture()), as: UTF8.self)
        for path in [
            "proposals/db/\(Self.key)/proposal.json", "proposals/web/0000000000/proposal.json", "proposal.json",
        ] {
            #expect(
                Self.problem(text, at: path)
                    == Problem(
                        .needsPerson, "\(path) is the manifest of web/\(Self.key)",
                        hint: "move it back to \(Self.path)"))
        }
        let other = try Self.changed { $0["workspace"] = "../web" }
        #expect(
            Self.problem(other)
                == Problem(
                    .needsPerson, "\(Self.path) is the manifest of ../web/\(Self.key)",
                    hint: "move it back to proposals/../web/\(Self.key)/proposal.json"))
    }

    @Test("a manifest of an earlier version lacks what came later")
    func earlier() throws {
        let text = try Self.changed { for name in ["files", "branch", "request", "evidence"] { $0[name] = nil } }
        let manifest = try ManifestFile.read(SourceFile(path: Self.path, text: text))
        #expect(manifest.files == nil && manifest.branch == nil && manifest.request == nil)
    }
}

@Suite("Names of branches and refs")
struct HostileNamesTests {
    /// What somebody may call a rule or a workspace; git takes none of them as a ref.
    static let hostile = [
        "..", "../../main", "a..b", "@{-1}", "-rf", "--all", "a b", "a~1", "a^", "a:b", "a?b", "a*b", "a[b", "a\\b",
        ".hidden", "a.lock", "a.lock/b.lock", "a//b", "/a/", "a/.", "a.", "\u{202E}abc", "a\u{0}b", "a\nb", "ä/ö", "",
        "/", String(repeating: "x", count: 5_000), String(repeating: "é/", count: 50), "refs/heads/main", "+rule/idle",
        String(repeating: "a", count: 54) + "..lock", String(repeating: ".", count: 60) + "a", "@", "HEAD",
        String(repeating: "a", count: 55) + ".lockx", "x.lock.lock",
    ]

    /// As `git check-ref-format` says.
    private static func isRef(_ name: String) -> Bool {
        let steps = name.split(separator: "/", omittingEmptySubsequences: false)
        let isClean = name.unicodeScalars.allSatisfy {
            $0.value > 0x20 && $0.value != 0x7F && !"~^:?*[\\".unicodeScalars.contains($0)
        }
        return isClean && !name.contains("..") && !name.contains("@{") && !name.hasSuffix(".")
            && steps.allSatisfy { !$0.isEmpty && !$0.hasPrefix(".") && !$0.hasSuffix(".lock") }
    }

    @Test("any name makes branches and refs that git takes, of bounded length", arguments: hostile)
    func refs(text: String) throws {
        let names = RefNames()
        let key = ProposalKey(workspace: text, rule: text, address: text)
        let group = names.group(.workspace, text)
        let made = [
            names.head(names.branch(workspace: "web", rule: text, key: key)),
            names.head("delete" + names.workspaceBranch("x", text)), "refs/x/\(RefNames.slug(text, limit: 60))",
        ]
        #expect(made.allSatisfy(Self.isRef), "\(made)")
        #expect(made.allSatisfy { $0.utf8.count < 200 })
        // Of a workspace: no folder has an empty name.
        guard !text.allSatisfy({ $0 == "/" }) else { return }
        let own = [
            names.head(names.branch(workspace: text, rule: "idle", key: key)), names.lock(workspace: text),
            names.drift(workspace: text), names.head(group.branch), group.tracked,
        ]
        #expect(own.allSatisfy(Self.isRef), "\(own)")
        #expect(
            own.allSatisfy { $0.hasPrefix("refs/") && $0.split(separator: "/").allSatisfy { $0.utf8.count <= 4_000 } })
    }

    @Test("two workspaces never share a lock, and one below another stands beside it")
    func locks() {
        let paths = [
            "a", "a/b", "a+b", "a-b", "a b", "a/ b", "A", "a.b", "a..b", "ä", "ö", "a/b/c", "a+b/c", "a/b+c", "a.lock",
            "a-lock",
        ]
        let locks = paths.map { RefNames().lock(workspace: $0) }
        #expect(Set(locks).count == paths.count, "\(locks)")
        #expect(locks.allSatisfy { $0.dropFirst("refs/sphinx/locks/".count).contains("/") == false })
    }
}
