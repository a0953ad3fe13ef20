import Domain
import Foundation
import HistoryAdapter
import TestSupport
import Testing

@testable import Reconciliation
@testable import sphinx

@Suite("The history on the remote")
struct SharedHistoryLoopTests {
    @Test("gets what a run recorded, as one commit after its last step; a run that did nothing pushes nothing")
    func published() async throws {
        let stage = try await LoopStage.oneMachine()
        let first = try await stage.reconcile()
        #expect(first.pushes == 1 && first.notices.isEmpty)
        let files = try await stage.sharedFiles()
        #expect(files == ["steps/2025-11-24/00000001-\(first.run).jsonl"])
        let text = try await stage.show(try #require(files.first), on: LoopStage.historyRef)
        let last = try #require(text.split(separator: "\n").last)
        #expect(last.hasPrefix("{\"action\":\"run\",") && last.contains("\"status\":\"done\""))
        #expect(
            try await Shell.git("--git-dir", stage.remote, "log", "--format=%an|%P|%s", LoopStage.historyRef)
                == "Sphinx||sphinx: history\n")

        let before = try await stage.allRefs()
        let second = try await stage.reconcile()
        #expect(second.pushes == 0)
        #expect(try await stage.allRefs() == before)
        #expect(try await stage.audit() == nil)

        try await stage.merge(try #require(first.proposals.first).branch)
        let third = try await stage.reconcile()
        let runs = try await stage.sharedRuns()
        #expect(runs == [first.run, second.run, third.run])
        let result = try await HistoryAudit(world: try stage.world(), settings: stage.settings()).verify()
        #expect(result.shared == result.steps && result.missing == 0 && result.unshared == 0)
    }

    @Test("restores a lost file, once, and the runs after it go on")
    func restored() async throws {
        let stage = try await LoopStage.oneMachine()
        let proposal = try #require(try await stage.reconcile().proposals.first)
        let entries = try stage.world().history.rows(HistoryFilter(limit: .max)).map(\.entry)
        for file in ["sphinx.db", "sphinx.db-wal", "sphinx.db-shm"] {
            try? FileManager.default.removeItem(atPath: stage.folder.file(file))
        }
        let missing = try await HistoryAudit(world: try stage.world(), settings: stage.settings()).verify()
        #expect(missing.steps == 0 && missing.missing == entries.count && missing.missingRuns == 1)

        let pull = HistoryPull(world: try stage.world(), settings: stage.settings())
        let pulled = try await pull.pull()
        #expect(pulled.steps == entries.count && pulled.runs == 1 && pulled.ref == LoopStage.historyRef)
        let rows = try stage.world().history.rows(HistoryFilter(limit: .max))
        #expect(rows.dropFirst().map(\.entry) == entries)
        #expect(rows.first?.entry.action == "history" && rows.first?.entry.status == "pulled")
        #expect(try await pull.pull().steps == 0)
        #expect(try stage.world().history.rows(HistoryFilter(limit: .max)).count == entries.count + 1)

        try await stage.merge(proposal.branch)
        #expect(try await stage.reconcile().applies.map(\.result) == [.applied])
        let found = try await stage.audit()
        #expect(found == nil)
        #expect(try await pull.pull().steps == 0)
    }

    @Test("brings another job's steps into a history that has its own, without duplicates")
    func merged() async throws {
        let stage = try await LoopStage(["workspaces/web/main.tf": "# nothing\n"], applied: false)
        for job in ["a", "b"] { try await stage.clone(job) }
        let (a, b) = (try stage.world(of: "a"), try stage.world(of: "b"))
        try stage.note("run-a", 3, in: a)
        try await HistoryPublisher(world: a, settings: stage.settings()).publish()
        try stage.note("run-b", in: b)
        try await HistoryPublisher(world: b, settings: stage.settings()).publish()
        #expect(try await stage.sharedRuns() == ["run-a", "run-b"])
        for _ in 1...2 { _ = try await HistoryPull(world: b, settings: stage.settings()).pull() }
        let subjects = try b.history.rows(HistoryFilter(action: "apply")).map { $0.entry.subject ?? "" }
        #expect(subjects == ["run-b-1", "run-b-2", "run-a-1", "run-a-2", "run-a-3"])
        #expect(try await stage.audit(b) == nil)
        #expect(try await HistoryPublisher(world: a, settings: stage.settings()).publish() == 0)
    }

    @Test("keeps the steps of a job that was faster, three times in a row")
    func raced() async throws {
        let stage = try await LoopStage(["workspaces/web/main.tf": "# nothing\n"], applied: false)
        try await stage.clone("a")
        var world = try stage.world(of: "a")
        try stage.note("run-a", in: world)
        var races: [@Sendable () async -> Void] = []
        for number in 1...3 {
            try await stage.clone("faster-\(number)")
            let other = try stage.world(of: "faster-\(number)")
            try stage.note("faster-\(number)", in: other)
            let publisher = HistoryPublisher(world: other, settings: stage.settings())
            races.append { _ = try? await publisher.publish() }
        }
        world.remote = RacingRemote(world.remote, races: races)
        #expect(try await HistoryPublisher(world: world, settings: stage.settings()).publish() == 2)
        #expect(try await stage.sharedRuns() == ["faster-1", "faster-2", "faster-3", "run-a"])
        #expect(try await stage.audit(world) == nil)
    }

    @Test("keeps the steps of eight jobs that end at the same moment")
    func overlapping() async throws {
        let stage = try await LoopStage(["workspaces/web/main.tf": "# nothing\n"], applied: false)
        let jobs = (1...8).map { "job-\($0)" }
        for job in jobs {
            try await stage.clone(job, depth: 1)
            try stage.note(job, in: try stage.world(of: job))
        }
        let publishers = try jobs.map { HistoryPublisher(world: try stage.world(of: $0), settings: stage.settings()) }
        try await withThrowingTaskGroup(of: Int.self) { group in
            for publisher in publishers { group.addTask { try await publisher.publish() } }
            for try await steps in group { #expect(steps == 2) }
        }
        #expect(try await stage.sharedRuns().sorted() == jobs)
        #expect(try await stage.audit() == nil)
    }

    @Test("that refuses is told in a notice, fails no run, and gets what is missing later")
    func refused() async throws {
        let stage = try await LoopStage.oneMachine()
        let hook = try stage.folder.write(
            "#!/bin/sh\n[ \"$1\" != refs/sphinx/history ] || { echo 'no history here' >&2; exit 1; }\n",
            to: "remote.git/hooks/update")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: hook)
        let first = try await stage.reconcile()
        #expect(first.proposals.map(\.state) == [.created] && first.problems.isEmpty)
        #expect(
            first.notices == [
                "the history was not pushed to refs/sphinx/history, and the next run that pushes tries again: "
                    + "refs/sphinx/history was refused: hook declined: no history here"
            ])
        #expect(try stage.world().history.rows(HistoryFilter(status: "not_pushed")).count == 1)
        #expect(try await stage.allRefs()[LoopStage.historyRef] == nil)
        try FileManager.default.removeItem(atPath: hook)
        try await stage.merge(try #require(first.proposals.first).branch)
        let second = try await stage.reconcile()
        let runs = try await stage.sharedRuns()
        #expect(second.notices.isEmpty && runs == [first.run, second.run])
        #expect(try await stage.audit() == nil)
    }

    @Test("stands in the ledger's namespace, and is brought by no run that does not need it")
    func names() async throws {
        let stage = try await LoopStage.oneMachine()
        let names = RefNames(namespace: "refs/heads/sphinx-ledger")
        try await stage.reconcile { $0.names = names }
        let tip = try #require(try await stage.allRefs()["refs/heads/sphinx-ledger/history"])
        try await stage.clone("other", depth: 1)
        try await Shell.git(
            "--git-dir", stage.folder.file("other.git"), "update-ref", "-d", "refs/heads/sphinx-ledger/history")
        try FileManager.default.removeItem(atPath: stage.folder.file("other.git"))
        try await Shell.git("init", "-q", "--bare", "-b", "main", stage.folder.file("other.git"))
        try await Shell.git("--git-dir", stage.folder.file("other.git"), "remote", "add", "origin", stage.remote)
        let world = try stage.world(of: "other")
        var settings = stage.settings()
        settings.names = names
        let report = try await Reconciler(world: world, settings: settings).run()
        #expect(report.proposals.map(\.state) == [.unchanged] && report.pushes == 0)
        #expect(world.objects.contains(try #require(ObjectID(tip))) == false)
    }

    @Test("is kept by a repository without a remote, too")
    func local() async throws {
        let stage = try await LoopStage(["workspaces/web/main.tf": "# nothing\n"], applied: false)
        try await stage.clone("alone")
        try await Shell.git("--git-dir", stage.folder.file("alone.git"), "remote", "remove", "origin")
        let world = try stage.world(of: "alone")
        for run in ["run-1", "run-2"] {
            try stage.note(run, in: world)
            #expect(try await HistoryPublisher(world: world, settings: stage.settings()).publish() == 2)
        }
        let found = try await stage.audit(world)
        #expect(found == nil)
        #expect(
            try await Shell.git("--git-dir", stage.folder.file("alone.git"), "ls-tree", "-r", LoopStage.historyRef)
                .split(separator: "\n").count == 2)
    }

