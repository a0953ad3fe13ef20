import Domain

extension Rule.Coverage {
    private static let day = 86_400.0

    /// Fewer points say nothing about a window.
    private static let fewest = 3

    /// Why too little is known of a window; nil where it is enough.
    ///
    /// The standards (S6): 90 % of the points from a day on, and 30 hours of a week, as AWS Compute Optimizer wants.
    func shortfall(present: Int, expected: Int, span: Double, window: Double) -> String? {
        let least = minSamples ?? Self.fewest
        if present < least { return "\(present) points; at least \(least) are needed" }
        let ratio = minRatio ?? (window >= Self.day ? 0.9 : 0)
        let share = expected > 0 ? Double(present) / Double(expected) : 1
        if share < ratio {
            return "\(percent(share)) of the points of \(DurationText.text(window)); \(percent(ratio)) are needed"
        }
        let shortest = minSpan ?? (window >= 7 * Self.day ? 30 * 3_600 : 0)
        if span < shortest {
            return "points over \(DurationText.text(span)); \(DurationText.text(shortest)) are needed"
        }
        return nil
    }

    private func percent(_ share: Double) -> String { "\(NumberText.text((share * 1_000).rounded() / 10))%" }
}
