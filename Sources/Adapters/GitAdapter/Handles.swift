import CGit2
import Domain

/// Owns an open repository.
struct RepositoryHandle: ~Copyable {
    let pointer: OpaquePointer

    /// Opens the repository that a path is in, looking upwards as git does.
    init(containing path: String) throws(GitError) {
        var opened: OpaquePointer?
        try check("opening the repository at \(path)") { git_repository_open_ext(&opened, path, 0, nil) }
        guard let opened else { throw GitError(code: -1, operation: "opening \(path)", message: "no repository") }
        pointer = opened
    }

    deinit { git_repository_free(pointer) }
}

/// Owns one object, whatever its type is.
struct ObjectHandle: ~Copyable {
    let pointer: OpaquePointer

    init(_ operation: String, _ open: (inout OpaquePointer?) -> Int32) throws(GitError) {
        var opened: OpaquePointer?
        try check(operation) { open(&opened) }
        guard let opened else { throw GitError(code: -1, operation: operation, message: "no object") }
        pointer = opened
    }

    deinit { git_object_free(pointer) }
}

extension RepositoryHandle {
    borrowing func commit(_ id: ObjectID) throws(GitError) -> ObjectHandle {
        try object(id, GIT_OBJECT_COMMIT, "reading the commit \(id.short)")
    }

    borrowing func tree(_ id: ObjectID) throws(GitError) -> ObjectHandle {
        try object(id, GIT_OBJECT_TREE, "reading the tree \(id.short)")
    }

    borrowing func blob(_ id: ObjectID) throws(GitError) -> ObjectHandle {
        try object(id, GIT_OBJECT_BLOB, "reading the file \(id.short)")
    }

    private borrowing func object(
        _ id: ObjectID, _ type: git_object_t, _ operation: String
    ) throws(GitError) -> ObjectHandle {
        var oid = git_oid(id)
        let repository = pointer
        return try ObjectHandle(operation) { git_object_lookup(&$0, repository, &oid, type) }
    }

    /// The tree of a commit.
    borrowing func tree(ofCommit id: ObjectID) throws(GitError) -> ObjectHandle {
        let commit = try commit(id)
        let pointer = commit.pointer
        return try ObjectHandle("reading the tree of \(id.short)") { git_commit_tree(&$0, pointer) }
    }
}

extension git_oid {
    init(_ id: ObjectID) {
        self.init()
        git_oid_fromstr(&self, id.hex)
    }

    /// The object's name; libgit2's own formatter writes 40 digits.
    var id: ObjectID? {
        var copy = self
        var text = [CChar](repeating: 0, count: 41)
        git_oid_tostr(&text, text.count, &copy)
        return ObjectID(String(decoding: text.prefix(40).map(UInt8.init(bitPattern:)), as: UTF8.self))
    }
}
