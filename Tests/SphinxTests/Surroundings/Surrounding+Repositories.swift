import Foundation
import TestSupport

extension Surrounding {
    private static let pointer =
        "version https://git-lfs.github.com/spec/v1\noid sha256:\(String(repeating: "4d", count: 32))\nsize 12345\n"

    private static func repository(
        _ what: String, says: String, exit: Int32 = 3, isExpensive: Bool = false, next: String? = nil,
        _ prepare: @escaping @Sendable (SurroundingStage) async throws -> Void
    ) -> Surrounding {
        Surrounding(.repository, what, says: says, exit: exit, isExpensive: isExpensive, next: next) { stage in
            try await prepare(stage)
            return try await stage.run(["reconcile", "--format", "json"])
        }
    }

    private static func link(_ name: String, to target: String, says: String, exit: Int32 = 3) -> Surrounding {
        repository("\(name) is a symbolic link", says: says, exit: exit) { stage in
            let place = stage.folder.file("person/\(name)")
            try? FileManager.default.removeItem(atPath: place)
            try FileManager.default.createSymbolicLink(atPath: place, withDestinationPath: target)
            try await stage.push()
        }
    }

    private static func blob(_ text: String, in stage: SurroundingStage) async throws -> String {
        try await Shell.run(
            "git", ["hash-object", "-w", "--stdin"], environment: Shell.gitEnvironment,
            in: stage.folder.file("person"), input: text
        ).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// A tree that holds another one under the names, and that one another one, and so on.
    private static func nested(_ names: String, _ times: Int, in stage: SurroundingStage) async throws -> String {
        try await Shell.run(
            "bash",
            [
                "-c",
                "t=$(git rev-parse HEAD:workspaces/web); for i in $(seq \(times)); do t=$(for n in \(names); do printf '040000 tree %s\\t%s\\n' $t $n; done | git mktree --missing); done; printf $t",
            ], environment: Shell.gitEnvironment, in: stage.folder.file("person"))
    }

    static let repositories: [Surrounding] = [
        repository("a file whose name holds a line break", says: "created", exit: 0, next: "unchanged") {
            try await $0.commit(["workspaces/web/a\nb.tf": "locals {\n  a = 1\n}\n"])
        },
        repository(
            "a folder named '..' in a tree",
            says:
                "web: 'workspaces/web/..' is not a path that can be laid out; name files from the top of the repository"
        ) { stage in
            let file = try await blob("locals {}\n", in: stage)
            try await stage.push(entry: "100644 blob \(file)\\t..\\0")
        },
        repository("two files whose names differ in their case", says: "created", exit: 0, next: "unchanged") {
            try await $0.commit(["workspaces/web/Main.tf": "locals {\n  a = 1\n}\n"])
        },
        repository(
            "a module that is a submodule",
            says:
                "workspaces/web/m.tf:1: workspaces/web: the module 'm' is not at workspaces/web/m; commit its files there; symbolic links and submodules are not followed"
        ) { stage in
            try await stage.commit(["workspaces/web/m.tf": "module \"m\" {\n  source = \"./m\"\n}\n"])
            try await stage.push(entry: "160000 commit \(String(repeating: "a", count: 40))\\tm\\0")
        },
        repository(
            "a workspace that is a submodule",
            says:
                "workspaces/db is a submodule, in which no workspace is looked for; commit its files there · created",
            exit: 0, next: "unchanged"
        ) { try await $0.push(entry: "160000 commit \(String(repeating: "a", count: 40))\\tdb\\0", beside: true) },
        repository(
            "a link to a folder that is looked through, and one to a file", says: "created", exit: 0, next: "unchanged"
        ) { stage in
            for (name, target) in [("latest", "web"), ("rules.yml", "../rules.yml")] {
                try FileManager.default.createSymbolicLink(
                    atPath: stage.folder.file("person/workspaces/\(name)"), withDestinationPath: target)
            }
            try await stage.push()
        },
        repository(
            "a link to a folder elsewhere",
            says:
                "workspaces/db is a symbolic link, in which no workspace is looked for; commit its files there · created",
            exit: 0, next: "unchanged"
        ) { stage in
            try FileManager.default.createSymbolicLink(
                atPath: stage.folder.file("person/workspaces/db"), withDestinationPath: "../infrastructure/db")
            try await stage.commit(["infrastructure/db/main.tf": "locals {}\n"])
        },
        repository(
            "a workspace whose name is not UTF-8",
            says:
                "workspaces/caf\u{FFFD} is an entry whose name is not UTF-8, in which no workspace is looked for; rename it · created",
            exit: 0, next: "unchanged"
        ) { stage in
            let tree = try await nested("d", 1, in: stage)
            try await stage.push(entry: "040000 tree \(tree)\\tcaf\\351\\0", beside: true)
        },
        repository(
            "a Terraform file whose name is not UTF-8",
            says:
                "workspaces/web/caf\u{FFFD}.tf:1: the file's name is not UTF-8, so that it is not read; rename the file"
        ) { stage in
            let file = try await blob("locals {}\n", in: stage)
            try await stage.push(entry: "100644 blob \(file)\\tcaf\\351.tf\\0")
        },
        repository(
            "a Terraform file in Git LFS",
            says:
                "workspaces/web/big.tf:1: the file is a pointer of Git LFS; its content is not in git; take it out of LFS with 'git lfs untrack', and commit it again"
        ) {
            try await $0.commit(["workspaces/web/big.tf": pointer])
        },
        repository(
            "a rules file in Git LFS",
            says:
                "rules.yml:1:1: the file is a pointer of Git LFS; its content is not in git; take it out of LFS with 'git lfs untrack', and commit it again ·     version https://git-lfs.github.com/spec/v1 ·     ^",
            exit: 1
        ) { try await $0.commit(["rules.yml": pointer]) },
        repository(
            "a workspace.yml in Git LFS",
            says:
                "workspaces/web/workspace.yml:1: the file is a pointer of Git LFS; its content is not in git; take it out of LFS with 'git lfs untrack', and commit it again"
        ) {
            try await $0.commit(["workspaces/web/workspace.yml": pointer])
        },
        link(
            "workspaces/web/link.tf", to: "/etc/passwd",
            says:
                "workspaces/web/link.tf:1: the file is a symbolic link, which is not followed; commit the file itself, or make it a module"
        ),
        link(
            "workspaces/web/workspace.yml", to: "{targeted: true}",
            says: "workspaces/web/workspace.yml:1: it is a symbolic link, which is not read; commit the file itself"),
        link(
            "rules.yml", to: "other.yml",
            says:
                "rules.yml is a symbolic link, which is not read; commit the file itself, or name another one with RULES_FILE_PATH",
            exit: 1),
        repository(
            "workspace.yml is a folder",
            says: "workspaces/web/workspace.yml:1: it is a folder, which is not read; commit the file itself"
        ) {
            try await $0.commit(["workspaces/web/workspace.yml/x": "x"])
        },
        repository(
            "a Terraform file of 40 MB",
            says: "workspaces/web/huge.tf:1: the file … is larger than 32 MiB; keep it out of the workspace"
        ) {
            try await $0.commit(["workspaces/web/huge.tf": String(repeating: "#", count: 40_000_000)])
        },
        repository(
            "folders that are nested 120 deep",
            says:
                "the folders in workspaces/web/deep/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/… are nested more than 100 deep; split the repository, or remove what nobody put there",
            exit: 1
        ) { stage in
            try await stage.push(entry: "040000 tree \(try await nested("d", 120, in: stage))\\tdeep\\0")
        },
        repository(
            "9 trees that stand for a billion folders",
            says: "workspaces holds more than 100000 folders; split the repository, or remove what nobody put there",
            exit: 1, isExpensive: true
        ) { stage in
            try await stage.push(
                entry: "040000 tree \(try await nested("0 1 2 3 4 5 6 7 8 9", 9, in: stage))\\tbomb\\0")
        },
        repository(
            "100,000 branches and tags of other people", says: "created", exit: 0, isExpensive: true, next: "unchanged"
        ) { try await refs("refs/heads/x/", in: $0) },
        repository("100,000 applied proposals", says: "created", exit: 0, isExpensive: true, next: "unchanged") {
            try await refs("refs/sphinx/applied/0123", in: $0)
        },
    ]

    private static func refs(_ prefix: String, in stage: SurroundingStage) async throws {
        let git = stage.folder.file("remote.git")
        let commit = try await Shell.git("--git-dir", git, "rev-parse", "main")
            .trimmingCharacters(in: .whitespacesAndNewlines)
        let isLedger = prefix.contains("applied")
        let lines = (0..<100_000).map { number in
            let digits = String(number + 100_000)
            return "\(commit) \(prefix)\(digits)\(isLedger ? "/0123456789" : "")"
        }
        try stage.folder.write(
            "# pack-refs with: peeled fully-peeled sorted \n\(commit) refs/heads/main\n\(lines.joined(separator: "\n"))\n",
            to: "remote.git/packed-refs")
    }
}
