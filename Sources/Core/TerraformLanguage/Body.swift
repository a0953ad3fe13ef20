/// What stands between a block's braces, or in a whole file.
package struct Body: Hashable, Sendable {
    package enum Item: Hashable, Sendable {
        case attribute(Attribute)
        case block(Block)

        package var range: Range<Int> {
            switch self {
            case .attribute(let attribute): attribute.range
            case .block(let block): block.range
            }
        }
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

    /// The values of all attributes, through nested blocks, in the order of the text.
    package var expressions: [Expression] {
        items.flatMap { item in
            switch item {
            case .attribute(let attribute): [attribute.expression]
            case .block(let block): block.body.expressions
            }
        }
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
}
