import Foundation

/// The entropy of a text's characters.
///
/// After C. E. Shannon, A Mathematical Theory of Communication, 1948.
enum Entropy {
    /// 0 for a single repeated character; about 4 for hexadecimal digits, about 6 for Base64.
    static func bitsPerCharacter(of text: String) -> Double {
        let counts = text.reduce(into: [Character: Int]()) { $0[$1, default: 0] += 1 }
        let total = Double(text.count)
        return counts.values.reduce(0) { sum, count in
            let share = Double(count) / total
            return sum - share * log2(share)
        }
    }
}
