import Domain
import Foundation
import TestSupport
import Testing

@testable import Reconciliation

@Suite("Secrets in code")
struct CodeSecretsTests {
    private static func prompt(_ files: [String: String], _ redactor: Redactor = Redactor()) -> [String: String] {
        let sources = files.sorted { $0.key < $1.key }.map { SourceFile(path: $0.key, text: $0.value) }
        return Dictionary(
            PromptRedaction(files: sources, redactor: redactor).redacted.map { ($0.path, $0.text) }
        ) { first, _ in first }
    }

    static let literals: [(name: String, code: String, expected: String)] = [
        (
            "a telling name", "resource \"t\" \"n\" {\n  password = \"hunter2\"\n  name = \"db\"\n}\n",
            "resource \"t\" \"n\" {\n  password = \"(redacted-1)\"\n  name = \"db\"\n}\n"
        ),
        (
            "within a call",
            "resource \"t\" \"n\" {\n  input = merge(var.a, { api_key = \"abc\", size = \"large\" })\n}\n",
            "resource \"t\" \"n\" {\n  input = merge(var.a, { api_key = \"(redacted-1)\", size = \"large\" })\n}\n"
        ),
        (
            "a quoted key within a call", "locals {\n  text = jsonencode({ \"clientSecret\" : \"abc\" })\n}\n",
            "locals {\n  text = jsonencode({ \"clientSecret\" : \"(redacted-1)\" })\n}\n"
        ),
        (
            "a container's environment",
            "resource \"t\" \"n\" {\n  env = jsonencode([{ name = \"DB_PASSWORD\", value = \"a\" }, { name = \"SIZE\", value = \"b\" }])\n}\n",
            "resource \"t\" \"n\" {\n  env = jsonencode([{ name = \"DB_PASSWORD\", value = \"(redacted-1)\" }, { name = \"SIZE\", value = \"b\" }])\n}\n"
        ),
        (
            "blocks of an environment",
            "resource \"t\" \"n\" {\n  env {\n    name  = \"API_TOKEN\"\n    value = \"a\"\n  }\n  env {\n    name  = \"SIZE\"\n    value = \"b\"\n  }\n}\n",
            "resource \"t\" \"n\" {\n  env {\n    name  = \"API_TOKEN\"\n    value = \"(redacted-1)\"\n  }\n  env {\n    name  = \"SIZE\"\n    value = \"b\"\n  }\n}\n"
        ),
        (
            "the default of a sensitive variable",
            "variable \"pin\" {\n  sensitive   = true\n  default     = 4711\n  description = \"of the safe\"\n}\n",
            "variable \"pin\" {\n  sensitive   = true\n  default     = \"(redacted-1)\"\n  description = \"of the safe\"\n}\n"
        ),
        (
            "a variable's name", "variable \"db_password\" {\n  default = \"x\"\n}\n",
            "variable \"db_password\" {\n  default = \"(redacted-1)\"\n}\n"
        ),
        (
            "an index and a reference stay",
            "resource \"t\" \"n\" {\n  password = var.passwords[\"db\"]\n  secret_arn = \"arn:aws:x\"\n}\n",
            "resource \"t\" \"n\" {\n  password = var.passwords[\"db\"]\n  secret_arn = \"arn:aws:x\"\n}\n"
        ),
        (
            "both branches of a choice", "resource \"t\" \"n\" {\n  token = var.a ? \"one\" : \"two\"\n}\n",
            "resource \"t\" \"n\" {\n  token = var.a ? \"(redacted-1)\" : \"(redacted-2)\"\n}\n"
        ),
        (
            "a token anywhere", "locals {\n  note = \"see ghp_0123456789abcdefghijABCDEFGHIJ012345\"\n}\n",
            "locals {\n  note = \"(redacted-1)\"\n}\n"
        ),
        (
            "names of resources tell nothing", "resource \"aws_secret\" \"token\" {\n  kind = \"opaque\"\n}\n",
            "resource \"aws_secret\" \"token\" {\n  kind = \"opaque\"\n}\n"
        ),
    ]

    @Test("leave the files that a model is sent, and what only looks near them stays", arguments: literals)
    func literal(name: String, code: String, expected: String) {
        #expect(Self.prompt(["w/main.tf": code])["w/main.tf"] == expected)
    }

