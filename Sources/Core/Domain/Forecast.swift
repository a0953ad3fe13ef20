/// A line.
package struct Forecast: Hashable, Sendable, CustomStringConvertible {
    package init() {}
    package var description: String { "forecast" }
}
