import TestSupport
import Testing

@testable import TerraformLanguage

@Suite("Paths")
struct AttributePathTests {
    @Test(
        "are read and written",
        arguments: [
            ("a", ["a"], "a"), ("a.b", ["a", "b"], "a.b"), ("a.0.b", ["a", "0", "b"], "a.0.b"),
            ("a[0].b", ["a", "0", "b"], "a.0.b"), ("a[\"b.c\"].d", ["a", "b.c", "d"], "a[\"b.c\"].d"),
            ("a[\"b\"]", ["a", "b"], "a.b"), ("a-b._c", ["a-b", "_c"], "a-b._c"), ("å", ["å"], "å"),
            ("a[\"\\u202eb\"]", ["a", "\u{202E}b"], "a[\"\\u202eb\"]"), ("a:b", ["a:b"], "[\"a:b\"]"),
            ("a[\"\"]", ["a", ""], "a[\"\"]"), ("[\"x y\"].a", ["x y", "a"], "[\"x y\"].a"),
        ])
    func forms(text: String, steps: [String], written: String) {
        #expect(AttributePath(text)?.steps == steps)
        #expect(AttributePath(steps: steps).description == written)
    }

    @Test(
        "that are none",
        arguments: ["", ".", "a.", "a..b", ".a", "a[", "a[]", "a[b]", "a[\"b]", "a[\"${b}\"]", "a[0"])
    func broken(text: String) {
        #expect(AttributePath(text) == nil)
    }

    @Test("any steps are read as they were written")
    func roundTrip() {
        let pieces = [
            "", "a", "0", "a.b", "\"", "\\", "${x}", "[0]", "]", " ", "é", "\u{0}", "\n", "#", "a-b", "%{", "\u{202E}",
            "å",
        ]
        var chance = SeededGenerator(seed: 11)
        for _ in 0..<2_000 {
            let steps = (0...Int.random(in: 0...3, using: &chance)).map { _ in
                (0...1).map { _ in pieces[Int.random(in: pieces.indices, using: &chance)] }.joined()
            }
            let text = AttributePath(steps: steps).description
            #expect(AttributePath(text)?.steps == steps, "\(text)")
        }
    }
}
