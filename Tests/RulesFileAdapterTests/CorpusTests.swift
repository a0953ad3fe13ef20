import Domain
import Foundation
import RulesFileAdapter
import Testing

@Suite("What fuzzing has found")
struct CorpusTests {
    private static var files: [URL] {
        get throws {
            let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .appending(path: "Fuzzing/Corpus/rules")
            return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
                .sorted { $0.path() < $1.path() }
        }
    }

    private static func outcome(_ file: SourceFile) -> Result<RuleSet, Problems> {
        do throws(Problems) {
            return .success(
                try RulesFile().rules(
                    in: file, folder: { (_) throws(Problem) in [] }, workspaces: ["dev/web", "prod/db"]))
        } catch {
            return .failure(error)
        }
    }

    @Test("every input of the corpus is read, or refused with a reason, and the same again")
    func corpus() throws {
        let files = try Self.files
        #expect(files.count > 30)
        for url in files {
            let file = SourceFile(path: "rules.yml", bytes: Array(try Data(contentsOf: url)))
            let outcome = Self.outcome(file)
            #expect(outcome == Self.outcome(file))
            if case .failure(let problems) = outcome {
                #expect(
                    !problems.all.isEmpty && problems.all.allSatisfy { !$0.message.isEmpty }, "\(url.lastPathComponent)"
                )
            }
        }
    }

    @Test(
        "a line ends where YAML says, so that a mistake is shown with its own text",
        arguments: ["\r", "\r\n", "\n", "\u{85}", "\u{2028}"])
    func lineBreaks(end: String) throws {
        let file = SourceFile(path: "rules.yml", text: "rules: []\(end)limts: {}\(end)")
        guard case .failure(let problems) = Self.outcome(file) else {
            Issue.record("it was read")
            return
        }
        #expect(
            problems.all.map(\.description) == [
                "rules.yml:2:1: unknown key 'limts'; did you mean 'limits'?\n    limts: {}\n    ^"
            ])
    }
}
