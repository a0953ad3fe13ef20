/// The repository's objects: read in place, written in memory or beside, never through a working tree.
package protocol ObjectStore: Sendable {
    /// The tree at a folder of a commit (the top for an empty path); nil where there is none.
    func tree(at path: String, in commit: ObjectID) throws(Problem) -> ObjectID?

    /// The entries of one tree, sorted by name as bytes.
    func entries(of tree: ObjectID) throws(Problem) -> [TreeEntry]

    /// A blob's bytes; refused over 32 MiB.
    func bytes(of blob: ObjectID) throws(Problem) -> [UInt8]

    func summary(of commit: ObjectID) throws(Problem) -> CommitSummary

    /// What a commit's signature is said to be of, and the signature; nil where it has none.
    func signature(of commit: ObjectID) throws(Problem) -> SignedMessage?

    /// Makes a commit and says its name; no ref is touched.
    func commit(_ draft: CommitDraft) throws(Problem) -> ObjectID

    /// Merges two commits' trees over an ancestor's, in memory; every parameter is a commit.
    func merge(ancestor: ObjectID, ours: ObjectID, theirs: ObjectID) throws(Problem) -> MergeResult

    /// The commit at which two histories parted; nil where they have none in common, as far as it can be read here.
    func mergeBase(of one: ObjectID, and other: ObjectID) throws(Problem) -> ObjectID?

    /// Whether the object can be read without the network.
    func contains(_ object: ObjectID) -> Bool
}

extension ObjectStore {
    /// Every file below a folder of a commit, by path from the top; symlinks and submodules are left out.
    package func files(below path: String, in commit: ObjectID) throws(Problem) -> [SourceFile] {
        guard let tree = try tree(at: path, in: commit) else { return [] }
        return try files(of: tree, at: path)
    }

    /// The files of one folder alone, such as `rules.d`.
    package func files(directlyIn folder: String, in commit: ObjectID) throws(Problem) -> [SourceFile] {
        guard let tree = try tree(at: folder, in: commit) else { return [] }
        var files: [SourceFile] = []
        for entry in try entries(of: tree) where entry.kind == .file || entry.kind == .executable {
            let path = folder.isEmpty ? entry.name : "\(folder)/\(entry.name)"
            files.append(
                SourceFile(path: path, bytes: try bytes(of: entry.id), isExecutable: entry.kind == .executable))
        }
        return files
    }

    /// Every file of a tree, with the path that the tree stands at before each name.
    package func files(of tree: ObjectID, at path: String) throws(Problem) -> [SourceFile] {
        var walk = TreeWalk(objects: self, top: path)
        try walk.visit(tree, at: path)
        return walk.files
    }

    /// Every file below a folder of a tree that no commit has, such as a merge's.
    package func files(below path: String, inTree tree: ObjectID) throws(Problem) -> [SourceFile] {
        var current = tree
        for step in path.split(separator: "/") {
            let entry = try entries(of: current).first { $0.name == step && $0.kind == .folder }
            guard let entry else { return [] }
            current = entry.id
        }
        return try files(of: current, at: path)
    }

    /// One file of a commit; nil where there is none at that path.
    package func file(at path: String, in commit: ObjectID) throws(Problem) -> SourceFile? {
        guard let entry = try entry(at: path, in: commit), entry.kind == .file || entry.kind == .executable else {
            return nil
        }
        return SourceFile(path: path, bytes: try bytes(of: entry.id), isExecutable: entry.kind == .executable)
    }

    /// Whatever stands at a path of a commit; nil where nothing does.
    package func entry(at path: String, in commit: ObjectID) throws(Problem) -> TreeEntry? {
        let steps = path.split(separator: "/").map(String.init)
        guard let name = steps.last,
            let tree = try tree(at: steps.dropLast().joined(separator: "/"), in: commit)
        else { return nil }
        return try entries(of: tree).first { $0.name == name }
    }
}
