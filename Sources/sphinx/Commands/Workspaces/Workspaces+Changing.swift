import ArgumentParser
import Domain
import Foundation
import Reconciliation
import Reports

extension NewBackend: ExpressibleByArgument {}

extension Workspaces {
    /// Where a change of workspaces goes.
    struct Destination: ParsableArguments {
        @Flag(help: "Change the files of the working tree, and push nothing.")
        var inPlace = false

        @Flag(help: "Change nothing: show the very branch and files.")
        var dryRun = false

        func validate() throws {
            if inPlace, dryRun { throw ValidationError("--in-place changes files, and --dry-run does not.") }
        }
    }

    struct New: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a workspace on a branch of its own, for review.",
            discussion: """
                The branch is read before it is pushed, as a run would read it. Add the resources to it, give it a plan \
                with 'sphinx propose --branch', and merge it.
                """)

        @OptionGroup var options: GlobalOptions
        @OptionGroup var destination: Destination

        @Argument(help: "The workspace's path below workspaces/, such as prod/web.")
        var name: String

        @Option(
            help: ArgumentHelp(
                "A workspace, or a folder from the top of the repository, whose files are taken.", valueName: "dir"))
        var template: String?

        @Option(help: "Where its state is kept: s3. Bucket and region come from TF_BACKEND_S3_*.")
        var backend: NewBackend?

        func run() async throws {
            try await options.change(destination) { workspaces in
                try await workspaces.new(name, like: template, backend: backend)
            }
        }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Delete a workspace's files on a branch, for review.",
            discussion: """
                Refused while its state holds resources, or while proposals, applies or locks are on their way. Nothing is \
                destroyed: what --force leaves behind is nobody's any more.
                """)

        @OptionGroup var options: GlobalOptions
        @OptionGroup var destination: Destination

        @Argument(help: "The workspace's path below workspaces/.")
        var name: String

        @Flag(help: "Delete it whatever its state holds and whatever is on its way.")
        var force = false

        func run() async throws {
            try await options.change(destination) { workspaces in
                try await workspaces.delete(name, forced: force)
            }
        }
    }
}

extension GlobalOptions {
    fileprivate func change(
        _ destination: Workspaces.Destination, _ work: (WorkspaceLifecycle) async throws -> WorkspaceChange
    ) async throws {
        try await reporting { composition in
            let place = destination.inPlace ? try composition.workingTree() : nil
            let settings = try composition.runSettings(base: base, workspaces: [])
            let change = try await composition.withWorld(dry: destination.dryRun || destination.inPlace) { world in
                let workspaces = WorkspaceLifecycle(world: world, settings: settings)
                let change = try await work(workspaces)
                if !destination.inPlace { try await workspaces.publish(change) }
                return change
            }
            if let place { try place.take(change) }
            tell(change, in: place == nil ? destination.dryRun ? "would be on" : "on" : "in")
        }
    }

    private func tell(_ change: WorkspaceChange, in place: String) {
        let files = change.writes.map { "+ \($0.path)" } + change.removes.map { "- \($0)" }
        let head = place == "in" ? "changed in the working tree" : "\(place) the branch \(change.branch)"
        let lines = [head] + files + change.notes.map { "note: \($0)" }
        show(
            text: lines.map { Escaping.plain($0) + "\n" }.joined(),
            markdown: lines.map { "- \(Escaping.markdown($0))\n" }.joined(),
            json: .object([
                "schema": .string("sphinx.workspace-change/1"), "workspace": .string(change.workspace),
                "branch": place == "in" ? .null : .string(change.branch), "message": .string(change.message),
                "written": .array(change.writes.map { .string($0.path) }),
                "removed": .array(change.removes.map(JSONValue.string)),
                "notes": .array(change.notes.map(JSONValue.string)),
            ]))
    }
}

/// The files of a checkout, where a person asked for them to be changed.
struct WorkingTree {
    let top: String

    /// Writes no file over another one, and removes none but those of the base.
    func take(_ change: WorkspaceChange) throws(Problem) {
        if let file = change.writes.first(where: { FileManager.default.fileExists(atPath: path($0.path)) }) {
            throw Problem(.needsPerson, "\(file.path) is there already", hint: "commit it, or move it away")
        }
        do {
            for file in change.writes { try write(file) }
            for file in change.removes where FileManager.default.fileExists(atPath: path(file)) {
                try FileManager.default.removeItem(atPath: path(file))
            }
        } catch {
            throw Problem(.needsPerson, "the working tree cannot be changed: \(FileReason.text(error))")
        }
    }

    private func path(_ file: String) -> String { "\(top)/\(file)" }

    private func write(_ file: SourceFile) throws {
        let url = URL(filePath: path(file.path))
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(file.bytes).write(to: url)
        try FileManager.default.setAttributes(
            [.posixPermissions: file.isExecutable ? 0o755 : 0o644], ofItemAtPath: path(file.path))
    }
}

extension Composition {
    fileprivate func workingTree() throws(Problem) -> WorkingTree {
        guard let top = try workTree() else {
            throw Problem(
                .needsPerson, "'\(repository)' has no working tree", hint: "leave --in-place out: a branch is pushed")
        }
        return WorkingTree(top: top)
    }
}
