extension Rule {
    /// What has to hold on a resource, joined over the queries' series that lead to it.
    package indirect enum Condition: Hashable, Sendable {
        case all([Condition])
        case any([Condition])
        case not(Condition)
        case compares(Leaf)
        case anomaly(query: String, Anomaly)

        /// A comparison of the only query that has to hold for some seconds, as Prometheus's `for`; 0 fires at once.
        package init(_ comparison: Comparison, _ threshold: Double, duration: Double) {
            self = .compares(
                Leaf(measure: .sustained(duration: duration, maxGap: 0), comparison, .number(threshold)))
        }

        /// The condition of a rule that makes just one comparison.
        package var single: Leaf? { if case .compares(let leaf) = self { leaf } else { nil } }

        /// Every comparison and anomaly, from left to right.
        package var leaves: [Condition] {
            switch self {
            case .all(let parts), .any(let parts): parts.flatMap(\.leaves)
            case .not(let part): part.leaves
            case .compares, .anomaly: [self]
            }
        }
    }

    /// What is measured of a query's series, compared with a threshold.
    package struct Leaf: Hashable, Sendable {
        package let query: String
        package let measure: Measure
        package let comparison: Comparison
        package let threshold: Threshold

        package init(
            query: String = Rule.onlyQuery, measure: Measure, _ comparison: Comparison, _ threshold: Threshold
        ) {
            self.query = query
            self.measure = measure
            self.comparison = comparison
            self.threshold = threshold
        }
    }

    /// How a query's series become values that can be compared.
    package enum Measure: Hashable, Sendable {
        /// True at every evaluation for some seconds up to the last; a gap of absent points is bridged up to `maxGap`.
        case sustained(duration: Double, maxGap: Double)
        /// True at this share of the present points of the window, more than 0 to 1.
        case fraction(Double)
        /// True of this many of the last whole buckets, each reduced to one value; bucket ends are multiples of its
        /// seconds since 1970, so that days are UTC days.
        case buckets(size: Double, Reduction, atLeast: Int, of: Int)
        /// The window, reduced to one value.
        case reduced(Reduction)
        /// What a line through the window reaches.
        case forecast(Forecast)
    }

    /// What becomes of the values of a window, named as Prometheus's `*_over_time`.
    package enum Reduction: Hashable, Sendable {
        case last, min, max, avg, sum, stddev, count
        /// Per second, for counters.
        case rate
        /// 0 to 1, linear between ranks; the median is 0.5.
        case quantile(Double)
    }

    package enum Threshold: Hashable, Sendable {
        case number(Double)
        /// Both ends, for `between` and `outside`.
        case range(Double, Double)
        /// An attribute of the resource, times a factor.
        case attribute(String, scale: Double)
        /// The last value of another query of the rule on the same resource, times a factor.
        case query(String, scale: Double)
    }

    package enum Comparison: String, CaseIterable, Sendable {
        case lessThan = "less_than"
        case lessThanOrEqual = "less_than_or_equal"
        case greaterThan = "greater_than"
        case greaterThanOrEqual = "greater_than_or_equal"
        case equals
        case notEquals = "not_equals"
        /// Both ends included.
        case between
        case outside
    }
}

extension Rule.Leaf {
    /// The threshold that is a number of its own.
    package var number: Double? { if case .number(let number) = threshold { number } else { nil } }

    /// Seconds for which a sustained comparison has to hold.
    package var duration: Double { if case .sustained(let duration, _) = measure { duration } else { 0 } }
}
