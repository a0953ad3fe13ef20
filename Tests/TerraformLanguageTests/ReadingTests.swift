import TestSupport
import Testing

@testable import TerraformLanguage

@Suite("Reading HCL")
struct ReadingTests {
    @Test("every text of the corpus is printed again byte for byte")
    func corpus() throws {
        #expect(Corpus.all.count >= 1_000 && Set(Corpus.all).count == Corpus.all.count)
        for text in Corpus.all { try check(text) }
    }

    @Test("so are the texts that chance writes", arguments: 1...4)
    func generated(group: UInt64) throws {
        for seed in (group * 1_000)..<(group * 1_000 + 250) {
            var generator = TextGenerator(SeededGenerator(seed: seed))
            try check(generator.file(), "seed \(seed)")
        }
    }

    private func check(_ text: String, _ name: String = "") throws {
        do throws(SyntaxError) {
            let document = try Document.parse(Array(text.utf8), path: "main.tf")
            #expect(document.printed == Array(text.utf8), "\(name)\n\(text)")
            #expect(document.gaps.allSatisfy { $0 == 0x20 || $0 == 0x09 }, "\(name)\n\(text)")
        } catch {
            Issue.record("\(name) \(error.location(in: text)): \(error.message)\n\(text)")
        }
    }

    @Test("a broken text is refused with its place and a sentence", arguments: BrokenTexts.all)
    func broken(text: String, line: Int, column: Int, message: String) {
        do throws(SyntaxError) {
            _ = try Document.parse(Array(text.utf8), path: "main.tf")
            Issue.record("no mistake was found")
        } catch {
            let place = error.position(in: Array(text.utf8))
            #expect(
                error.message == message && place.line == line && place.column == column, "\(place) \(error.message)")
        }
    }

    @Test(
        "bytes that are not UTF-8 are refused where they would mean something",
        arguments: [
            ([0x61, 0x3D, 0xFF], 2), ([0x61, 0x3D, 0x22, 0xC0, 0x80, 0x22], 3),
            ([0x61, 0x3D, 0x22, 0xED, 0xA0, 0x80, 0x22], 3),
            ([0x61, 0xE2, 0x82, 0x3D, 0x31], 1), ([0x23, 0xFF, 0x0A], nil), ([0x2F, 0x2A, 0xC0, 0x2A, 0x2F], nil),
        ] as [([UInt8], Int?)])
    func encoding(bytes: [UInt8], offset: Int?) {
        var found: Int?
        do throws(SyntaxError) { _ = try Document.parse(bytes, path: "a") } catch { found = error.offset }
        #expect(found == offset)
    }

    @Test("survives every cut and thousands of changed bytes")
    func robust() {
        let text = Array(Corpus.files.map(\.text).joined().utf8)
        for end in text.indices where end % 3 == 0 { _ = try? Document.parse(Array(text[..<end]), path: "a") }
        var chance = SeededGenerator(seed: 42)
        for _ in 0..<2_000 {
            var changed = text
            for _ in 0..<3 {
                changed[Int.random(in: changed.indices, using: &chance)] = UInt8.random(in: 0...255, using: &chance)
            }
            _ = try? Document.parse(changed, path: "a")
        }
    }

    @Test(
        "refuses what is nested without end",
        arguments: [
            ("a {\n", "}\n"), ("a = \"${", "}\""), ("a = [", "]"), ("a = (", ")"), ("a = { b = ", "}"), ("a = f(", ")"),
            ("a = b ? ", " : c"), ("a = b[", "]"), ("a = [for x in ", ": x]"),
        ])
    func deep(open: String, close: String) {
        let value = open.hasPrefix("a = ") ? String(open.dropFirst(4)) : open
        let text = open + String(repeating: value, count: 5_000) + "1" + String(repeating: close, count: 5_001)
        #expect(throws: SyntaxError.self) { try Document.parse(Array(text.utf8), path: "a") }
    }

    @Test(
        "reads what is long but not deep",
        arguments: [(" + ", "1"), (" ? 1 : ", "b"), (", ", "[1]"), ("", "!"), ("", "[0]")])
    func long(between: String, piece: String) {
        let pieces = Array(repeating: piece, count: 5_000).joined(separator: between)
        let text = piece == "!" ? "a = \(pieces)b" : piece == "[0]" ? "a = b\(pieces)" : "a = f(\(pieces))"
        #expect(throws: Never.self) { try Document.parse(Array(text.utf8), path: "a") }
    }
}

extension SyntaxError {
    fileprivate func location(in text: String) -> String {
        let place = position(in: Array(text.utf8))
        return "\(place.line):\(place.column)"
    }
}
