import Domain
import TestSupport
import Testing

@testable import TerraformAdapter

@Suite("What Terraform says", .timeLimit(.minutes(30)))
struct DiagnosticTests {
    private static let reading = DiagnosticReading(
        folder: "workspaces/prod/web", redactor: Redactor(secrets: ["hunter2hunter2"]))

    @Test("a mistake in the code has its place from the top of the repository")
    func validation() async throws {
        let stage = try TerraformStage()
        let bench = try await stage.bench(["main.tf": "resource \"terraform_data\" \"m\" {\n  inpt = 1\n}\n"])
        let failure = await failure { try await bench.validate() }
        await bench.close()
        #expect(
            failure?.diagnostics == [
                Diagnostic(
                    summary: "Unsupported argument",
                    detail: "An argument named \"inpt\" is not expected here. Did you mean \"input\"?",
                    file: "workspaces/prod/web/main.tf", line: 2)
            ])
        #expect(
            failure?.problem.description
                == "workspaces/prod/web/main.tf:2:1: prod/web: terraform validate said: Unsupported argument: An argument "
                + "named \"inpt\" is not expected here. Did you mean \"input\"?")
    }

    @Test("a mistake that init finds has its place, too; a missing module is named")
    func initialisation() async throws {
        let stage = try TerraformStage()
        let bench = try await stage.bench(["main.tf": "module \"a\" {\n  source = \"./missing\"\n}\n"])
        let failure = await failure { try await bench.validate() }
        await bench.close()
        #expect(failure?.step == "init")
        #expect(failure?.diagnostics.first?.summary == "Unreadable module directory")
    }

    @Test(
        "in any of its forms",
        arguments: [
            ("", []),
            ("all is well\n", []),
            (
                "{\"diagnostics\":[{\"severity\":\"warning\",\"summary\":\"old\"},{\"severity\":\"error\",\"summary\":\"S\","
                    + "\"detail\":\" D \",\"range\":{\"filename\":\"../db/a.tf\",\"start\":{\"line\":3}}}]}",
                [Diagnostic(summary: "S", detail: "D", file: "workspaces/prod/db/a.tf", line: 3)]
            ),
            (
                "{\"@message\":\"x\"}\n{\"diagnostic\":{\"severity\":\"error\",\"summary\":\"S\"}}\nnoise\n",
                [Diagnostic(summary: "S", detail: "")]
            ),
            (
                "Warning: w\n\nold\n\nError: A\n\n  on main.tf line 2, in resource \"x\" \"y\":\n   2:   inpt = 1\n\nThe first line\nand the second.\n\n"
                    + "Error: B\n\nmore\n  - item\n  - item 2\nafter\n",
                [
                    Diagnostic(
                        summary: "A", detail: "The first line and the second.", file: "workspaces/prod/web/main.tf",
                        line: 2),
                    Diagnostic(summary: "B", detail: "more\n  - item\n  - item 2\nafter"),
                ]
            ),
            (
                "╷\n│ Error: C\n│ \n│   with terraform_data.m,\n│   on /outside/main.tf line 9:\n│ \n│ why\n╵\n",
                [Diagnostic(summary: "C", detail: "why")]
            ),
            (
                "Error: ../../../../out\n\n  on ../../../../x.tf line 1:\n\nd\n",
                [Diagnostic(summary: "../../../../out", detail: "d")]
            ),
            (
                "Error: has hunter2hunter2\n\nin hunter2hunter2\n",
                [Diagnostic(summary: "has (redacted)", detail: "in (redacted)")]
            ),
        ] as [(String, [Diagnostic])])
    func forms(text: String, expected: [Diagnostic]) {
        #expect(Self.reading.diagnostics(in: text) == expected)
    }

    @Test(
        "of an apply is read as a person reads it",
        arguments: [
            ("", "", nil),
            (
                "{\"@message\":\"m: Creating...\"}\n{\"@message\":\"Apply complete! Resources: 1 added.\"}\n",
                "m: Creating...\nApply complete! Resources: 1 added.\n", "Apply complete! Resources: 1 added."
            ),
            ("{\"@message\":\"Error: X\",\"diagnostic\":{\"detail\":\"why\"}}\nplain\n", "Error: X: why\nplain\n", nil),
        ] as [(String, String, String?)])
    func applyLog(output: String, text: String, summary: String?) {
        let log = ApplyLog(output, Redactor())
        #expect(log.text == text)
        #expect(log.summary == summary)
    }
}
