import CGit2
package import Domain
import Foundation
import Synchronization

/// A repository's objects through libgit2: read in place, written as loose objects, without any working tree.
package final class GitObjects: ObjectStore {
    private static let largestFile = 32 << 20

    let repository: Mutex<RepositoryHandle>
    let identity: GitIdentity
    let signer: (any Signer)?
    /// Of the repository, as libgit2 names it.
    let location: RepositoryLocation

    init(_ settings: GitSettings, at location: RepositoryLocation) throws(Problem) {
        do throws(GitError) {
            let handle = try RepositoryHandle(containing: location.gitFolder)
            if let scratch = location.scratch { try handle.writeObjects(into: scratch, besides: location.objects) }
            repository = Mutex(handle)
        } catch {
            throw error.problem
        }
        identity = settings.identity
        signer = settings.signer
        self.location = location
    }

    package func tree(at path: String, in commit: ObjectID) throws(Problem) -> ObjectID? {
        try read { (handle) throws(GitError) in
            let tree = try handle.tree(ofCommit: commit)
            if path.isEmpty { return git_object_id(tree.pointer).pointee.id }
            var entry: OpaquePointer?
            let code = git_tree_entry_bypath(&entry, tree.pointer, path)
            defer { git_tree_entry_free(entry) }
            guard code == 0, git_tree_entry_type(entry) == GIT_OBJECT_TREE else { return nil }
            return git_tree_entry_id(entry).pointee.id
        }
    }

    package func entries(of tree: ObjectID) throws(Problem) -> [TreeEntry] {
        let entries = try read { (handle) throws(GitError) in
            let tree = try handle.tree(tree)
            return (0..<git_tree_entrycount(tree.pointer)).compactMap { index in
                git_tree_entry_byindex(tree.pointer, index).flatMap(TreeEntry.init(libgit2:))
            }
        }
        return entries.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    package func bytes(of blob: ObjectID) throws(Problem) -> [UInt8] {
        let bytes: [UInt8]? = try read { (handle) throws(GitError) in
            let blob = try handle.blob(blob)
            let size = Int(git_blob_rawsize(blob.pointer))
            guard size <= Self.largestFile else { return nil }
            return Array(UnsafeRawBufferPointer(start: git_blob_rawcontent(blob.pointer), count: size))
        }
        guard let bytes else {
            throw Problem(
                .needsPerson, "the file \(blob.short) is larger than 32 MiB", hint: "keep it out of the workspace")
        }
        return bytes
    }

    package func summary(of commit: ObjectID) throws(Problem) -> CommitSummary {
        let summary: CommitSummary? = try read { (handle) throws(GitError) in
            try CommitSummary(libgit2: try handle.commit(commit), commit)
        }
        guard let summary else { throw Problem(.bug, "the commit \(commit.short) could not be read") }
        return summary
    }

    package func contains(_ object: ObjectID) -> Bool {
        repository.withLock { handle in
            var database: OpaquePointer?
            guard git_repository_odb(&database, handle.pointer) == 0 else { return false }
            defer { git_odb_free(database) }
            var oid = git_oid(object)
            return git_odb_exists(database, &oid) == 1
        }
    }

    /// Runs one operation on the repository, one at a time, as libgit2 asks for.
    func read<Value: Sendable>(
        _ body: (borrowing RepositoryHandle) throws(GitError) -> Value
    ) throws(Problem) -> Value {
        let result: Result<Value, GitError> = repository.withLock { handle in
            do throws(GitError) { return .success(try body(handle)) } catch { return .failure(error) }
        }
        switch result {
        case .success(let value): return value
        case .failure(let error): throw error.problem(in: location.scratch ?? location.objects)
        }
    }
}

extension TreeEntry {
    /// Nil for a mode that git does not know.
    init?(libgit2 entry: OpaquePointer) {
        guard let bytes = git_tree_entry_name(entry), let id = git_tree_entry_id(entry).pointee.id else { return nil }
        guard let name = String(validatingCString: bytes) else {
            self.init(name: String(cString: bytes), kind: .misnamed, id: id)
            return
        }
        let kind: Kind
        switch git_tree_entry_filemode(entry) {
        case GIT_FILEMODE_BLOB: kind = .file
        case GIT_FILEMODE_BLOB_EXECUTABLE: kind = .executable
        case GIT_FILEMODE_LINK: kind = .symlink
        case GIT_FILEMODE_TREE: kind = .folder
        case GIT_FILEMODE_COMMIT: kind = .submodule
        default: return nil
        }
        self.init(name: name, kind: kind, id: id)
    }
}

extension CommitSummary {
    init?(libgit2 commit: borrowing ObjectHandle, _ id: ObjectID) throws(GitError) {
        let pointer = commit.pointer
        guard let tree = git_commit_tree_id(pointer).pointee.id else { return nil }
        let parents = (0..<git_commit_parentcount(pointer)).compactMap {
            git_commit_parent_id(pointer, $0).pointee.id
        }
        self.init(
            id: id, tree: tree, parents: parents, author: Self.name(git_commit_author(pointer)),
            committer: Self.name(git_commit_committer(pointer)),
            time: Date(timeIntervalSince1970: Double(git_commit_time(pointer))),
            message: git_commit_message(pointer).map { String(cString: $0) } ?? "")
    }

    private static func name(_ signature: UnsafePointer<git_signature>?) -> String {
        signature.map { "\(String(cString: $0.pointee.name)) <\(String(cString: $0.pointee.email))>" } ?? ""
    }
}
