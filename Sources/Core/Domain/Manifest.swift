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
    /// What was measured; nil for a rule on state, and for an approval.
    package var evidence: FrozenEvidence?
    package var terraformVersion: String
    package var sphinxVersion: String
    /// What a person asked for, where no rule did.
    package var request: ChangeRequest?
    /// The person's own branch that the plan is of, where Sphinx wrote no change.
    package var branch: String?
    /// The digests of the files that were written beside it, by name; nil in manifests of earlier versions.
    package var files: [String: Digest]?

    package init(
        key: ProposalKey, workspace: String, rule: String, address: String, title: String, base: ObjectID,
        baseTree: ObjectID, plannedTree: ObjectID, modules: [String: ObjectID], inputDigest: Digest,
        ruleDigest: Digest, promptVersion: String, author: Author, model: String?, planDigest: Digest,
        changes: [ApprovedChange], risk: String?, evidence: FrozenEvidence? = nil, terraformVersion: String,
        sphinxVersion: String, request: ChangeRequest? = nil, branch: String? = nil
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
        self.evidence = evidence
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

/// The measurement that a proposal rests on, so that anyone can ask for it again.
package struct FrozenEvidence: Hashable, Sendable, Codable {
    /// PromQL.
    package let query: String
    /// In words.
    package let condition: String
    /// Seconds since 1970, both ends included, and the distance of the samples.
    package let start: Double
    package let end: Double
    package let step: Double
    /// Over labels, times and values of the series that the reviewer sees.
    package let samples: Digest

    package init(query: String, condition: String, start: Double, end: Double, step: Double, samples: Digest) {
        self.query = query
        self.condition = condition
        self.start = start
        self.end = end
        self.step = step
        self.samples = samples
    }
}

extension Evidence {
    /// Nil for a rule that asked no query.
    package var frozen: FrozenEvidence? {
        guard !query.isEmpty else { return nil }
        let parts = series.flatMap { series in
            series.labels.sorted { $0.key < $1.key }.flatMap { [$0.key, $0.value] }
                + series.samples.flatMap { ["\($0.time)", "\($0.value)"] } + ["\u{1E}"]
        }
        return FrozenEvidence(
            query: query, condition: condition, start: start, end: end, step: step,
            samples: Digest(of: ["samples"] + parts))
    }
}
