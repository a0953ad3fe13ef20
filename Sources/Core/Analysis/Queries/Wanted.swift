package import Domain

/// A request that a rule needs, and what for.
package struct Wanted: Hashable, Sendable {
    package enum Purpose: String, Hashable, Sendable, Comparable {
        /// The values that the condition compares.
        case values
        /// Whether enough is known, and whether it is fresh.
        case coverage
        /// Again without NaN, which the server does not leave out of a window.
        case withoutNaN = "without NaN"
        /// The points of the series that may fire.
        case candidates
        /// What a reviewer sees of the series that fire.
        case evidence

        package static func < (left: Purpose, right: Purpose) -> Bool { left.rawValue < right.rawValue }
    }

    package let query: MetricQuery
    package let rule: String
    package let purpose: Purpose

    package init(_ query: MetricQuery, rule: String, _ purpose: Purpose) {
        self.query = query
        self.rule = rule
        self.purpose = purpose
    }
}
