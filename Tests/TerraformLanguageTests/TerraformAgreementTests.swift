import TestSupport
import Testing

@testable import TerraformLanguage

/// What Terraform reads is read here, and what it refuses is refused: otherwise code could say one thing to the guard
/// and another to Terraform.
@Suite("Against Terraform's own reader")
struct TerraformAgreementTests {
    /// Terraform names the end of the text, where here the opening is named.
    private static let namesOpening = [
        "'X' has to stand", "'${' that is never closed", "'(' that is never closed", "'[' that is never closed",
    ]

    @Test("every text of the corpus, and of chance, is accepted by both")
    func accepted() async throws {
        let folder = try TemporaryFolder()
        let generated = (5_000..<5_300).map { seed in
            var generator = TextGenerator(SeededGenerator(seed: UInt64(seed)))
            return generator.file()
        }
        let texts = Corpus.all + generated
        for (number, text) in texts.enumerated() {
            try folder.write(text, to: "\(number).tf")
            #expect(throws: Never.self, "\(text)") { try Document.parse(Array(text.utf8), path: "a") }
        }
        for (name, line) in try await Shell.mistakes(in: folder) {
            Issue.record("Terraform refuses line \(line) of\n\(try folder.read(name))")
        }
    }

    @Test("every broken text is refused by both, on the same line")
    func refused() async throws {
        let folder = try TemporaryFolder()
        for (number, broken) in BrokenTexts.all.enumerated() { try folder.write(broken.text, to: "\(number).tf") }
        let mistakes = try await Shell.mistakes(in: folder)
        for (number, broken) in BrokenTexts.all.enumerated() {
            guard let line = mistakes["\(number).tf"] else {
                Issue.record("Terraform accepts\n\(broken.text)")
                continue
            }
            let isOpening = Self.namesOpening.contains { broken.message.contains($0) }
            #expect(line == broken.line || (isOpening && line > broken.line), "\(broken.text)")
        }
    }

    @Test("one byte more or less makes no difference between the two")
    func changed() async throws {
        let folder = try TemporaryFolder()
        let pieces = [
            "", "\"", "{", "}", "\n", "${", "EOT", " ", "#", "\\", "=", ",", "/*", "*/", "~", "\r", "$", "(", "]", ".",
        ]
        var chance = SeededGenerator(seed: 7)
        var accepted: [String: Bool] = [:]
        for number in 0..<600 {
            var text = Array(Corpus.all[Int.random(in: Corpus.all.indices, using: &chance)].unicodeScalars)
            let place = Int.random(in: 0...text.count, using: &chance)
            let piece = pieces[Int.random(in: pieces.indices, using: &chance)]
            text.replaceSubrange(place..<min(text.count, place + (piece.isEmpty ? 1 : 0)), with: piece.unicodeScalars)
            let changed = text.reduce(into: "") { $0.unicodeScalars.append($1) }
            try folder.write(changed, to: "\(number).tf")
            accepted["\(number).tf"] = (try? Document.parse(Array(changed.utf8), path: "a")) != nil
        }
        let mistakes = try await Shell.mistakes(in: folder)
        for (name, isAccepted) in accepted where isAccepted != (mistakes[name] == nil) {
            Issue.record("\(isAccepted ? "Terraform refuses" : "only Terraform accepts")\n\(try folder.read(name))")
        }
    }
}
