/// What stands between a block's braces, or in a whole file.
package struct Body: Hashable, Sendable {
    package enum Item: Hashable, Sendable {
        case attribute(Attribute)
        case block(Block)
    }

    package let items: [Item]
    /// Between the braces, or the whole file.
    package let range: Range<Int>

    package var attributes: [Attribute] {
        items.compactMap { if case .attribute(let attribute) = $0 { attribute } else { nil } }
    }

    package var blocks: [Block] {
        items.compactMap { if case .block(let block) = $0 { block } else { nil } }
    }

    package func attribute(_ name: String) -> Attribute? {
        attributes.first { $0.name == name }
    }

    package func blocks(_ type: String) -> [Block] {
        blocks.filter { $0.type == type }
    }
}

/// `name = expression`.
package struct Attribute: Hashable, Sendable {
    package let name: String
    package let range: Range<Int>
    package let expression: Expression
}

/// `type "label" { … }`.
package struct Block: Hashable, Sendable {
    package let type: String
    package let labels: [String]
    package let body: Body
    /// From the type to the closing brace.
    package let range: Range<Int>

    /// What other code calls the block: `aws_instance.web`, `data.t.n`, `variable.x`, or its type alone.
    package var address: String {
        type == "resource" ? labels.joined(separator: ".") : ([type] + labels).joined(separator: ".")
    }
}

/// An expression, kept as its tokens.
package struct Expression: Hashable, Sendable {
    /// Without newlines at the ends; comments are left out.
    package let tokens: [Token]
    package let range: Range<Int>
}
