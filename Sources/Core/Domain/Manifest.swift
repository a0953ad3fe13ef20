/// `proposal.json`: what a proposal is, on which base it was planned, and which changes a merge approves.
package struct Manifest: Hashable, Sendable, Codable {
    package static let schema = "sphinx.proposal/1"

    package enum Author: String, Hashable, Sendable, Codable {
        /// The rule's own `fix`, made by Sphinx.
        case rule
        case model
        /// Fresh plans for what is merged already.
        case approval
        /// Someone's own commits, which Sphinx only planned.
        case person
    }

    package var schema = Manifest.schema
    package var key: ProposalKey
    package var workspace: String
    package var rule: String
    package var address: String
    package var title: String
    /// The commit that the change was made and planned on.
    package var base: ObjectID
    /// The workspace's tree at the base, and with the change: what was planned.
    package var baseTree: ObjectID
    package var plannedTree: ObjectID
    /// Folder → tree of every local module that the workspace used at the base.
    package var modules: [String: ObjectID]
    package var inputDigest: Digest
    package var ruleDigest: Digest
    package var promptVersion: String
    package var author: Author
    /// The model that answered, as it named itself; nil for the author `rule`.
    package var model: String?
    package var planDigest: Digest
    package var changes: [ApprovedChange]
    package var risk: String?
    package var terraformVersion: String
    package var sphinxVersion: String
    /// What a person asked for, where no rule did.
    package var request: ChangeRequest?
    /// The person's own branch that the plan is of, where Sphinx wrote no change.
    package var branch: String?

    package init(
        key: ProposalKey, workspace: String, rule: String, address: String, title: String, base: ObjectID,
        baseTree: ObjectID, plannedTree: ObjectID, modules: [String: ObjectID], inputDigest: Digest,
        ruleDigest: Digest, promptVersion: String, author: Author, model: String?, planDigest: Digest,
        changes: [ApprovedChange], risk: String?, terraformVersion: String, sphinxVersion: String,
        request: ChangeRequest? = nil, branch: String? = nil
    ) {
        self.key = key
        self.workspace = workspace
        self.rule = rule
        self.address = address
        self.title = title
        self.base = base
        self.baseTree = baseTree
        self.plannedTree = plannedTree
        self.modules = modules
        self.inputDigest = inputDigest
        self.ruleDigest = ruleDigest
        self.promptVersion = promptVersion
        self.author = author
        self.model = model
        self.planDigest = planDigest
        self.changes = changes
        self.risk = risk
        self.terraformVersion = terraformVersion
        self.sphinxVersion = sphinxVersion
        self.request = request
        self.branch = branch
    }

    /// The blocks that `-target` has to name where the base itself is not clean.
    package var targets: [String] {
        let planned = changes.filter { !$0.address.hasPrefix("output.") }.map { ResourceAddress.block($0.address) }
        return Set(request == nil && branch == nil ? planned + [address] : planned).sorted()
    }
}

/// The first 12 hexadecimal digits of the SHA-256 of a `proposal.json`: what exactly was approved.
package struct Approval: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let text: String

    package init(ofManifest bytes: [UInt8]) {
        text = Digest(ofBytes: bytes).prefix(12)
    }

    /// Refuses what is not 12 hexadecimal digits.
    package init?(_ text: some StringProtocol) {
        guard text.utf8.count == 12, text.utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) })
        else { return nil }
        self.text = String(text)
    }

    package var description: String { text }

    package static func < (left: Approval, right: Approval) -> Bool { left.text < right.text }
}
