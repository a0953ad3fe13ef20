/// The labels of a series, `__name__` among them where the query kept it.
package typealias Labels = [String: String]

/// One value of a series at one moment; it may be NaN or infinite, as in Prometheus.
package struct Sample: Hashable, Sendable {
    /// Seconds since 1970.
    package let time: Double
    package let value: Double

    package init(time: Double, value: Double) {
        self.time = time
        self.value = value
    }
}

/// Samples of one label set, in the order of time.
package struct Series: Hashable, Sendable {
    package let labels: Labels
    package let samples: [Sample]

    package init(labels: Labels, samples: [Sample]) {
        self.labels = labels
        self.samples = samples
    }
}

/// One request to a metric source.
package struct MetricQuery: Hashable, Sendable {
    package enum Time: Hashable, Sendable {
        case instant(Double)
        /// Both ends are included; all in seconds.
        case range(start: Double, end: Double, step: Double)
    }

    package let expression: String
    package let time: Time

    package init(_ expression: String, _ time: Time) {
        self.expression = expression
        self.time = time
    }
}

/// What a metric source answered; warnings mean that the answer is partial.
package struct MetricAnswer: Hashable, Sendable {
    package let series: [Series]
    package let warnings: [String]
    /// Bytes of the answer as it was sent; 0 where that is not known.
    package let bytes: Int

    package init(series: [Series], warnings: [String] = [], bytes: Int = 0) {
        self.series = series
        self.warnings = warnings
        self.bytes = bytes
    }
}
