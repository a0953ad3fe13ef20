import ChildProcess
import Domain
import Foundation
import Reconciliation
import TestSupport
import Testing

@Suite("Workspaces, by the command")
struct WorkspaceCommandTests {
    private func json(_ completion: Completion) throws -> JSONValue {
        try JSONDecoder().decode(JSONValue.self, from: Data(completion.output))
    }

    private func mergeIntoMain(_ branch: String, in stage: LoopStage) async throws {
        try await stage.merge(branch, deleting: true)
    }

    @Test("from nothing to a planned, applied, and deleted workspace, each on a branch")
    func life() async throws {
        let stage = try await LoopStage(["workspaces/web/main.tf": LoopStage.machine("one", id: "i-1")])
        let main = try await stage.refs()["refs/heads/main"]
        let made = try await stage.sphinx(["workspaces", "new", "prod/db", "--template", "web"])
        #expect(
            made.outputText == """
                on the branch new-workspace-prod-db
                + workspaces/prod/db/main.tf
                + workspaces/prod/db/workspace.yml
                note: it has no backend of its own: its state is kept in SPHINX_LOCAL_STATE_DIR, or nothing is planned

                """, "\(made.errorText)")
        #expect(try await stage.refs()["refs/heads/main"] == main)
        let planned = try await stage.sphinx(["propose", "--branch", "new-workspace-prod-db"])
        #expect(planned.outputText.contains("1 to add, 0 to change, 0 to destroy"), "\(planned.errorText)")
        try await mergeIntoMain("new-workspace-prod-db", in: stage)
        #expect(try await stage.sphinx(["reconcile", "--only", "apply"]).succeeded)
        #expect(try stage.state("prod/db").contains("terraform_data"))

        let refused = try await stage.sphinx(["workspaces", "delete", "prod/db"])
        #expect(refused.exit == .exited(1))
        #expect(
            refused.errorText.contains("prod/db: its state holds a resource: terraform_data.one; remove their blocks"))
        try await stage.commit(["workspaces/prod/db/main.tf": "# nothing is left\n"], "Empty it")
        try stage.folder.write(
            "{\"version\": 4, \"serial\": 9, \"lineage\": \"\"}", to: "state/prod/db/terraform.tfstate")
        let gone = try await stage.sphinx(["workspaces", "delete", "prod/db", "--format", "json"])
        #expect(try json(gone).value(at: "removed.0")?.string == "workspaces/prod/db/main.tf", "\(gone.errorText)")
        try await mergeIntoMain("delete-workspace-prod-db", in: stage)
        let list = try await stage.sphinx(["workspaces", "list", "--format", "json"])
        let rows = try #require(try json(list)["workspaces"]?.array)
        #expect(rows.compactMap { $0["workspace"]?.string } == ["web"])
        #expect(try await stage.sphinx(["history", "verify"]).succeeded)
    }

    @Test("the list and the page of one say where it stands: proposals, applies, the last run and drift")
    func standing() async throws {
        let stage = try await LoopStage.oneMachine()
        let unknown = try await stage.sphinx(["workspaces", "list", "--format", "json"])
        #expect(try json(unknown).value(at: "workspaces.0.last_run")?.string == "")
        #expect(!stage.folder.exists("sphinx.db"))
        let proposal = try #require(try await stage.reconcile().proposals.first)
        func row() async throws -> [String?] {
            let list = try json(try await stage.sphinx(["workspaces", "list", "--format", "json"]))
            return ["open", "merged", "applied", "last_run", "drift"].map {
                list.value(at: "workspaces.0.\($0)")?.string
            }
        }
        #expect(try await row() == ["1", "0", "0", "2025-11-24T16:00:00Z", "none"])
        try await stage.merge(proposal.branch)
        #expect(try await row()[1] == "1")
        stage.pass(60)
        try await stage.reconcile { $0.only = .apply }
        #expect(try await row() == ["0", "0", "1", "2025-11-24T16:01:00Z", "none"])
        stage.pass(86_400)
        try stage.drift("\"size\": \"small\"", to: "\"size\": \"huge\"")
        try await stage.reconcile()
        #expect(try await row()[4] == "base not applied (0 to add, 1 to change, 0 to destroy)")

        let page = try await stage.sphinx(["workspaces", "show", "web"])
        #expect(page.outputText.contains("\nlast run  2025-11-25T16:01:00Z\n"), "\(page.outputText)")
        #expect(page.outputText.contains("terraform_data.one  workspaces/web/main.tf"))
        #expect(page.outputText.contains("applied  \(proposal.key)  idle"))
        let absent = try await stage.sphinx(["workspaces", "show", "webs"])
        #expect(absent.exit == .exited(1))
        #expect(absent.errorText.contains("there is no workspace 'webs' in main; did you mean 'web'?"))
    }

    @Test("in place only files of the working tree change; a dry run changes nothing")
    func inPlace() async throws {
        let stage = try await LoopStage(["workspaces/web/main.tf": "locals {\n  a = 1\n}\n"], applied: false)
        let refs = try await stage.refs()
        let bare = try await stage.sphinx(["workspaces", "new", "db", "--in-place"])
        #expect(bare.errorText.contains("has no working tree; leave --in-place out: a branch is pushed"))
        let dry = try await stage.sphinx(["workspaces", "new", "db", "--dry-run"])
        #expect(dry.outputText.hasPrefix("would be on the branch new-workspace-db\n"))
        #expect(try await stage.sphinx(["workspaces", "new", "db", "--in-place", "--dry-run"]).exit == .exited(64))

        try FileManager.default.removeItem(atPath: stage.folder.file("job.git"))
        try await Shell.git("clone", "-q", stage.remote, stage.folder.file("job.git"))
        let made = try await stage.sphinx(["workspaces", "new", "prod/db", "--backend", "s3", "--in-place"])
        #expect(made.outputText.hasPrefix("changed in the working tree\n+ workspaces/prod/db/main.tf\n"))
        try await Shell.run("terraform", ["fmt", "-check", "-recursive", stage.folder.file("job.git/workspaces")])
        let again = try await stage.sphinx(["workspaces", "new", "prod/db", "--in-place"])
        #expect(again.errorText.contains("workspaces/prod/db/main.tf is there already; commit it, or move it away"))
        try stage.folder.write("mine", to: "job.git/workspaces/web/mine.txt")
        let gone = try await stage.sphinx(["workspaces", "delete", "web", "--in-place"])
        #expect(gone.outputText == "changed in the working tree\n- workspaces/web/main.tf\n", "\(gone.errorText)")
        #expect(stage.folder.exists("job.git/workspaces/web/mine.txt"))
        #expect(!stage.folder.exists("job.git/workspaces/web/main.tf"))
        #expect(try await stage.refs() == refs)
    }

    @Test("mistakes in workspace.yml are told by line, all at once")
    func mistakes() async throws {
        let stage = try await LoopStage(
            [
                "workspaces/web/main.tf": "# nothing\n",
                "workspaces/web/workspace.yml": "labels: {env: prod}\naply: never\nbackend: {secret_key: x}\n",
            ], applied: false)
        for arguments in [["workspaces", "list"], ["workspaces", "show", "web"]] {
            let answer = try await stage.sphinx(arguments)
            #expect(
                answer.errorText.contains(
                    "workspaces/web/workspace.yml:2:1: unknown key 'aply'; did you mean 'apply'?"),
                "\(answer.errorText)")
            #expect(
                answer.errorText.contains(
                    "workspaces/web/workspace.yml:3:23: 'backend' holds the credential 'secret_key'"))
        }
    }
}
