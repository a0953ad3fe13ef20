import CGit2
package import Domain
import Foundation

extension GitObjects {
    package func signature(of commit: ObjectID) throws(Problem) -> SignedMessage? {
        try read { (handle) throws(GitError) in
            var (signature, content, oid) = (git_buf(), git_buf(), git_oid(commit))
            defer {
                git_buf_dispose(&signature)
                git_buf_dispose(&content)
            }
            let repository = handle.pointer
            do throws(GitError) {
                try check("reading the signature of \(commit.short)") {
                    git_commit_extract_signature(&signature, &content, repository, &oid, nil)
                }
            } catch {
                guard error.isMissing, self.isHere(commit, in: handle) else { throw error }
                return nil
            }
            return SignedMessage(bytes: content.bytes, signature: String(decoding: signature.bytes, as: UTF8.self))
        }
    }

    /// "Not found" is said of a commit without a signature, and of one that is not here.
    private func isHere(_ commit: ObjectID, in handle: borrowing RepositoryHandle) -> Bool {
        (try? handle.commit(commit)) != nil
    }
}

extension CommitDraft {
    /// People look at it: neither a record of the ledger nor a commit that is made for its tree alone.
    var isShown: Bool { parent != nil && !message.isEmpty }
}

extension RepositoryHandle {
    /// The commit as git keeps it, which is what a signature is of.
    borrowing func text(of draft: CommitDraft, tree: git_oid, by identity: GitIdentity) throws(GitError) -> String {
        var treeID = tree
        let repository = pointer
        let tree = try ObjectHandle("reading the new tree") {
            git_object_lookup(&$0, repository, &treeID, GIT_OBJECT_TREE)
        }
        var signature: UnsafeMutablePointer<git_signature>?
        let time = Int64(draft.time.timeIntervalSince1970.rounded(.down))
        try check("naming the author") { git_signature_new(&signature, identity.name, identity.email, time, 0) }
        defer { git_signature_free(signature) }
        var text = git_buf()
        defer { git_buf_dispose(&text) }
        let treePointer = tree.pointer
        guard let parent = draft.parent else {
            try check("writing the commit") {
                git_commit_create_buffer(
                    &text, repository, signature, signature, "UTF-8", draft.message, treePointer, 0, nil)
            }
            return String(decoding: text.bytes, as: UTF8.self)
        }
        let parentHandle = try commit(parent)
        var parents: [OpaquePointer?] = [parentHandle.pointer]
        try check("writing the commit") {
            git_commit_create_buffer(
                &text, repository, signature, signature, "UTF-8", draft.message, treePointer, 1, &parents)
        }
        return String(decoding: text.bytes, as: UTF8.self)
    }

    borrowing func commit(_ text: String, signature: String?) throws(GitError) -> ObjectID? {
        var oid = git_oid()
        let repository = pointer
        // A last line break would be a line of its own in the header.
        let header = signature.map { String($0.reversed().drop { $0.isNewline }.reversed()) }
        try check("making the commit") {
            git_commit_create_with_signature(&oid, repository, text, header, nil)
        }
        return oid.id
    }
}

extension git_buf {
    var bytes: [UInt8] { Array(UnsafeRawBufferPointer(start: ptr, count: size)) }
}
