import CGit2
import Domain

/// A repository without a remote: its own branches and refs are what is shared.
struct LocalRemote: Remote {
    let objects: GitObjects

    func snapshot(base: String?, prefixes: [String]) async throws(Problem) -> Snapshot {
        let listing: (head: String?, refs: [String: ObjectID]) = try objects.read { (handle) throws(GitError) in
            (handle.headBranch, try handle.refs())
        }
        let branch = try (base ?? listing.head).orThrow(
            Problem(.needsPerson, "HEAD is on no branch", hint: "name the base branch with --base"))
        guard let commit = listing.refs["refs/heads/\(branch)"] else {
            throw Problem(
                .needsPerson, "the repository has no branch '\(branch)'",
                hint: listing.refs.isEmpty ? "make a first commit" : "name another one with --base")
        }
        return Snapshot(
            baseBranch: branch, base: commit,
            refs: listing.refs.filter { name, _ in prefixes.contains { name.hasPrefix($0) } })
    }

    func fetch(_ wanted: [ObjectID]) async throws(Problem) {
        guard let missing = wanted.first(where: { !objects.contains($0) }) else { return }
        throw Problem(
            .needsPerson, "the repository lacks \(missing.short), and has no remote to fetch it from",
            hint: "give the repository a remote, or run on a full clone")
    }

    /// All refs are locked before any is looked at, and none is changed unless all are as they were seen.
    func push(_ updates: [RefUpdate]) async throws(Problem) -> [RefRejection] {
        try objects.read { (handle) throws(GitError) in
            if let head = handle.checkedOut, let update = updates.first(where: { $0.name == "refs/heads/\(head)" }) {
                return [RefRejection(name: update.name, reason: "the branch is checked out")]
            }
            var transaction: OpaquePointer?
            try check("locking refs") { git_transaction_new(&transaction, handle.pointer) }
            defer { git_transaction_free(transaction) }
            for update in updates {
                try check("locking \(update.name)") { git_transaction_lock_ref(transaction, update.name) }
            }
            let stale = Set(updates.filter { handle.target(of: $0.name) != $0.old }.map(\.name))
            guard stale.isEmpty else {
                return updates.map { stale.contains($0.name) ? .moved($0.name) : .collateral($0.name) }
            }
            for update in updates { try handle.set(update, in: transaction) }
            try check("changing refs") { git_transaction_commit(transaction) }
            return []
        }
    }
}

extension RepositoryHandle {
    /// The branch that HEAD names, born or not.
    var headBranch: String? {
        var reference: OpaquePointer?
        guard git_reference_lookup(&reference, pointer, "HEAD") == 0 else { return nil }
        defer { git_reference_free(reference) }
        guard let target = git_reference_symbolic_target(reference).map({ String(cString: $0) }),
            target.hasPrefix("refs/heads/")
        else { return nil }
        return String(target.dropFirst(11))
    }

    /// The branch whose files a working tree shows.
    var checkedOut: String? { git_repository_is_bare(pointer) == 1 ? nil : headBranch }

    borrowing func refs() throws(GitError) -> [String: ObjectID] {
        var iterator: OpaquePointer?
        let repository = pointer
        try check("listing the refs") { git_reference_iterator_new(&iterator, repository) }
        defer { git_reference_iterator_free(iterator) }
        var refs: [String: ObjectID] = [:]
        var name: UnsafePointer<CChar>?
        while git_reference_next_name(&name, iterator) == 0, let bytes = name {
            let text = String(cString: bytes)
            refs[text] = target(of: text)
        }
        return refs
    }

    borrowing func target(of name: String) -> ObjectID? {
        var oid = git_oid()
        return git_reference_name_to_id(&oid, pointer, name) == 0 ? oid.id : nil
    }

    borrowing func set(_ update: RefUpdate, in transaction: OpaquePointer?) throws(GitError) {
        guard let new = update.new else {
            try check("deleting \(update.name)") { git_transaction_remove(transaction, update.name) }
            return
        }
        var oid = git_oid(new)
        try check("changing \(update.name)") {
            git_transaction_set_target(transaction, update.name, &oid, nil, "sphinx")
        }
    }
}