    @Test("leave files of values, too: by their names, and by what their variables are declared to be")
    func values() {
        let texts = Self.prompt([
            "w/main.tf": "variable \"pin\" {\n  sensitive = true\n}\nvariable \"size\" {}\n",
            "w/terraform.tfvars": "pin = \"abcd\"\nsize = \"large\"\ndb_password = \"x\"\n",
            // Another folder's variable of that name is another one.
            "modules/m/main.tf": "variable \"pin\" {\n  default = \"open\"\n}\n",
        ])
        #expect(
            texts["w/terraform.tfvars"]
                == "pin = \"(redacted-1)\"\nsize = \"large\"\ndb_password = \"(redacted-2)\"\n")
        #expect(texts["modules/m/main.tf"] == "variable \"pin\" {\n  default = \"open\"\n}\n")
    }

    @Test("what is known of the workspace leaves, and an edit may not touch any mark")
    func known() {
        let code = "locals {\n  a = \"x known-value y\"\n}\n"
        #expect(
            Self.prompt(["w/main.tf": code], Redactor(secrets: ["known-value"]))["w/main.tf"]
                == "locals {\n  a = \"(redacted-1)\"\n}\n")
        let redaction = PromptRedaction(files: [])
        for mark in ["(redacted-1)", "(redacted)"] {
            #expect(
                redaction.refusal(of: [Edit(path: "a", search: "x", replace: mark)])?.reason == .redactedText)
        }
    }

    @Test("are looked for in later texts: unusual values, lines of heredocs, commented assignments")
    func learned() {
        let code = """
            variable "pin" {
              sensitive = true
              default   = "4711-pin"
            }
            resource "t" "n" {
              password  = "hunter2"
              token     = "changeme"
              user_data = <<-EOT
                export KEY=canary-in-heredoc
              EOT
              # old_password = canary-in-comment
            }

            """
        let files = [
            SourceFile(path: "w/main.tf", text: code),
            SourceFile(
                path: "w/prod.auto.tfvars.json", text: "{\"pin\":\"pin-in-json\",\"api_token\":\"token-in-json\"}"),
        ]
        let redactor = Redactor(secrets: CodeSecrets(files).values, rules: [])
        #expect(
            redactor.redact("4711-pin hunter2 changeme pin-in-json token-in-json")
                == "(redacted) (redacted) changeme (redacted) (redacted)")
        #expect(redactor.redact(" \t  export KEY=canary-in-heredoc\n+next") == " \t  (redacted)\n+next")
        #expect(redactor.redact("-  # old_password = canary-in-comment") == "-  (redacted)")
    }

    @Test("a provider's schema in a prompt keeps its words, and a finding loses its tokens")
    func asked() async throws {
        let secrets = KnownSecrets(["given-secret"])
        secrets.learn(["learned-secret"], of: "web")
        let writer = ScriptedWriter([
            .success(.edits([Edit(path: "a", search: "given-secret", replace: "b")], analysis: "the given-secret is x"))
        ])
        let asked =
            "{\"files\":[\"a\\nghp_0123456789abcdefghijABCDEFGHIJ012345 learned-secret given-secret\"],\"refused\":[\"password=hunter22\"],\"resourceSchema\":{\"password\":{\"type\":\"string\"},\"secrets\":[\"plain\"]}}"
        let reply = try await RedactingWriter(writer: writer, secrets: secrets).reply(
            to: Conversation(instructions: "i", turns: [.user(asked), .model("given-secret")], workspace: "web"))
        #expect(
            writer.conversations.first?.turns == [
                .user(
                    "{\"files\":[\"a\\n(redacted) (redacted) (redacted)\"],\"refused\":[\"password=(redacted)\"],\"resourceSchema\":{\"password\":{\"type\":\"string\"},\"secrets\":[\"plain\"]}}"
                ), .model("given-secret"),
            ])
        #expect(reply.correction.analysis == "the (redacted) is x")
        #expect(reply.correction.edits.map(\.search) == ["given-secret"])
    }

    @Test("history rows lose their secrets, and keep what they are found by")
    func recorded() throws {
        let secrets = KnownSecrets(["given-secret"])
        secrets.learn(["prod"], of: "prod")
        let history = MemoryHistory()
        try RedactingHistory(history: history, secrets: secrets).append(
            HistoryEntry(
                run: "prod", time: .init(timeIntervalSince1970: 0), workspace: "prod", action: "ask", status: "failed",
                subject: "sphinx/prod/x", details: .object(["reason": .string("given-secret in prod")])))
        let entry = try #require(history.all.first)
        #expect([entry.run, entry.workspace, entry.subject] == ["prod", "prod", "sphinx/prod/x"])
        #expect(entry.details == .object(["reason": .string("(redacted) in (redacted)")]))
    }

    @Test("what Sphinx commits loses tokens and what the run signs in with; code and machine-read words stay")
    func published() throws {
        let secrets = KnownSecrets(["given-secret"])
        secrets.learn(["production"], of: "production")
        let objects = MemoryRepository()
        let id = try RedactingObjects(objects: objects, secrets: secrets).commit(
            CommitDraft(
                parent: nil,
                writes: [
                    SourceFile(path: "workspaces/production/main.tf", text: "# given-secret\n"),
                    SourceFile(path: "proposals/production/k/README.md", text: "given-secret of production\n"),
                    SourceFile(path: "proposals/production/k/proposal.json", text: "{\"rule\":\"given-secret\"}\n"),
                ], message: "sphinx: AKIAIOSFODNN7EXAMPLE\n\nSphinx-Rule: given-secret\n",
                time: .init(timeIntervalSince1970: 0)))
        #expect(try objects.file(at: "workspaces/production/main.tf", in: id)?.text == "# given-secret\n")
        #expect(try objects.file(at: "proposals/production/k/README.md", in: id)?.text == "(redacted) of production\n")
        #expect(try objects.summary(of: id).message == "sphinx: (redacted)\n\nSphinx-Rule: given-secret\n")
        // A password may be a rule's name, too, and the manifest is read back.
        #expect(
            try objects.file(at: "proposals/production/k/proposal.json", in: id)?.text
                == "{\"rule\":\"given-secret\"}\n")
    }
}
