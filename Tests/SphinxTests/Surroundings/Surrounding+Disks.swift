import ChildProcess
import Foundation
import TestSupport

extension Surrounding {
    private static func disk(
        _ kind: HostileDisk.Kind, _ place: String, at name: String, says: String, exit: Int32 = 1,
        next: String = "created", arguments: [String] = ["reconcile", "--format", "json"],
        byURL: Bool = false, empty: Bool = false
    ) -> Surrounding {
        Surrounding(
            .disk, "\(kind == .full ? "full" : "read-only"): \(place)", says: says, exit: exit, next: next
        ) { stage in
            let disk = try await SurroundingStage.disk.value
            if empty { try await stage.empty() }
            try FileManager.default.createDirectory(
                atPath: stage.folder.file("reports"), withIntermediateDirectories: true)
            let change = try disk.environment(
                kind, below: stage.folder.file(name), path: stage.environment()["PATH"] ?? "")
            return try await stage.run(
                arguments.map { $0.replacing("REPORTS", with: stage.folder.file("reports")) }, change,
                repository: byURL ? "file://\(stage.folder.file("remote.git"))" : nil)
        }
    }

    private static let report = ["report", "--html", "REPORTS/report.html"]

    static let disks: [Surrounding] = [
        disk(
            .full, "the history", at: "sphinx.db",
            says: "no room is left for the history …/sphinx.db; make room on its disk"),
        disk(
            .full, "the scratch folder", at: "tmp/sphinx-\(getuid())",
            says:
                "web: a scratch folder could not be made in …/tmp/sphinx-…: no room is left; check its permissions and the room on its disk",
            exit: 3),
        disk(
            .full, "the objects of the clone", at: "job.git",
            says: "writing a file: no room is left in …/job.git/objects; make room on its disk · failed", exit: 3),
        disk(
            .full, "the clone, in a fetch", at: "job.git",
            says:
                "fetching from the remote: no room is left in …/job.git/; make room on its disk, or name another folder",
            empty: true),
        disk(
            .full, "the mirror of a URL", at: "cache/mirrors",
            says: "making a mirror: no room is left in …/cache/mirrors/….git; make room on its disk", byURL: true),
        disk(.full, "the cache: it costs time alone", at: "cache/entries", says: "created", exit: 0, next: "unchanged"),
        disk(
            .full, "a report", at: "reports",
            says: "…/reports/report.html cannot be written: no room is left; name a file in a folder that is there",
            arguments: report),
        disk(
            .readonly, "the history", at: "sphinx.db",
            says: "the history …/sphinx.db cannot be written; SQLITE_DB_PATH names the file"),
        disk(
            .readonly, "the scratch folder", at: "tmp/sphinx-\(getuid())",
            says:
                "web: a scratch folder could not be made in …/tmp/sphinx-…: it is read-only; check its permissions and the room on its disk",
            exit: 3),
        disk(
            .readonly, "the folder of temporary files", at: "tmp",
            says:
                "listing the remote's refs: git could not be started: no file for its streams: Read-only file system; TMPDIR names the folder of temporary files, which has to be writable"
        ),
        disk(
            .readonly, "the objects of the clone", at: "job.git",
            says: "writing a file: …/job.git/objects cannot be written; run on a clone that can be · failed", exit: 3),
        disk(
            .readonly, "the clone, in a fetch", at: "job.git",
            says:
                "the objects in …/job.git/objects cannot be written: it is read-only; check the permissions of the clone and the room on its disk",
            empty: true),
        disk(
            .readonly, "the mirror of a URL", at: "cache/mirrors",
            says:
                "the mirror folder '…/cache/mirrors/….git' cannot be made: it is read-only; set SPHINX_CACHE_DIR to a folder that can be written",
            byURL: true),
        disk(
            .readonly, "a report", at: "reports",
            says: "…/reports/report.html cannot be written: it is read-only; name a file in a folder that is there",
            arguments: report),
        Surrounding(
            .disk, "full: standard output",
            says:
                "standard output could not be written to its end; what was done stands; make room where it goes, and ask again",
            next: "unchanged"
        ) { stage in
            try await stage.run(["reconcile", "--format", "json"], to: "/dev/full")
        },
    ]

    // MARK: States

    static let states: [Surrounding] = [
        Surrounding(
            .disk, "the folder of states is a file",
            says:
                "web: the state in …/state/web/terraform.tfstate cannot be read: a file is in its place; SPHINX_LOCAL_STATE_DIR names the folder of states",
            exit: 3, next: nil
        ) { stage in
            try FileManager.default.removeItem(atPath: stage.folder.file("state"))
            try stage.folder.write("", to: "state")
            return try await stage.run(["reconcile", "--format", "json"])
        },
        lost(
            .readonly,
            says:
                "web: the state of an earlier apply could not be saved and is in …/tmp/sphinx-…/job-…/files/workspaces/web/errored.tfstate, so nothing is applied; recover it with 'sphinx state recover --workspace web', or remove the file"
        ),
        lost(
            .full,
            says:
                "web: the state of an earlier apply could not be saved and is in …/cache/errored/…/web/….errored.tfstate, so nothing is applied; recover it with 'sphinx state recover --workspace web', or remove the file"
        ),
    ]

    /// An apply cannot save its state, and its state cannot be put where states are kept.
    private static func lost(_ kind: HostileDisk.Kind, says: String) -> Surrounding {
        let place = kind == .full ? "full" : "read-only"
        return Surrounding(
            .disk, "\(place): the folder of lost states; the run after that", says: says, exit: 3, next: nil
        ) { stage in
            let disk = try await SurroundingStage.disk.value
            _ = try await stage.run()
            try await stage.mergeAll()
            let state = stage.folder.file("state/web/terraform.tfstate")
            let terraform = try stage.folder.write(
                """
                #!/bin/sh
                if [ "$1" != apply ]; then exec terraform "$@"; fi
                cp \(state) \(state).old
                terraform "$@"
                mv \(state) errored.tfstate
                mv \(state).old \(state)
                exit 1

                """, to: "losing-terraform")
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: terraform)
            let change = try disk.environment(
                kind, below: stage.folder.file("cache/errored"), path: stage.environment()["PATH"] ?? "")
            let failed = try await stage.run(
                ["reconcile", "--only", "apply"], change.merging(["TERRAFORM_BINARY": terraform]) { $1 })
            guard failed.completion.exit == .exited(3) else { return failed }
            return try await stage.run(["reconcile", "--only", "apply", "--format", "json"])
        }
    }
}
