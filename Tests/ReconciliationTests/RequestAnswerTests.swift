import Domain
import Foundation
import Reports
import Synchronization
import TestSupport
import Testing

@testable import Reconciliation

@Suite("Answers to a person's request")
struct RequestAnswerTests {
    private static func edit(_ search: String, _ replace: String, path: String = MemoryStage.main) -> Edit {
        Edit(path: path, search: search, replace: replace)
    }

    private static func reply(_ decision: Correction.Decision, questions: [String] = []) -> Result<
        ModelReply, ModelFailure
    > {
        .success(
            ModelReply(
                correction: Correction(
                    analysis: "The size is open.", decision: decision, edits: [], impact: "", risk: .low,
                    questions: questions), content: "{}", model: "scripted-1-001",
                usage: Usage(calls: 1, inputTokens: 100, outputTokens: 10, costUSD: 0.001)))
    }

    private static let grow = edit("input = \"large\"", "input = \"huge\"")
    private static let replace = edit("forces = \"a\"", "forces = \"b\"")
    private static let remove = edit(
        "resource \"terraform_data\" \"two\" {\n  input = local.size\n}\n", "")

    static let refused: [(name: String, edits: [Edit], file: String?, reason: String)] = [
        (
            "another workspace's folder", [edit("", "# x\n", path: "workspaces/db/main.tf")], nil,
            "workspaces/db/main.tf: only .tf files directly in workspaces/web may change"
        ),
        (
            "a folder within", [edit("", "# x\n", path: "workspaces/web/sub/main.tf")], nil,
            "workspaces/web/sub/main.tf: only .tf files directly in workspaces/web may change"
        ),
        (
            "a path with a detour", [edit("", "# x\n", path: "workspaces/web/../db/main.tf")], nil,
            "workspaces/web/../db/main.tf: only .tf files directly in workspaces/web may change"
        ),
        (
            "an empty step", [edit("", "# x\n", path: "workspaces/web//main2.tf")], nil,
            "workspaces/web//main2.tf: only .tf files directly in workspaces/web may change"
        ),
        (
            "no Terraform", [edit("", "x", path: "workspaces/web/workspace.yml")], nil,
            "workspaces/web/workspace.yml: the file's name does not end in .tf"
        ),
        (
            "an override file", [edit("", "# x\n", path: "workspaces/web/main_override.tf")], nil,
            "workspaces/web/main_override.tf: the file's name is an override file, which changes the blocks of other "
                + "files unseen"
        ),
        (
            "another file than the one that was named", [grow], "cache.tf",
            "workspaces/web/main.tf: only cache.tf may change"
        ),
        (
            "a new file over an old one", [edit("", "# x\n")], nil,
            "an edit of 'workspaces/web/main.tf' has an empty search; the file exists already"
        ),
        (
            "a file that is not there", [edit("a", "b", path: "workspaces/web/none.tf")], nil,
            "'workspaces/web/none.tf' is not one of the files that were sent; an empty search makes a new file"
        ),
        (
            "broken code", [edit("", "resource {{", path: "workspaces/web/x.tf")], nil,
            "workspaces/web/x.tf:1:11: '{' stands where an argument should be"
        ),
        (
            "what Terraform refuses", [edit("input = \"large\"", "broken = 1")], nil,
            "terraform validate: workspaces/web/main.tf:1: Unsupported argument: It is broken."
        ),
        (
            "a replacement", [replace], nil,
            "terraform_data.one would be replaced (forced by forces); that needs --allow-replace"
        ),
        ("a destruction", [remove], nil, "terraform_data.two would be destroyed; that needs --allow-destroy"),
    ]

    @Test("that go too far never become a branch, and may be asked for again", arguments: refused)
    func refusals(name: String, edits: [Edit], file: String?, reason: String) async throws {
        let stage = try await MemoryStage()
        let writer = ScriptedWriter(Array(repeating: .success(.edits(edits)), count: 4))
        for _ in 0..<2 {
            let report = try await stage.propose("Grow it", writer: writer, file: file)
            #expect(report.proposals.map(\.reason) == [reason])
            #expect(report.proposals.map(\.state) == [.unfixable] && report.pushes == 0)
        }
        #expect(stage.refs.isEmpty)
        // The same mistake twice ends a conversation; nothing of it is remembered.
        #expect(writer.conversations.count == 4)
    }

    @Test(
        "may destroy and replace what they edit, where the person allows it",
        arguments: [
            (edit: remove, summary: "0 to add, 0 to change, 1 to destroy", subject: "destroy terraform_data.two"),
            (edit: replace, summary: "1 to add, 0 to change, 1 to destroy", subject: "replace terraform_data.one"),
        ])
    func allowed(edit: Edit, summary: String, subject: String) async throws {
        let stage = try await MemoryStage()
        let writer = ScriptedWriter([.success(.edits([edit]))])
        let report = try await stage.propose("Do it", writer: writer, destroy: true, replace: true)
        #expect(report.proposals.map(\.planSummary) == [summary])
        let proposal = try #require(report.proposals.first)
        #expect(proposal.message?.hasPrefix("sphinx(web): \(subject): Do it\n") == true)
        let page = try #require(try stage.text("proposals/web/\(proposal.key)/README.md", on: proposal.branch))
        #expect(page.contains("> [!WARNING]\n> This plan destroys or replaces:\n"))
        #expect(page.contains("The person allowed it to destroy and to replace resources."))
    }

