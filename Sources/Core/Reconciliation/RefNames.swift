package import Domain

/// The names of branches and of the ledger's refs.
package struct RefNames: Hashable, Sendable {
    /// Of proposal branches, below `refs/heads/`.
    package let branchPrefix: String
    /// Of locks and ledger, such as `refs/sphinx`.
    package let namespace: String

    package init(branchPrefix: String = "sphinx", namespace: String = "refs/sphinx") {
        self.branchPrefix = branchPrefix
        self.namespace = namespace
    }

    /// What a snapshot has to list and bring.
    package var prefixes: [String] { ["refs/heads/\(branchPrefix)/"] + ledger }

    /// What decisions are made from; the shared history, which is read for people alone, is not among it.
    var ledger: [String] { LedgerKind.allCases.map(all) }

    /// The beginning of the names of all refs of a kind.
    private func all(_ kind: LedgerKind) -> String { "\(namespace)/\(kind.rawValue)/" }

    /// The history as jobs share it.
    package var history: String { "\(namespace)/history" }

    package func branch(workspace: String, rule: String, key: ProposalKey) -> String {
        "\(branchPrefix)/\(path(workspace))/\(Self.slug(rule, limit: 60))-\(key)"
    }

    package func approvalBranch(workspace: String, key: ProposalKey) -> String {
        "\(branchPrefix)/\(path(workspace))/approve-\(key)"
    }

    package func head(_ branch: String) -> String { "refs/heads/\(branch)" }
    package func tracked(_ key: ProposalKey) -> String { "\(all(.proposals))\(key)" }
    package func trackedApproval(_ key: ProposalKey) -> String { "\(all(.proposals))approve-\(key)" }
    package func unfixable(_ key: ProposalKey) -> String { "\(all(.unfixable))\(key)" }
    package func closed(_ key: ProposalKey) -> String { "\(all(.closed))\(key)" }
    package func applying(_ key: ProposalKey, _ approval: Approval) -> String {
        "\(all(.applying))\(key)/\(approval)"
    }
    package func applied(_ key: ProposalKey, _ approval: Approval) -> String {
        "\(all(.applied))\(key)/\(approval)"
    }
    package func failed(_ key: ProposalKey, _ approval: Approval) -> String {
        "\(all(.failed))\(key)/\(approval)"
    }

    /// The beginning of the names of refs that say what was spent in a month such as `2026-11`, or in any.
    func spent(in month: String?) -> String { all(.spent) + (month.map { "\($0)/" } ?? "") }

    /// The beginning of the names of refs that say when a workspace was looked at for drift.
    var drift: String { all(.drift) }
    package func drift(workspace: String) -> String { "\(drift)\(Self.flat(workspace))" }

    package func lock(workspace: String) -> String { "\(all(.locks))\(Self.flat(workspace))" }

    /// The branch of a group, and the ref that says where Sphinx left it; no workspace's branches begin with `+`.
    func group(_ grouping: Grouping, _ subject: String) -> (branch: String, tracked: String) {
        let name = "\(grouping.rawValue)/\(Self.flat(subject))"
        return ("\(branchPrefix)/+\(name)", "\(groups)\(name)")
    }

    /// The beginning of the names of refs that say where branches of groups are.
    var groups: String { all(.groups) }

    /// One flat name, as a ref cannot stand below another ref and workspaces may.
    private static func flat(_ path: String) -> String {
        let flat = path.split(separator: "/").map { slug($0, limit: 60) }.joined(separator: "+")
        let isExact = flat.replacing("+", with: "/") == path
        return flat + (isExact ? "" : "-\(Digest(of: [path]).prefix(8))")
    }

    private func path(_ workspace: String) -> String {
        workspace.split(separator: "/").map { Self.slug($0, limit: 60) }.joined(separator: "/")
    }

    /// Letters, digits, `-`, `_` and inner dots; git allows no more everywhere (`git check-ref-format`).
    static func slug(_ text: some StringProtocol, limit: Int) -> String {
        let kept = text.map { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) ? $0 : "-" }
        var result = ""
        for character in kept.prefix(limit) where !(result.last == "." && character == ".") {
            result.append(character)
        }
        while let last = result.last, last == "." || last == "-" { result.removeLast() }
        while let first = result.first, first == "." || first == "-" { result.removeFirst() }
        if result.hasSuffix(".lock") { result = result.dropLast(5) + "-lock" }
        return result.isEmpty ? "unnamed" : result
    }
}

/// What the refs of the ledger say: a kind that is listed here is read by every run.
enum LedgerKind: String, CaseIterable {
    case proposals, unfixable, closed, locks, applying, applied, failed, spent, groups, drift
}
