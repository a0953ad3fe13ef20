import Domain

/// Follows a workspace's calls of local modules, and gathers what they declare under their addresses.
struct ModuleVisit {
    private static let deepest = 20

    let folders: [String: WorkspaceReader.Folder]
    let reader: WorkspaceReader
    let commit: ObjectID
    private(set) var modules: [String: ObjectID] = [:]
    private(set) var declared: [DeclaredResource] = []
    private(set) var problems: [Problem] = []

    init(folders: [String: WorkspaceReader.Folder], reader: WorkspaceReader, commit: ObjectID) {
        self.folders = folders
        self.reader = reader
        self.commit = commit
    }

    mutating func visit(_ folder: WorkspaceReader.Folder, prefix: String, depth: Int = 0) {
        declared += folder.reading.resources.map { $0.prefixed(prefix) }
        for call in folder.reading.modules where call.source.hasPrefix(".") {
            guard let path = WorkspaceReader.resolved(call.source, from: folder.path) else {
                problems.append(
                    Problem(
                        .needsPerson, "\(folder.path): the module '\(call.name)' lies outside the repository",
                        hint: "its source is '\(call.source)'", location: call.location))
                continue
            }
            visit(call, at: path, from: folder, prefix: prefix, depth: depth)
        }
    }

    private mutating func visit(
        _ call: FolderReading.ModuleCall, at path: String, from folder: WorkspaceReader.Folder, prefix: String,
        depth: Int
    ) {
        do throws(Problem) {
            var module = folders[path]
            if module == nil { module = try reader.folder(at: path, in: commit) }
            guard depth < Self.deepest, let module else {
                problems.append(
                    Problem(
                        .needsPerson, "\(folder.path): the module '\(call.name)' is not at \(path)",
                        hint: "commit its files there; symbolic links and submodules are not followed",
                        location: call.location))
                return
            }
            modules[path] = module.tree
            problems += module.reading.problems.map(\.problem)
            visit(module, prefix: "\(prefix)module.\(call.name).", depth: depth + 1)
        } catch {
            problems.append(error)
        }
    }
}
