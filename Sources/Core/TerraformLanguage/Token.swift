/// A piece of HCL with its place; together with the blanks between them, tokens are the whole text.
package struct Token: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        case identifier, number, comment, newline
        /// A quoted string or a heredoc, with its `${ }` and `%{ }`.
        case string([TemplateSequence])
        case heredoc([TemplateSequence])
        /// An operator or a bracket.
        case symbol(String)
    }

    package let kind: Kind
    /// In bytes.
    package let range: Range<Int>

    package func isSymbol(_ text: String) -> Bool { kind == .symbol(text) }

    /// The sequences in a string or a heredoc; empty for anything else.
    package var sequences: [TemplateSequence] {
        switch kind {
        case .string(let sequences), .heredoc(let sequences): sequences
        default: []
        }
    }
}

/// `${ … }` or `%{ … }` within a template.
package struct TemplateSequence: Hashable, Sendable {
    /// Between the braces, without the marks that strip blanks.
    package let range: Range<Int>
    /// `%{ if … }` and the like.
    package let isDirective: Bool
}
