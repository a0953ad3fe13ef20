/// Numbers as rules and messages write them.
package enum NumberText {
    /// Without a point where the number is whole, and with the shortest digits that mean the same elsewhere.
    package static func text(_ number: Double) -> String {
        if number.isNaN { return "NaN" }
        if number.isInfinite { return number > 0 ? "+Inf" : "-Inf" }
        // A product such as 0.95 × 100 is not to show its binary rounding.
        let rounded = (number * 1e9).rounded() / 1e9
        let shown = abs(number) < 1e6 && rounded != 0 ? rounded : number
        return whole(shown) ?? "\(shown)"
    }

    /// The digits of a whole number, as long as they are fewer than its power of ten has to be written with.
    static func whole(_ number: Double) -> String? {
        number == number.rounded() && abs(number) < 0x1p54 ? String(Int64(number)) : nil
    }
}
