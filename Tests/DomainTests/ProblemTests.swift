import Domain
import Testing

@Suite("Problems and their places")
struct ProblemTests {
    private static func place(_ text: String?, column: Int) -> Domain.SourceLocation {
        Domain.SourceLocation(file: "rules.yml", line: 3, column: column, text: text)
    }

    @Test(
        "a sentence with and without its hint and its place",
        arguments: [
            (nil, nil, "wrong"), ("mend it", nil, "wrong; mend it"),
            (nil, place(nil, column: 2), "rules.yml:3:2: wrong"),
            ("mend it", place(nil, column: 2), "rules.yml:3:2: wrong; mend it"),
            (nil, place("", column: 1), "rules.yml:3:1: wrong\n    \n    ^"),
            ("mend it", place("a: b", column: 4), "rules.yml:3:4: wrong; mend it\n    a: b\n       ^"),
        ] as [(String?, Domain.SourceLocation?, String)])
    func sentences(hint: String?, location: Domain.SourceLocation?, text: String) {
        #expect(Problem(.needsPerson, "wrong", hint: hint, location: location).description == text)
    }

    @Test(
        "the caret stands under its column, whatever the line holds",
        arguments: [
            ("\tkey: x", 2, "     key: x\n     ^"), ("a\u{1B}[31mb", 3, "    a [31mb\n      ^"),
            ("a\r", 2, "    a \n     ^"), ("é: ü", 4, "    é: ü\n       ^"),
            ("e\u{301}: x", 2, "    e\u{301}: x\n     ^"),
            ("a", 9, "    a\n            ^"), ("a", 0, "    a\n    ^"), ("a", -5, "    a\n    ^"),
        ])
    func carets(text: String, column: Int, snippet: String) {
        #expect(Self.place(text, column: column).snippet == snippet)
    }

    /// Column, the first character that is shown, how many are shown, and where the caret stands.
    @Test(
        "a long line is cut around the caret",
        arguments: [
            (1, 0, 120, 0), (81, 0, 120, 80), (82, 1, 120, 80), (200, 119, 120, 80), (300, 219, 81, 80),
            (320, 239, 61, 80),
        ])
    func windows(column: Int, first: Int, count: Int, caret: Int) {
        let line = (0..<300).map { "\($0 % 10)" }.joined()
        let shown = line.dropFirst(first).prefix(count)
        #expect(
            Self.place(line, column: column).snippet
                == "    \(shown)\n    \(String(repeating: " ", count: caret))^")
    }

    @Test("what happens next is a word that programs read, and does not change with the sentence")
    func kinds() {
        #expect([Problem.Kind.passing, .needsPerson, .bug].map(\.rawValue) == ["passing", "needs_person", "bug"])
        #expect(Problem(.passing, "x") != Problem(.bug, "x") && Problem(.bug, "x") == Problem(.bug, "x"))
    }

    @Test(
        "a word is near within three steps and half of its length",
        arguments: [
            ("applay", "apply"), ("yppla", "apply"), ("apply", "apply"), ("ab", nil), ("abcd", nil), ("a", nil),
            ("zzzzz", nil), ("proposals_open", nil), ("open_propozalz", "open_proposals"), ("opn", "open"),
        ] as [(String, String?)])
    func near(word: String, expected: String?) {
        #expect(Spelling.nearest(to: word, among: ["open_proposals", "apply", "open"]) == expected)
    }

    @Test("of two words that are as near the first by name is meant, in whatever order they are known")
    func ties() {
        for known in [["labels", "tables", "cables"], ["tables", "cables", "labels"]] {
            #expect(Spelling.nearest(to: "ables", among: known) == "cables")
        }
        #expect(Spelling.nearest(to: "ables", among: []) == nil)
    }

    @Test(
        "the distance counts what is inserted, deleted and replaced",
        arguments: [
            ("", "", 0), ("", "abc", 3), ("abc", "", 3), ("abc", "abc", 0), ("abc", "acb", 2), ("flaw", "lawn", 2),
            ("sunday", "saturday", 3), ("é", "e\u{301}", 0), ("👩‍👩‍👧", "", 1),
        ])
    func distances(left: String, right: String, distance: Int) {
        #expect(Spelling.distance(left, right) == distance && Spelling.distance(right, left) == distance)
    }

    /// Letter by letter this would be a hundred million steps.
    @Test("what is as long as a file is near nothing, at once")
    func endless() {
        let known = (0..<100).map { "key_\($0)" }
        #expect(Spelling.nearest(to: String(repeating: "k", count: 1_000_000), among: known) == nil)
    }
}
