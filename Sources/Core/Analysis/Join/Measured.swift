import Domain

/// A series that leads to an instance, and how it stands.
struct Measured {
    let series: LeafSeries
    let verdict: Verdict
    let how: String

    /// Nil where the series does not fire.
    var firing: (since: Double, value: Double?)? {
        guard case .firing(let since, let value) = verdict else { return nil }
        return (since, value)
    }

    /// The labels as one text that sorts.
    var order: String {
        series.labels.sorted { $0.key < $1.key }.map { "\($0.key)\u{1}\($0.value)" }.joined(separator: "\u{2}")
    }
}

/// What series of one rule lead to: an instance, or a part of a block whose instance nobody knows.
struct Place: Hashable, Comparable {
    let block: Location.Block
    /// With its key where that is known.
    let instance: String
    /// The state holds just this instance.
    let isInstance: Bool
    /// Tells series apart whose instance nobody knows, as each may be of any.
    var part = ""

    static func < (left: Place, right: Place) -> Bool {
        (left.block, left.instance, left.part) < (right.block, right.instance, right.part)
    }
}

/// How one place stands to a condition or a part of it.
struct Standing {
    var verdict: Verdict
    /// Of the leaf that tells the most; the worst first.
    var measured: [Measured] = []
    /// The leaf they are of.
    var leaf: Rule.Condition?
    var bounds: Bounds?
}
