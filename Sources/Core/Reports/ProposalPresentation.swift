package import Domain

/// All that a reviewer is shown of one proposal.
package struct ProposalPresentation: Sendable {
    package let cause: Cause
    package let manifest: Manifest
    package let plan: Plan
    /// Unified.
    package let difference: String
    /// What the model said; nil for a rule's own fix and after a merge onto a new base.
    package let correction: Correction?
    package let context: ReviewContext

    package init(
        cause: Cause, manifest: Manifest, plan: Plan, difference: String, correction: Correction?,
        context: ReviewContext
    ) {
        self.cause = cause
        self.manifest = manifest
        self.plan = plan
        self.difference = difference
        self.correction = correction
        self.context = context
    }
}
