import CGit2
package import Domain
import Foundation

extension GitObjects {
    package func commit(_ draft: CommitDraft) throws(Problem) -> ObjectID {
        for path in draft.writes.map(\.path) + draft.removes { try Self.refuse(unsafe: path) }
        let text = try read { (handle) throws(GitError) in
            try handle.text(of: draft, tree: try handle.tree(of: draft), by: self.identity)
        }
        let signature = draft.isShown ? try signer?.signature(of: Array(text.utf8), for: .commit) : nil
        let id: ObjectID? = try read { (handle) throws(GitError) in try handle.commit(text, signature: signature) }
        guard let id else { throw Problem(.bug, "libgit2 made a commit without a name") }
        return id
    }

    package func merge(ancestor: ObjectID, ours: ObjectID, theirs: ObjectID) throws(Problem) -> MergeResult {
        let result: MergeResult? = try read { (handle) throws(GitError) in
            let base = try handle.tree(ofCommit: ancestor)
            let left = try handle.tree(ofCommit: ours)
            let right = try handle.tree(ofCommit: theirs)
            var index: OpaquePointer?
            try check("merging in memory") {
                git_merge_trees(&index, handle.pointer, base.pointer, left.pointer, right.pointer, nil)
            }
            defer { git_index_free(index) }
            if git_index_has_conflicts(index) == 1 { return .conflicts(paths: try Self.conflicts(in: index)) }
            var oid = git_oid()
            try check("writing the merged tree") { git_index_write_tree_to(&oid, index, handle.pointer) }
            return oid.id.map { .clean(tree: $0) }
        }
        guard let result else { throw Problem(.bug, "libgit2 made a tree without a name") }
        return result
    }

    /// A shallow clone lacks the commits before the cut, so that the walk may fail where git's own would end.
    package func mergeBase(of one: ObjectID, and other: ObjectID) throws(Problem) -> ObjectID? {
        try read { (handle) throws(GitError) in
            var (result, one, other) = (git_oid(), git_oid(one), git_oid(other))
            let repository = handle.pointer
            do throws(GitError) {
                try check("looking for where the histories parted") {
                    git_merge_base(&result, repository, &one, &other)
                }
            } catch {
                guard error.isMissing || git_repository_is_shallow(repository) == 1 else { throw error }
                return nil
            }
            return result.id
        }
    }

    private static func conflicts(in index: OpaquePointer?) throws(GitError) -> [String] {
        var iterator: OpaquePointer?
        try check("listing the conflicts") { git_index_conflict_iterator_new(&iterator, index) }
        defer { git_index_conflict_iterator_free(iterator) }
        var paths: Set<String> = []
        var (ancestor, ours, theirs):
            (
                UnsafePointer<git_index_entry>?, UnsafePointer<git_index_entry>?, UnsafePointer<git_index_entry>?
            )
        while git_index_conflict_next(&ancestor, &ours, &theirs, iterator) == 0 {
            if let entry = ours ?? theirs ?? ancestor { paths.insert(String(cString: entry.pointee.path)) }
        }
        return paths.sorted()
    }

    /// Paths that a checkout would write outside of itself, or into git's own folder.
    private static func refuse(unsafe path: String) throws(Problem) {
        let steps = path.split(separator: "/", omittingEmptySubsequences: false)
        let isUnsafe = steps.contains { $0.isEmpty || $0 == "." || $0 == ".." || $0.lowercased() == ".git" }
        guard !isUnsafe, !path.utf8.contains(0) else {
            throw Problem(.bug, "'\(path)' is not a path that may be committed")
        }
    }
}

extension RepositoryHandle {
    /// The parent's tree with the draft's files in it, made without an index.
    borrowing func tree(of draft: CommitDraft) throws(GitError) -> git_oid {
        guard let parent = draft.parent else { return try emptyTree(with: draft.writes) }
        let tree = try tree(ofCommit: parent)
        return try updated(tree.pointer, with: draft.writes, without: draft.removes)
    }

    private borrowing func emptyTree(with writes: [SourceFile]) throws(GitError) -> git_oid {
        guard writes.isEmpty else { return try updated(nil, with: writes) }
        var builder: OpaquePointer?
        let repository = pointer
        try check("making an empty tree") { git_treebuilder_new(&builder, repository, nil) }
        defer { git_treebuilder_free(builder) }
        var oid = git_oid()
        try check("writing an empty tree") { git_treebuilder_write(&oid, builder) }
        return oid
    }

    private borrowing func updated(
        _ base: OpaquePointer?, with writes: [SourceFile], without removes: [String] = []
    ) throws(GitError) -> git_oid {
        var updates: [git_tree_update] = []
        defer { for update in updates { free(UnsafeMutableRawPointer(mutating: update.path)) } }
        for path in removes {
            var update = git_tree_update()
            update.action = GIT_TREE_UPDATE_REMOVE
            update.path = UnsafePointer(strdup(path))
            updates.append(update)
        }
        for file in writes {
            var update = git_tree_update()
            update.action = GIT_TREE_UPDATE_UPSERT
            update.id = try blob(file.bytes)
            update.filemode = file.isExecutable ? GIT_FILEMODE_BLOB_EXECUTABLE : GIT_FILEMODE_BLOB
            update.path = UnsafePointer(strdup(file.path))
            updates.append(update)
        }
        var oid = git_oid()
        let repository = pointer
        try check("writing the tree") {
            git_tree_create_updated(&oid, repository, base, updates.count, updates)
        }
        return oid
    }

    private borrowing func blob(_ bytes: [UInt8]) throws(GitError) -> git_oid {
        var oid = git_oid()
        let repository = pointer
        try check("writing a file") { git_blob_create_from_buffer(&oid, repository, bytes, bytes.count) }
        return oid
    }

    /// New objects go into a scratch folder; the repository's own are only read.
    borrowing func writeObjects(into scratch: String, besides objects: String) throws(GitError) {
        var database: OpaquePointer?
        try check("opening the scratch objects") { git_odb_open(&database, scratch) }
        defer { git_odb_free(database) }
        try check("reading the repository's objects") { git_odb_add_disk_alternate(database, objects) }
        let repository = pointer
        try check("using the scratch objects") { git_repository_set_odb(repository, database) }
    }
}
