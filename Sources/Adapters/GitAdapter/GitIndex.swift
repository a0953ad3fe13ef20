import CGit2

/// What git tracks of the files in working trees.
package enum GitIndex {
    /// Whether a file of a folder is in the index of the repository that the folder belongs to, if it does to any.
    package static func contains(_ name: String, in folder: String) -> Bool {
        guard let repository = try? RepositoryHandle(containing: folder),
            let root = git_repository_workdir(repository.pointer).map({ String(cString: $0) })
        else { return false }
        var index: OpaquePointer?
        guard git_repository_index(&index, repository.pointer) == 0 else { return false }
        defer { git_index_free(index) }
        // The working tree's own name ends with a slash, and has its links resolved as the folder's has.
        let place = "\(folder)/\(name)"
        guard place.hasPrefix(root) else { return false }
        return git_index_get_bypath(index, String(place.dropFirst(root.count)), 0) != nil
    }
}
