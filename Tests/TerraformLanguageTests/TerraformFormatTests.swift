import TestSupport
import Testing

@testable import TerraformLanguage

@Suite("Against terraform fmt and validate")
struct TerraformFormatTests {
    @Test("a value that is set, or added, in formatted code leaves formatted code")
    func formatted() async throws {
        let (sources, results) = (try TemporaryFolder(), try TemporaryFolder())
        let generated = (7_000..<7_300).map { seed in
            var generator = TextGenerator(SeededGenerator(seed: UInt64(seed)))
            return generator.file()
        }
        let texts = Corpus.all + generated
        for (number, text) in texts.enumerated() { try sources.write(text, to: "\(number).tf") }
        // Twice: once does not always end where another would begin.
        for _ in 0..<3 { _ = try await Shell.terraform("fmt", "-list=false", sources.path) }
        var count = 0
        for number in texts.indices {
            let document = try Document.parse(Array(try sources.read("\(number).tf").utf8), path: "a")
            // Of a text that is blank Terraform leaves the blanks.
            guard !document.body.items.isEmpty else { continue }
            for (index, text) in Self.edits(of: document).enumerated() {
                try results.write(text, to: "\(number)-\(index).tf")
                count += 1
            }
        }
        #expect(count > 2_000)
        let difference = try await Shell.unformatted(in: results)
        #expect(difference.isEmpty, "\(difference.prefix(2_000))")
    }

    /// The first literal made longer, and a new value in the first body and the first object.
    private static func edits(of document: Document) -> [String] {
        var paths: [(String, Body)] = []
        let leaves = document.leaves(of: document.body)
        if let leaf = leaves.first(where: { $0.expression.literal != nil }) { paths.append((leaf.path, document.body)) }
        let body = document.body.blocks.first?.body ?? document.body
        paths.append(("added_value", body))
        if let object = body.attributes.first(where: { $0.expression.objectItems != nil }) {
            paths.append(("\(object.name).added_value", body))
        }
        return paths.compactMap { path, body in
            document.setting(path, to: .string("a longer text"), in: body).map { String(decoding: $0, as: UTF8.self) }
        }
    }

    @Test("code that Terraform validates stays so, edit after edit")
    func valid() async throws {
        var text = """
            variable "sizes" {
              default = { web = "large", db = "small" }
            }

            locals {
              note = "by hand"
            }

            resource "terraform_data" "web" {
              for_each = var.sizes
              input = {
                size = "large" # chosen by hand
                list = [1, 2]
                user = <<-EOT
                  echo ${each.key}
                EOT
              }

              lifecycle {
                replace_triggered_by = [terraform_data.other]
              }
            }

            resource "terraform_data" "other" { input = local.note }

            """
        let edits: [(address: String, path: String, literal: Literal)] = [
            ("terraform_data.web[\"web\"]", "input.size", .string("a ${b} \"c\"")),
            ("terraform_data.web", "input.memory_in_bytes", .number("1e9")),
            ("terraform_data.web", "input[\"a.b\"]", .bool(true)),
            ("terraform_data.web", "input.list.1", .number("-2.5")), ("terraform_data.web", "input.user", .null),
            ("variable.sizes", "default.web", .string("small")), ("variable.sizes", "default.cache", .string("tiny")),
            ("variable.sizes", "description", .string("%{x}")),
            ("locals", "note", .string("by\nrule")), ("locals", "note_too", .number("1")),
            ("terraform_data.other", "triggers_replace", .string("x")),
        ]
        let folder = try TemporaryFolder()
        for edit in edits {
            let document = try Document.parse(Array(text.utf8), path: "main.tf")
            let block = try #require(document.blocks(at: edit.address).first)
            let bytes = try #require(document.setting(edit.path, to: edit.literal, in: block.body), "\(edit.path)")
            text = String(decoding: bytes, as: UTF8.self)
            try folder.write(text, to: "main.tf")
            if edit.address == edits[0].address {
                _ = try await Shell.terraform("init", "-input=false", in: folder.path)
            }
            _ = try await Shell.terraform("validate", in: folder.path)
            #expect(try await Shell.unformatted(in: folder) == "")
        }
        #expect(text.contains("# chosen by hand") && text.contains("\n    memory_in_bytes = 1e9\n"))
    }
}
