import Domain
import Foundation
import Testing

@testable import TerraformLanguage

@Suite("What fuzzing has found")
struct FuzzCorpusTests {
    private static var files: [URL] {
        get throws {
            let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .appending(path: "Fuzzing/Corpus/hcl")
            return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
                .sorted { $0.path() < $1.path() }
        }
    }

    @Test("every input of the corpus is printed as it was, or refused with a reason and a place in it")
    func corpus() throws {
        let files = try Self.files
        #expect(files.count > 100)
        for url in files {
            let bytes = Array(try Data(contentsOf: url))
            do throws(SyntaxError) {
                let document = try Document.parse(bytes, path: "main.tf")
                #expect(document.printed == bytes, "\(url.lastPathComponent)")
                #expect(CodeChange.changes(from: document, to: document).isEmpty)
            } catch {
                #expect(!error.message.isEmpty && (0...bytes.count).contains(error.offset), "\(url.lastPathComponent)")
            }
        }
    }
}
