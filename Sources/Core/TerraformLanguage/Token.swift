/// A piece of HCL with its place; together with the white space between them, tokens are the whole text.
package struct Token: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        case identifier, number, comment, newline
        /// A quoted string or a heredoc, with the ranges inside `${ }` and `%{ }`.
        case string(interpolations: [Range<Int>])
        case heredoc(interpolations: [Range<Int>])
        /// An operator or a bracket.
        case symbol(String)
    }

    package let kind: Kind
    /// In bytes.
    package let range: Range<Int>

    package func isSymbol(_ text: String) -> Bool { kind == .symbol(text) }

    /// The ranges of nested expressions; empty for anything but a string.
    package var interpolations: [Range<Int>] {
        switch kind {
        case .string(let ranges), .heredoc(let ranges): ranges
        default: []
        }
    }
}
