package import Domain

/// What a measured number counts, as far as the rule's own words or the metric's name tell.
package struct MetricUnit: Hashable, Sendable {
    package enum Quantity: Hashable, Sendable {
        case number, percent, bytes, seconds
        /// 0 to 1, shown as percent.
        case share
    }

    package let quantity: Quantity
    package let isPerSecond: Bool

    package init(_ quantity: Quantity, isPerSecond: Bool = false) {
        self.quantity = quantity
        self.isPerSecond = isPerSecond
    }

    /// The filters that the rule's texts put on the value come before the name of the metric.
    package init(of opportunity: Opportunity) {
        let rule = opportunity.rule
        let filters = (rule.title.parts + rule.description.parts).flatMap { part in
            if case .placeholder("value", let filters) = part { filters } else { [Template.Filter]() }
        }
        if filters.contains(.percent) {
            self.init(.share)
        } else if filters.contains(.bytes) {
            self.init(.bytes)
        } else if filters.contains(.duration) {
            self.init(.seconds)
        } else {
            self = MetricName(in: opportunity.evidence.query)?.unit ?? MetricUnit(.number)
        }
    }

    /// What numbers up to a magnitude are multiplied with, and the sign behind them.
    func scale(for magnitude: Double) -> (factor: Double, symbol: String) {
        let (factor, symbol) = Self.scale(quantity, magnitude)
        return (factor, isPerSecond ? "\(symbol)/s" : symbol)
    }

    private static func scale(_ quantity: Quantity, _ magnitude: Double) -> (Double, String) {
        let steps: [(from: Double, factor: Double, symbol: String)] =
            switch quantity {
            case .share: [(0, 100, "%")]
            case .percent: [(0, 1, "%")]
            case .seconds: [(0, 1_000, " ms"), (1, 1, " s"), (7_200, 1 / 3_600, " h"), (259_200, 1 / 86_400, " d")]
            case .bytes: binary
            case .number: [(0, 1, ""), (1e5, 1e-3, "k"), (1e8, 1e-6, "M"), (1e11, 1e-9, "G"), (1e14, 1e-12, "T")]
            }
        let step = steps.last { magnitude >= $0.from } ?? steps[0]
        return (step.factor, step.symbol)
    }

    private static let binary: [(from: Double, factor: Double, symbol: String)] =
        ["B", "KiB", "MiB", "GiB", "TiB", "PiB"].enumerated().map { index, symbol in
            let size = (0..<index).reduce(1.0) { size, _ in size * 1_024 }
            return (from: index == 0 ? 0 : size, factor: 1 / size, symbol: " \(symbol)")
        }

    /// The number in its unit, and as it was measured where the two differ.
    package func text(_ number: Double) -> String {
        let plain = Figures.text(number)
        guard quantity != .number, number.isFinite else { return plain + (isPerSecond ? "/s" : "") }
        let (factor, symbol) = scale(for: abs(number))
        let shown = Figures.text(number * factor) + symbol
        return factor == 1 ? shown : "\(shown) (\(plain))"
    }
}
