/// What a push asks the forge to open for review; title and text are those of the branch's one commit.
package struct MergeRequest: Hashable, Sendable {
    /// How a forge is asked without its API.
    package enum Forge: String, Hashable, Sendable, CaseIterable {
        /// Push options: <https://docs.gitlab.com/topics/git/commit/#push-options>.
        case gitlab
        /// A push to `refs/for/`, as Gitea and Forgejo take it: <https://forgejo.org/docs/latest/user/agit-support>.
        case agit
    }

    package let forge: Forge
    package let branch: String
    package let base: String
    package let commit: ObjectID

    package init(forge: Forge, branch: String, base: String, commit: ObjectID) {
        self.forge = forge
        self.branch = branch
        self.base = base
        self.commit = commit
    }
}