    @Test("are mended at most twice, with the reasons")
    func repaired() async throws {
        let stage = try await MemoryStage()
        let writer = ScriptedWriter([
            .success(.edits([Self.replace])), .success(.edits([Self.remove])), .success(.edits([Self.grow])),
        ])
        let report = try await stage.propose("Grow it", writer: writer)
        #expect(report.proposals.map(\.state) == [.created] && report.usage.calls == 3)
        #expect(
            writer.conversations.last?.turns.last
                == .user("{\"refused\":[\"terraform_data.two would be destroyed; that needs --allow-destroy\"]}"))
    }

    @Test("that ask back write nothing, and stand in the history with what they cost")
    func questions() async throws {
        let stage = try await MemoryStage()
        let report = try await stage.propose(
            "Grow it", writer: ScriptedWriter([Self.reply(.needInformation, questions: ["How large?", "When?"])]))
        #expect(report.proposals.map(\.state) == [.needInformation])
        #expect(report.questions == ["How large?", "When?"] && report.pushes == 0 && stage.refs.isEmpty)
        #expect(
            report.proposeText == """
                The size is open.
                Nothing was written. Ask again with the answers, or with --interactive:
                1. How large?
                2. When?
                1 need_information; pushes: 0; Gemini: 1 calls, 110 tokens, $0.0010

                """)
        let row = try #require(stage.history.all.first { $0.action == "propose" })
        #expect(row.status == "need_information" && row.details.value(at: "usage.inputTokens") == .integer(100))
    }

    @Test("that see nothing to do say why")
    func nothing() async throws {
        let stage = try await MemoryStage()
        let report = try await stage.propose("Grow it", writer: ScriptedWriter([Self.reply(.noChange)]))
        #expect(
            report.proposeText
                == "Nothing to change: The size is open.\n1 no_change; pushes: 0; Gemini: 1 calls, 110 tokens, $0.0010\n"
        )
        #expect(stage.refs.isEmpty)
    }

    @Test("go on in the same conversation after the person's words, which the page shows")
    func inquired() async throws {
        let stage = try await MemoryStage()
        let asked = Mutex<[[String]]>([])
        let writer = ScriptedWriter([
            Self.reply(.needInformation, questions: ["How large?"]), .success(.edits([Self.grow])),
        ])
        let report = try await stage.propose("Grow it", writer: writer) { questions in
            asked.withLock { $0.append(questions) }
            return ["huge, *please*"]
        }
        #expect(asked.withLock { $0 } == [["How large?"]])
        #expect(
            writer.conversations.last?.turns.suffix(2) == [
                .model("{}"), .user("{\"answers\":[{\"answer\":\"huge, *please*\",\"question\":\"How large?\"}]}"),
            ])
        let proposal = try #require(report.proposals.first)
        let page = try #require(try stage.text("proposals/web/\(proposal.key)/README.md", on: proposal.branch))
        #expect(page.contains("The model asked, and the person answered:\n\n- How large?\n  huge, "))
        #expect(!page.contains("*please*"))
        #expect(report.usage.calls == 2 && proposal.state == .created)
    }

    @Test(
        "ask back three times at most, and stop where nobody answers",
        arguments: [(answers: true, calls: 4), (false, 1)])
    func bounded(answers: Bool, calls: Int) async throws {
        let stage = try await MemoryStage()
        let writer = ScriptedWriter(Array(repeating: Self.reply(.needInformation, questions: ["How?"]), count: 9))
        let report = try await stage.propose("Grow it", writer: writer) { _ in answers ? ["so"] : nil }
        #expect(report.proposals.map(\.state) == [.needInformation] && report.questions == ["How?"])
        #expect(writer.conversations.count == calls && stage.refs.isEmpty)
    }

    @Test("are written as terraform fmt likes it, without touching what was written otherwise before")
    func format() async throws {
        let loose =
            "resource \"terraform_data\" \"old\" {\n\tinput = 1\n}\n\nresource \"terraform_data\" \"x\" {\n  input = 1\n}\n"
        let stage = try await MemoryStage([MemoryStage.main: loose])
        let edits = [
            Self.edit("  input = 1\n}\n", "\tinput = 2\n}\n"),
            Self.edit("", "resource \"terraform_data\" \"y\" {\n\tinput = 1\n}\n", path: "workspaces/web/y.tf"),
        ]
        let report = try await stage.propose("Grow it", writer: ScriptedWriter([.success(.edits(edits))]))
        let branch = try #require(report.proposals.first).branch
        #expect(
            try stage.text("workspaces/web/y.tf", on: branch)
                == "resource \"terraform_data\" \"y\" {\n  input = 1\n}\n")
        #expect(
            try stage.text(MemoryStage.main, on: branch)
                == loose.replacing("  input = 1", with: "\tinput = 2"))
    }
}
