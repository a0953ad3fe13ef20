import Domain

/// Walks through the folders below `workspaces/`, before any is read.
struct WorkspaceSearch {
    private static let mostFolders = 100_000
    private static let mostSteps = 40

    let objects: any ObjectStore
    let commit: ObjectID
    /// Folders that hold Terraform files.
    private(set) var places: [(path: String, tree: ObjectID, entries: [TreeEntry])] = []
    /// What a person may take for a workspace, and what nobody looks into.
    private(set) var overlooked: [Problem] = []
    private var visited = 0

    init(objects: any ObjectStore, commit: ObjectID) {
        self.objects = objects
        self.commit = commit
    }

    /// Bounded: trees that hold the same tree many times have no end for who walks through them.
    mutating func visit(_ path: String, _ tree: ObjectID, depth: Int = 0) throws(Problem) {
        visited += 1
        guard depth <= TreeWalk.deepest else { throw Self.refusal(TreeWalk.tooDeep(path)) }
        guard visited <= Self.mostFolders else {
            throw Self.refusal("\(WorkspaceReader.top) holds more than \(Self.mostFolders) folders")
        }
        let entries = try objects.entries(of: tree)
        let isPlace = path != WorkspaceReader.top && entries.contains { WorkspaceReader.isTerraform($0) }
        if isPlace { places.append((path, tree, entries)) }
        for entry in entries where !entry.name.hasPrefix(".") {
            let place = "\(path)/\(entry.name)"
            if entry.kind == .folder {
                try visit(place, entry.id, depth: depth + 1)
            } else if !isPlace {
                try note(entry, at: place, in: path)
            }
        }
    }

    private static func refusal(_ message: String) -> Problem {
        Problem(.needsPerson, message, hint: "split the repository, or remove what nobody put there")
    }

    // MARK: What is no folder

    private mutating func note(_ entry: TreeEntry, at place: String, in folder: String) throws(Problem) {
        switch entry.kind {
        case .folder, .file, .executable: return
        case .symlink where try isKnown(entry, in: folder): return
        case .symlink, .submodule:
            overlook(place, entry.kind, hint: "commit its files there")
        case .misnamed: overlook(place, entry.kind, hint: "rename it")
        }
    }

    private mutating func overlook(_ place: String, _ kind: TreeEntry.Kind, hint: String) {
        overlooked.append(
            Problem(.needsPerson, "\(place) is \(kind.name), in which no workspace is looked for", hint: hint))
    }

    /// A link to a file, or to what is looked through under its own name.
    private func isKnown(_ link: TreeEntry, in folder: String) throws(Problem) -> Bool {
        let target = String(decoding: try objects.bytes(of: link.id), as: UTF8.self)
        guard !target.hasPrefix("/"), target.split(separator: "/").count <= Self.mostSteps,
            let path = WorkspaceReader.resolved(target, from: folder)
        else { return false }
        switch try objects.entry(at: path, in: commit)?.kind {
        case .file?, .executable?: return true
        case .folder?: return path.hasPrefix("\(WorkspaceReader.top)/")
        default: return false
        }
    }
}
