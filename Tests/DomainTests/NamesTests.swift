import Domain
import Foundation
import Testing

@Suite("Digests, keys and names of objects")
struct NamesTests {
    private static func decoded<Value: Decodable>(_ type: Value.Type, _ text: String) -> Value? {
        try? JSONDecoder().decode([Value].self, from: Data("[\(text)]".utf8)).first
    }

    private static let hex = String(repeating: "0123456789abcdef", count: 4)

    @Test("a digest is written with its kind, and read back")
    func digest() throws {
        let digest = Digest(of: ["a", "b"])
        let text = String(decoding: try JSONEncoder().encode([digest]), as: UTF8.self)
        #expect(text == "[\"\(digest)\"]" && digest.description == "sha256:\(digest.hex)" && digest.hex.count == 64)
        #expect(Self.decoded(Digest.self, "\"\(digest)\"") == digest)
        #expect(Self.decoded(Digest.self, "\"\(digest.hex)\"") == digest)
    }

    @Test(
        "what is no digest is not read as one",
        arguments: [
            "\"\"", "\"sha256:\"", "\"sha256:../../etc/passwd\"", "\"md5:\(hex)\"", "\"sha256:\(hex)0\"",
            "\"sha256:\(hex.dropLast())\"", "\"sha256:\(hex.uppercased())\"", "\"sha256:sha256:\(hex)\"", "1", "null",
            "\"sha256:\(hex.dropLast())é\"",
        ])
    func noDigest(text: String) {
        #expect(Self.decoded(Digest.self, text) == nil)
    }

    @Test(
        "no two lists of parts have one digest", arguments: [["a"], ["a", ""], ["", "a"], ["1:a"], ["a", "b"], []])
    func parts(parts: [String]) {
        let others: [[String]] = [["a"], ["a", ""], ["", "a"], ["1:a"], ["a", "b"], [], ["ab"], ["a1:b"], ["A"]]
        #expect(others.filter { Digest(of: $0) == Digest(of: parts) } == [parts])
    }

    @Test("texts of other bytes have other digests, though they look alike")
    func bytes() {
        #expect(Digest(of: ["é"]) != Digest(of: ["e\u{301}"]))
        #expect(Digest(of: ["é"]) == Digest(of: ["\u{E9}"]))
    }

    @Test("prefixes are as long as they are asked for")
    func prefixes() {
        let digest = Digest(ofBytes: [])
        #expect(digest.prefix(0).isEmpty && digest.prefix(3) == "e3b" && digest.prefix(100) == digest.hex)
    }

    @Test(
        "keys are 10 lower-case hexadecimal digits, approvals 12",
        arguments: [
            ("0123456789", true, false), ("0123456789ab", false, true), ("0123456789AB", false, false),
            ("012345678", false, false), ("0123456789a", false, false), ("", false, false),
            ("../../../a", false, false),
            ("０123456789", false, false), ("ééééé", false, false), ("01234567 9", false, false),
        ])
    func keys(text: String, isKey: Bool, isApproval: Bool) {
        #expect((ProposalKey(text)?.text == text) == isKey && (ProposalKey(text) != nil) == isKey)
        #expect((Approval(text)?.description == text) == isApproval && (Approval(text) != nil) == isApproval)
        #expect((Self.decoded(ProposalKey.self, "\"\(text)\"") != nil) == isKey)
    }

    @Test("a key is that of earlier versions, as branches and refs are called by it")
    func scheme() {
        #expect(ProposalKey(workspace: "prod/web", rule: "idle", address: "aws_instance.web").text == "4308fa539c")
    }

    @Test("an approval is of the manifest's very bytes")
    func approvals() {
        #expect(Approval(ofManifest: Array("abc".utf8)).text == "ba7816bf8f01")
        #expect(Approval(ofManifest: Array("abc\n".utf8)) != Approval(ofManifest: Array("abc".utf8)))
    }

    @Test("names sort by their digits")
    func order() throws {
        let keys = ["b123456789", "0123456789", "a123456789"].compactMap { ProposalKey($0) }
        #expect(keys.sorted().map(\.text) == ["0123456789", "a123456789", "b123456789"])
        let approvals = ["b0123456789a", "00123456789a"].compactMap { Approval($0) }
        #expect(approvals.sorted().map(\.text) == ["00123456789a", "b0123456789a"])
        let ids = ["b", "0", "a"].compactMap { ObjectID(String(repeating: $0, count: 40)) }
        #expect(ids.sorted().map(\.short) == ["0000000000", "aaaaaaaaaa", "bbbbbbbbbb"])
    }

    @Test(
        "an object's name is written as it is, and nothing else is read as one",
        arguments: [
            (String(repeating: "a", count: 40), true), (String(repeating: "0", count: 64), true),
            (String(repeating: "a", count: 41), false), (String(repeating: "g", count: 40), false),
            (String(repeating: "é", count: 20), false), ("HEAD", false), ("", false),
        ])
    func objects(text: String, isName: Bool) throws {
        let id = Self.decoded(ObjectID.self, "\"\(text)\"")
        #expect((id?.description == text) == isName && (id != nil) == isName)
        if let id { #expect(String(decoding: try JSONEncoder().encode([id]), as: UTF8.self) == "[\"\(text)\"]") }
    }
}
