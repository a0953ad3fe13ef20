import Domain
import Reports

/// Open proposals of one rule, or of one workspace, that share a branch beside their own.
struct ProposalGroup: Hashable {
    struct Member: Hashable {
        let outcome: ProposalOutcome
        let commit: ObjectID
        /// On which its change was made.
        let base: ObjectID
    }

    static let fewest = 2

    let grouping: Grouping
    /// The rule's id or the workspace's path.
    let subject: String
    /// Sorted by workspace and key.
    let members: [Member]

    /// Groups of proposals that are open after this run; one alone needs no branch of a group.
    ///
    /// A person's own request keeps to its own branch.
    static func groups(of drafts: [Draft], by grouping: Grouping, _ observation: Observation) -> [ProposalGroup] {
        let members = drafts.compactMap { member(of: $0.outcome, observation) }
        return Dictionary(grouping: members) { subject(of: $0.outcome, by: grouping) }
            .filter { $0.value.count >= fewest }
            .sorted { $0.key < $1.key }
            .map { subject, members in
                ProposalGroup(
                    grouping: grouping, subject: subject,
                    members: members.sorted {
                        ($0.outcome.workspace, $0.outcome.key) < ($1.outcome.workspace, $1.outcome.key)
                    })
            }
    }

    private static func subject(of outcome: ProposalOutcome, by grouping: Grouping) -> String {
        switch grouping {
        case .rule: outcome.rule
        case .workspace: outcome.workspace
        }
    }

    private static func member(of outcome: ProposalOutcome, _ observation: Observation) -> Member? {
        guard outcome.rule != ChangeRequest.rule, let commit = outcome.commit else { return nil }
        switch outcome.state {
        case .created, .refreshed:
            return Member(outcome: outcome, commit: commit, base: observation.snapshot.base)
        case .unchanged:
            return observation.tracked[outcome.key].map {
                Member(outcome: outcome, commit: commit, base: $0.manifest.base)
            }
        default: return nil
        }
    }

    /// What the group consists of, whatever base it stands on.
    var digest: Digest { Digest(of: members.map(\.commit.hex)) }

    // MARK: The commit

    static let digestTrailer = "Sphinx-Group-Digest"

    /// Names alone are third-party text here, and escaped.
    func message(leavingOut left: [Member]) -> String {
        let included = members.filter { !left.contains($0) }
        let lines = included.map { member in
            let outcome = member.outcome
            return "- \(outcome.key) \(outcome.workspace): \(outcome.address): \(outcome.title)"
        }
        let rest = left.map { "- \($0.outcome.key) conflicts with another one, and has only its own branch" }
        return GroupMessage.text(
            subject: "\(included.count) proposals of the \(grouping.rawValue) '\(subject)'", lines: lines + rest,
            trailers: included.map { ("Sphinx-Proposal", $0.outcome.key.text) } + [
                (Self.digestTrailer, digest.description)
            ])
    }
}
