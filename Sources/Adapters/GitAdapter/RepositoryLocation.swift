import CGit2
import Domain
import Foundation

/// Where a repository's git folder and objects are, and through what it is fetched from and pushed to.
struct RepositoryLocation: Sendable {
    /// What the network goes through.
    enum Path: Sendable {
        /// A remote's name in the repository's configuration, or a URL.
        case remote(String)
        /// The repository's own refs.
        case local
    }

    let gitFolder: String
    let objects: String
    let workTree: String?
    let path: Path
    /// The same for every clone of one repository.
    let place: String
    let isShallow: Bool
    let scratch: String?

    init(_ settings: GitSettings) throws(Problem) {
        if settings.repository.hasPrefix("-") || settings.remote.hasPrefix("-") {
            throw Problem(.needsPerson, "'\(settings.repository)' is not a repository")
        }
        if Self.isURL(settings.repository) {
            try self.init(mirroring: settings.repository, settings)
        } else {
            try self.init(opening: settings.repository, settings)
        }
    }

    private init(opening path: String, _ settings: GitSettings) throws(Problem) {
        guard FileManager.default.fileExists(atPath: path) else {
            throw Problem(.needsPerson, "there is no folder '\(path)'", hint: "give --repo a clone or a URL")
        }
        let handle: RepositoryHandle
        do throws(GitError) {
            handle = try RepositoryHandle(containing: path)
        } catch {
            throw error.isMissing
                ? Problem(.needsPerson, "'\(path)' is not a git repository", hint: "give --repo a clone or a URL")
                : error.problem
        }
        let hasRemote = handle.hasRemote(settings.remote)
        self.init(handle, path: hasRemote ? .remote(settings.remote) : .local, scratch: settings.scratch)
    }

    /// A bare mirror in the cache, made beside and renamed, so that two jobs at once do no harm.
    private init(mirroring url: String, _ settings: GitSettings) throws(Problem) {
        guard !Self.holdsPassword(url) else {
            throw Problem(
                .needsPerson, "the URL of the repository holds a password",
                hint: "put the token into SPHINX_GIT_TOKEN, or use git's credential helpers")
        }
        let folder = "\(settings.cacheFolder)/mirrors/\(Digest(of: [url]).prefix(16)).git"
        do {
            if !FileManager.default.fileExists(atPath: folder) { try Self.makeMirror(at: folder) }
            let handle = try RepositoryHandle(containing: folder)
            self.init(handle, path: .remote(url), scratch: settings.scratch)
        } catch let error as GitError {
            throw error.problem(in: folder)
        } catch {
            throw Problem(
                .needsPerson, "the mirror folder '\(folder)' cannot be made: \(FileReason.text(error))",
                hint: "set SPHINX_CACHE_DIR to a folder that can be written")
        }
    }

    private static func makeMirror(at folder: String) throws {
        let parent = URL(filePath: folder).deletingLastPathComponent()
        try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
        let fresh = "\(folder).\(ProcessInfo.processInfo.processIdentifier).\(UUID().uuidString)"
        var made: OpaquePointer?
        try check("making a mirror") { git_repository_init(&made, fresh, 1) }
        git_repository_free(made)
        guard rename(fresh, folder) != 0 else { return }
        try FileManager.default.removeItem(atPath: fresh)
        guard FileManager.default.fileExists(atPath: folder) else { throw CocoaError(.fileWriteUnknown) }
    }

    private init(_ handle: borrowing RepositoryHandle, path: Path, scratch: String?) {
        let common = git_repository_commondir(handle.pointer).map { String(cString: $0) } ?? ""
        gitFolder = git_repository_path(handle.pointer).map { String(cString: $0) } ?? common
        objects = "\(common)objects"
        workTree = git_repository_workdir(handle.pointer).map { String(cString: $0) }
        switch path {
        case .local: place = gitFolder
        case .remote(let name): place = Self.withoutUser(handle.url(of: name) ?? name)
        }
        isShallow = git_repository_is_shallow(handle.pointer) == 1
        self.path = path
        self.scratch = scratch
    }

    /// A scheme, or `host:path` as ssh writes it.
    static func isURL(_ text: String) -> Bool {
        if text.contains("://") { return true }
        guard let colon = text.firstIndex(of: ":"), !FileManager.default.fileExists(atPath: text) else { return false }
        return !text[..<colon].contains("/")
    }

    /// A job's token may stand there, and is another one each time.
    static func withoutUser(_ url: String) -> String {
        guard let scheme = url.range(of: "://") else { return url }
        let rest = url[scheme.upperBound...]
        let authority = rest.prefix { $0 != "/" }
        guard let at = authority.lastIndex(of: "@") else { return url }
        return String(url[..<scheme.upperBound] + rest[rest.index(after: at)...])
    }

    private static func holdsPassword(_ url: String) -> Bool {
        guard let scheme = url.range(of: "://") else { return false }
        let authority = url[scheme.upperBound...].prefix { $0 != "/" }
        guard let at = authority.lastIndex(of: "@") else { return false }
        return authority[..<at].contains(":") || url.hasPrefix("http")
    }
}

extension RepositoryHandle {
    borrowing func hasRemote(_ name: String) -> Bool {
        var remote: OpaquePointer?
        defer { git_remote_free(remote) }
        return git_remote_lookup(&remote, pointer, name) == 0
    }

    /// As the configuration says; nil where no remote has the name.
    borrowing func url(of name: String) -> String? {
        var remote: OpaquePointer?
        defer { git_remote_free(remote) }
        guard git_remote_lookup(&remote, pointer, name) == 0 else { return nil }
        return git_remote_url(remote).map { String(cString: $0) }
    }
}
