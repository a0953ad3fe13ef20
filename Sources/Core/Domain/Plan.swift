/// What Terraform would do, read from a saved plan; sensitive values are masked.
package struct Plan: Hashable, Sendable {
    /// Sorted by address; no-ops and reads are left out.
    package let changes: [ResourceChange]
    /// Terraform's own text, without colours, masked.
    package let text: String
    package let terraformVersion: String

    package init(changes: [ResourceChange], text: String, terraformVersion: String) {
        self.changes = changes.sorted { $0.address < $1.address }
        self.text = text
        self.terraformVersion = terraformVersion
    }

    package var isEmpty: Bool { changes.isEmpty }

    /// The addresses of the blocks whose resources change, sorted.
    package var blocks: [String] {
        Set(changes.filter { !$0.isOutput }.map { ResourceAddress.block($0.address) }).sorted()
    }

    /// One digest for the whole set of changes.
    package var digest: Digest { Self.digest(of: approved) }

    /// What a manifest keeps of the plan.
    package var approved: [ApprovedChange] {
        changes.map { ApprovedChange(address: $0.address, actions: $0.actions, digest: $0.digest) }
    }

    /// The digest of a set of approved changes; the order does not matter.
    package static func digest(of changes: [ApprovedChange]) -> Digest {
        Digest(of: changes.sorted { $0.address < $1.address }.flatMap { [$0.address, $0.digest.hex] })
    }

    /// `1 to add, 2 to change, 0 to destroy`, as Terraform counts, with what it does not count where nothing else is done.
    package var summary: String {
        let resources = changes.filter { !$0.isOutput }
        let count = { (action: ResourceChange.Action) in resources.count { $0.actions.contains(action) } }
        let (imports, forgets) = (count(.importing), count(.forget))
        let moves = resources.count { $0.actions == [.moved] }
        let outputs = changes.count - resources.count
        return (imports == 0 ? "" : "\(imports) to import, ")
            + "\(count(.create)) to add, \(count(.update)) to change, \(count(.delete)) to destroy"
            + (moves == 0 ? "" : ", \(moves) to move") + (forgets == 0 ? "" : ", \(forgets) to forget")
            + (outputs == 0 ? "" : ", \(outputs) output\(outputs == 1 ? "" : "s") to change")
    }
}

/// One resource's (or output's) change in a plan.
package struct ResourceChange: Hashable, Sendable {
    package enum Action: String, Hashable, Sendable, Codable {
        case create, update, delete, forget, importing, moved
    }

    /// With instance keys; `output.NAME` for an output.
    package let address: String
    package let actions: [Action]
    package private(set) var before: JSONValue
    package private(set) var after: JSONValue
    /// `true` where a value is known only after the apply.
    package let afterUnknown: JSONValue
    /// Dotted paths of the attributes that force a replacement.
    package let replacePaths: [String]
    /// Changes exactly when what would be done to the resource changes, apart from what Terraform itself hides.
    package let digest: Digest

    package init(
        address: String, actions: [Action], before: JSONValue, after: JSONValue, afterUnknown: JSONValue = .null,
        replacePaths: [String] = []
    ) {
        self.address = address
        self.actions = actions
        self.before = before
        self.after = after
        self.afterUnknown = afterUnknown
        self.replacePaths = replacePaths.sorted()
        digest = Digest(of: [
            address, actions.map(\.rawValue).joined(separator: ","), before.canonical, after.canonical,
            afterUnknown.canonical, self.replacePaths.joined(separator: ","),
        ])
    }

    /// The same change as people are shown it: what is hidden from them here is approved with the rest.
    package func shown(before: JSONValue, after: JSONValue) -> ResourceChange {
        var shown = self
        shown.before = before
        shown.after = after
        return shown
    }

    package var isOutput: Bool { address.hasPrefix("output.") }
    package var destroys: Bool { actions.contains(.delete) || actions.contains(.forget) }
    package var replaces: Bool { actions.contains(.delete) && actions.contains(.create) }
}

/// The part of a change that people approve by merging.
package struct ApprovedChange: Hashable, Sendable, Codable {
    package let address: String
    package let actions: [ResourceChange.Action]
    package let digest: Digest

    package init(address: String, actions: [ResourceChange.Action], digest: Digest) {
        self.address = address
        self.actions = actions
        self.digest = digest
    }
}

/// How an apply ended.
package struct ApplyResult: Hashable, Sendable {
    /// Terraform's closing line, which counts what was added, changed and destroyed.
    package let summary: String
    package let log: String

    package init(summary: String, log: String) {
        self.summary = summary
        self.log = log
    }
}

/// What Terraform says of a mistake in the code.
package struct Diagnostic: Hashable, Sendable, Codable {
    package let summary: String
    package let detail: String
    package let file: String?
    package let line: Int?

    package init(summary: String, detail: String, file: String? = nil, line: Int? = nil) {
        self.summary = summary
        self.detail = detail
        self.file = file
        self.line = line
    }
}

/// A Terraform step that did not succeed, with what it said.
package struct TerraformFailure: Error, Equatable, Sendable {
    /// `init`, `validate`, `plan`, `show`, `apply` or `fmt`.
    package let step: String
    /// Empty where Terraform could not be run at all.
    package let diagnostics: [Diagnostic]
    package let problem: Problem
    /// Of an apply that began.
    package var partial: PartialApply?
    /// Of an apply: Terraform refused it before it did anything.
    package var isRefused = false

    package init(step: String, diagnostics: [Diagnostic], problem: Problem, partial: PartialApply? = nil) {
        self.step = step
        self.diagnostics = diagnostics
        self.problem = problem
        self.partial = partial
    }
}
