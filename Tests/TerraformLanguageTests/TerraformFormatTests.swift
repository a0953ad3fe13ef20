import TerraformLanguage
import TestSupport
import Testing

@Suite("Against terraform fmt")
struct TerraformFormatTests {
    @Test(
        "a value that is set in formatted code leaves formatted code",
        arguments: [("size", Literal.number("12")), ("input.size", .string("small")), ("block.kind", .string("gp3"))])
    func formatted(path: String, literal: Literal) async throws {
        let text = """
            resource "terraform_data" "a" {
              size = 1
              input = {
                size = "large" # by hand
                list = [1, 2]
              }

              block {
                kind = "gp2"
              }
            }

            """
        let document = try Document.parse(Array(text.utf8), path: "a.tf")
        let bytes = try #require(document.setting(path, to: literal, in: document.body.blocks[0].body))
        let after = String(decoding: bytes, as: UTF8.self)
        let formatted = try await Shell.run(
            "terraform", ["fmt", "-"],
            environment: ["PATH": Shell.gitEnvironment["PATH"] ?? "", "TF_CLI_CONFIG_FILE": "/dev/null"],
            input: after)
        #expect(formatted == after)
    }
}
