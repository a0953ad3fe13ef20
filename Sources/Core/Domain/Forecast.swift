/// What a line through the window says of a later moment.
package struct Forecast: Hashable, Sendable {
    package enum Method: String, CaseIterable, Sendable {
        /// Ordinary least squares, as Prometheus's `predict_linear`.
        case linear
        /// The median of slopes, which outliers do not turn.
        case theilSen = "theil_sen"
    }

    package let method: Method
    /// Seconds after the evaluation.
    package let horizon: Double
    /// The share of the variance that the line has to explain, 0 to 1.
    package let minFit: Double

    package init(method: Method = .linear, horizon: Double, minFit: Double = 0.5) {
        self.method = method
        self.horizon = horizon
        self.minFit = minFit
    }
}

extension Forecast: CustomStringConvertible {
    package var description: String {
        "in \(DurationText.text(horizon)) (\(method.rawValue), fit from \(NumberText.text(minFit)))"
    }
}
