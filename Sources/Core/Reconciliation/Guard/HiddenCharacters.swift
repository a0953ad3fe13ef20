import Domain
import TerraformLanguage

/// Characters that nobody who reads a proposal sees: marks of direction, control characters, blanks of no width.
///
/// https://trojansource.codes: with them code can look like other code.
enum HiddenCharacters {
    /// An edit may bring in none; those that people wrote may stay.
    static func refusals(_ old: Document, _ new: Document) -> [Refusal] {
        let known = found(in: old).reduce(into: [:]) { $0[$1.scalar, default: 0] += 1 }
        var seen: [Unicode.Scalar: Int] = [:]
        return found(in: new).compactMap { scalar, offset in
            seen[scalar, default: 0] += 1
            guard seen[scalar, default: 0] == known[scalar, default: 0] + 1 else { return nil }
            let place = SourceLocation(of: offset, in: new.bytes, file: new.path)
            let digits = String(scalar.value, radix: 16, uppercase: true)
            let number = String(repeating: "0", count: max(0, 4 - digits.count)) + digits
            return Refusal(
                .hiddenCharacter,
                "\(place): the character U+\(number) cannot be seen, and may not come in")
        }
    }

    private static func found(in document: Document) -> [(scalar: Unicode.Scalar, offset: Int)] {
        var (offset, found) = (0, [(scalar: Unicode.Scalar, offset: Int)]())
        let scalars = String(decoding: document.bytes, as: UTF8.self).unicodeScalars
        for (scalar, next) in zip(scalars, scalars.dropFirst().map(Optional.some) + [nil]) {
            let isLayout =
                scalar == "\n" || scalar == "\t" || (scalar == "\r" && next == "\n")
                || (scalar == "\u{FEFF}" && offset == 0)
            if !isLayout, Literal.isHidden(scalar) { found.append((scalar, offset)) }
            offset += UTF8.width(scalar)
        }
        return found
    }
}