    @Test("that cannot be pruned says so, after the file was")
    func unpruned() async throws {
        let stage = try await LoopStage(["workspaces/web/main.tf": "# nothing\n"], applied: false)
        let world = try stage.world()
        try stage.note("run-1", in: world)
        stage.pass(60)
        let hook = try stage.folder.write("#!/bin/sh\nexit 1\n", to: "remote.git/hooks/update")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: hook)
        do throws(Problem) {
            _ = try await HistoryRetention(world: world, settings: stage.settings())
                .prune(before: world.now(), alsoShared: true)
            Issue.record("it was done")
        } catch {
            #expect(
                error.message
                    == "the history is pruned here, and refs/sphinx/history is not: refs/sphinx/history was refused: hook declined"
            )
            #expect(error.hint == "run it again")
        }
        try FileManager.default.removeItem(atPath: hook)
        let again = try await HistoryRetention(world: world, settings: stage.settings())
            .prune(before: world.now().addingTimeInterval(-1), alsoShared: true)
        #expect(again.steps == 0)
        #expect(try await stage.sharedFiles().first == "start.json")
    }

    @Test("gets what a person does to a proposal")
    func closed() async throws {
        let stage = try await LoopStage.oneMachine()
        let proposal = try #require(try await stage.reconcile().proposals.first)
        _ = try await ProposalLifecycle(world: try stage.world(), settings: stage.settings())
            .close(proposal.key.text, reason: "not now")
        #expect(try await stage.sharedRuns().count == 2)
    }

    @Test("is pruned with the file; nothing that old comes back, from nowhere")
    func pruned() async throws {
        let stage = try await LoopStage(["workspaces/web/main.tf": "# nothing\n"], applied: false)
        for job in ["a", "b"] { try await stage.clone(job) }
        let (a, b) = (try stage.world(of: "a"), try stage.world(of: "b"))
        try stage.note("old-a", in: a)
        try stage.note("old-b", in: b)
        try await HistoryPublisher(world: a, settings: stage.settings()).publish()
        stage.pass(86_400)
        try stage.note("new-a", in: a)
        let time = a.now().addingTimeInterval(-3_600)
        stage.pass(60)
        let result = try await HistoryRetention(world: a, settings: stage.settings())
            .prune(before: time, alsoShared: true)
        #expect(result.steps == 2 && result.through == 2)
        #expect(try await stage.sharedFiles().first == "start.json")
        let runs = try await stage.sharedRuns()
        #expect(runs.count == 2 && runs.first == "new-a")
        #expect(try await HistoryPublisher(world: b, settings: stage.settings()).publish() == 0)
        #expect(try await HistoryPull(world: a, settings: stage.settings()).pull().steps == 0)
        #expect(try await stage.audit(a) == nil)
        let sound = try await HistoryAudit(world: a, settings: stage.settings()).verify()
        #expect(sound.pruned == 2 && sound.steps == 3 && sound.shared == 3)
    }

    @Test("cannot be pruned in the future, nor into a broken chain, nor pulled where there is none")
    func refusals() async throws {
        let stage = try await LoopStage.oneMachine()
        let world = try stage.world()
        do throws(Problem) {
            _ = try await HistoryRetention(world: world, settings: stage.settings())
                .prune(before: Date(timeIntervalSince1970: 1_767_225_600), alsoShared: true)
            Issue.record("it was done")
        } catch {
            #expect(error.message == "2026-01-01T00:00:00.000Z is in the future")
        }
        do throws(Problem) {
            _ = try await HistoryPull(world: world, settings: stage.settings()).pull()
            Issue.record("it was done")
        } catch {
            #expect(error.message == "the remote has no refs/sphinx/history")
        }
        try await stage.reconcile()
        try stage.tamper(["UPDATE step SET status = 'x' WHERE sequence = 2"])
        do throws(Problem) {
            _ = try await HistoryPull(world: world, settings: stage.settings()).pull()
            Issue.record("it was done")
        } catch {
            #expect(error.message.hasSuffix("sphinx.db: row 2 of the history is not what was written"))
            #expect(error.hint == "pull into a new file: SQLITE_DB_PATH names it")
        }
    }
}
