/// How one series stands to one condition.
package enum Verdict: Hashable, Sendable {
    /// `since` is never before the window's start; the value is what was compared.
    case firing(since: Double, value: Double?)
    /// Measured, and the condition does not hold, or not for long enough.
    case clear(value: Double?)
    /// The last point is absent: nothing fires, and nothing was found to be clear either.
    case stale(lastSeen: Double?)
    /// Not one point.
    case noData
    /// Points, but too few to judge by.
    case insufficient(String)
}
