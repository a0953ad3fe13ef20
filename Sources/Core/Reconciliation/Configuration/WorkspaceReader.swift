import Domain
import Foundation

/// Finds the workspaces of a commit, and reads what decisions need of them, from git objects alone.
struct WorkspaceReader {
    static let top = "workspaces"
    static let settingsFile = "workspace.yml"

    let objects: any ObjectStore
    let rules: any RuleBook
    let cache: any Cache

    struct Reading {
        var workspaces: [Workspace] = []
        var problems: [Problem] = []
    }

    /// A folder that holds Terraform files, with what its own files say.
    struct Folder {
        let path: String
        let tree: ObjectID
        let entries: [TreeEntry]
        let reading: FolderReading
    }

    func workspaces(in commit: ObjectID) throws(Problem) -> Reading {
        guard let tree = try objects.tree(at: Self.top, in: commit) else { return Reading() }
        var search = WorkspaceSearch(objects: objects, commit: commit)
        try search.visit(Self.top, tree)
        var folders: [String: Folder] = [:]
        for place in search.places {
            folders[place.path] = Folder(
                path: place.path, tree: place.tree, entries: place.entries,
                reading: try reading(place.path, place.tree, place.entries))
        }
        let used = Set(folders.values.flatMap { folder in Self.localModules(of: folder).map(\.folder) })
        var result = Reading(problems: search.overlooked)
        for folder in folders.values.sorted(by: { $0.path < $1.path }) where isWorkspace(folder, used) {
            do throws(Problems) {
                result.workspaces.append(try workspace(folder, folders, commit))
            } catch {
                result.problems += error.all
            }
        }
        return result
    }

    static func isTerraform(_ entry: TreeEntry) -> Bool {
        (entry.kind == .file || entry.kind == .executable)
            && (entry.name.hasSuffix(".tf") || entry.name.hasSuffix(".tf.json"))
    }

    /// What others use as a module is a workspace only if it says so itself.
    private func isWorkspace(_ folder: Folder, _ used: Set<String>) -> Bool {
        !used.contains(folder.path) || folder.reading.backend != nil
            || folder.entries.contains { $0.name == Self.settingsFile }
    }

    /// Kept by the folder's tree, as nothing else has a part in it but the paths in its problems.
    private func reading(_ path: String, _ tree: ObjectID, _ entries: [TreeEntry]) throws(Problem) -> FolderReading {
        let key = Digest(of: ["folder", "5", path, tree.hex])
        if let bytes = cache.value(for: key),
            let known = try? JSONDecoder().decode(FolderReading.self, from: Data(bytes))
        {
            return known
        }
        let reading = try read(path, entries)
        if let bytes = try? JSONDocument.text(reading) { cache.keep(Array(bytes.utf8), for: key) }
        return reading
    }

    // MARK: Reading

    private func read(_ path: String, _ entries: [TreeEntry]) throws(Problem) -> FolderReading {
        var files: [SourceFile] = []
        var refused: [(file: String, problem: Problem)] = []
        for entry in entries where Self.isTerraform(entry) {
            do throws(Problem) {
                files.append(SourceFile(path: "\(path)/\(entry.name)", bytes: try objects.bytes(of: entry.id)))
            } catch {
                // Too large is a matter of this workspace; what is missing may be anything.
                guard objects.contains(entry.id) else { throw error }
                refused.append(("\(path)/\(entry.name)", error))
            }
        }
        var reading = FolderReading(files)
        for (file, problem) in refused { reading.refuse(file, problem.message, hint: problem.hint ?? "") }
        for entry in entries where Self.isReadByTerraform(entry.name) {
            switch entry.kind {
            case .symlink:
                reading.refuse(
                    "\(path)/\(entry.name)", "the file is a symbolic link, which is not followed",
                    hint: "commit the file itself, or make it a module")
            case .misnamed:
                reading.refuse(
                    "\(path)/\(entry.name)", "the file's name is not UTF-8, so that it is not read",
                    hint: "rename the file")
            default: continue
            }
        }
        return reading
    }

    /// Without being asked to.
    private static func isReadByTerraform(_ name: String) -> Bool {
        [".tf", ".tf.json", ".auto.tfvars", ".auto.tfvars.json"].contains(where: name.hasSuffix)
            || name == "terraform.tfvars" || name == "terraform.tfvars.json"
    }

    private func workspace(
        _ folder: Folder, _ folders: [String: Folder], _ commit: ObjectID
    ) throws(Problems) -> Workspace {
        var visit = ModuleVisit(folders: folders, reader: self, commit: commit)
        visit.visit(folder, prefix: "")
        let mistakes = folder.reading.problems.map(\.problem) + visit.problems
        guard mistakes.isEmpty else { throw Problems(mistakes) }
        return Workspace(
            path: String(folder.path.dropFirst(Self.top.count + 1)), folder: folder.path, tree: folder.tree,
            modules: visit.modules, settings: try settings(folder), backend: Self.backend(folder.reading.backend),
            declared: visit.declared.sorted { $0.address < $1.address })
    }

    private func settings(_ folder: Folder) throws(Problems) -> WorkspaceSettings {
        guard let entry = folder.entries.first(where: { $0.name == Self.settingsFile }) else {
            return WorkspaceSettings()
        }
        guard entry.kind == .file || entry.kind == .executable else {
            throw Problems([
                Problem(
                    .needsPerson, "it is \(entry.kind.name), which is not read", hint: "commit the file itself",
                    location: SourceLocation(file: "\(folder.path)/\(Self.settingsFile)", line: 1, column: 1))
            ])
        }
        let bytes: [UInt8]
        do throws(Problem) { bytes = try objects.bytes(of: entry.id) } catch { throw Problems([error]) }
        return try rules.settings(in: SourceFile(path: "\(folder.path)/\(Self.settingsFile)", bytes: bytes))
    }

    private static func backend(_ backend: FolderReading.Backend?) -> Workspace.Backend {
        guard let backend else { return .none }
        return backend.type == "local"
            ? .local(path: backend.path) : .remote(backend.type, configured: backend.configured)
    }

    /// The folders of local modules that a folder's files call, from the top of the repository.
    static func localModules(of folder: Folder) -> [(name: String, folder: String)] {
        folder.reading.modules.compactMap { call in
            guard call.source.hasPrefix("./") || call.source.hasPrefix("../") else { return nil }
            return resolved(call.source, from: folder.path).map { (call.name, $0) }
        }
    }

    /// Nil for a path that leaves the repository.
    static func resolved(_ source: String, from folder: String) -> String? {
        var steps = folder.split(separator: "/").map(String.init)
        for step in source.split(separator: "/") where step != "." {
            if step != ".." {
                steps.append(String(step))
            } else if steps.popLast() == nil {
                return nil
            }
        }
        return steps.joined(separator: "/")
    }

    func folder(at path: String, in commit: ObjectID) throws(Problem) -> Folder? {
        guard let tree = try objects.tree(at: path, in: commit) else { return nil }
        let entries = try objects.entries(of: tree)
        return Folder(path: path, tree: tree, entries: entries, reading: try reading(path, tree, entries))
    }
}
