/// Numbers as rules and messages write them.
package enum NumberText {
    /// Without a point where the number is whole, and with the shortest digits that mean the same elsewhere.
    package static func text(_ number: Double) -> String {
        if number.isNaN { return "NaN" }
        if number.isInfinite { return number > 0 ? "+Inf" : "-Inf" }
        // A product such as 0.95 × 100 is not to show its binary rounding.
        let rounded = (number * 1e9).rounded() / 1e9
        let shown = abs(number) < 1e6 && rounded != 0 ? rounded : number
        return shown == shown.rounded() && abs(shown) < 1e15 ? String(Int64(shown)) : "\(shown)"
    }
}
