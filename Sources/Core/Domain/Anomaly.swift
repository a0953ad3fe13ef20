/// A baseline.
package struct Anomaly: Hashable, Sendable, CustomStringConvertible {
    package init() {}
    package var description: String { "anomaly" }
}
