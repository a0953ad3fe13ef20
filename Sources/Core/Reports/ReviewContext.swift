/// What a reviewer's page has to say beside the proposal itself: names of refs, waits, and where to look further.
package struct ReviewContext: Hashable, Sendable {
    package let branch: String
    /// The ref that makes Sphinx remember the proposal.
    package let trackingRef: String
    /// Seconds for which a rejected proposal is not made again.
    package let coolDown: Double
    /// The address at which people open Prometheus; nil leaves the link out.
    package let metricsPage: String?
    /// The repository has a policy, and its checks have let the plan pass.
    package let isWithinPolicy: Bool

    package init(
        branch: String, trackingRef: String, coolDown: Double, metricsPage: String? = nil, isWithinPolicy: Bool = false
    ) {
        self.branch = branch
        self.trackingRef = trackingRef
        self.coolDown = coolDown
        self.metricsPage = metricsPage
        self.isWithinPolicy = isWithinPolicy
    }
}
