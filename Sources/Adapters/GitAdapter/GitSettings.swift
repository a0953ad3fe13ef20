package import Domain

/// Who the author and committer of Sphinx's commits is.
package struct GitIdentity: Hashable, Sendable {
    package let name: String
    package let email: String

    package init(name: String = "Sphinx", email: String = "sphinx@localhost") {
        self.name = name
        self.email = email
    }
}

/// Which repository, through which remote, as whom.
package struct GitSettings: Sendable {
    /// A path or a URL (file, http, https, ssh, or `user@host:path`).
    package var repository: String
    package var remote: String
    package var identity: GitIdentity
    /// Sent as a header to http and https remotes, and to no other host.
    package var token: Secret?
    package var tokenUser: String
    /// Where mirrors of URLs are kept.
    package var cacheFolder: String
    /// New objects go here and nothing in the repository changes; nil writes into the repository.
    package var scratch: String?
    /// The environment that git's child process is built from.
    package var environment: [String: String]
    package var deadline: Duration
    /// Of one answer of the remote, as a file.
    package var fileBytes: Int
    /// Of git, and of each process that it starts.
    package var memoryBytes: Int
    /// Signs commits that people see; nil signs none.
    package var signer: (any Signer)?

    package init(
        repository: String, remote: String = "origin", identity: GitIdentity = GitIdentity(), token: Secret? = nil,
        tokenUser: String = "x-access-token", cacheFolder: String, scratch: String? = nil,
        environment: [String: String], deadline: Duration = .seconds(300),
        fileBytes: Int = 4_096 << 20, memoryBytes: Int = 2_048 << 20,
        signer: (any Signer)? = nil
    ) {
        self.repository = repository
        self.remote = remote
        self.identity = identity
        self.token = token
        self.tokenUser = tokenUser
        self.cacheFolder = cacheFolder
        self.scratch = scratch
        self.environment = environment
        self.deadline = deadline
        self.fileBytes = fileBytes
        self.memoryBytes = memoryBytes
        self.signer = signer
    }
}
