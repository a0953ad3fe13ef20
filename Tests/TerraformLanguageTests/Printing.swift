@testable import TerraformLanguage

extension Document {
    /// The text put together again from the parts that were found, and from what stands between them.
    var printed: [UInt8] { printed(body) }

    private func printed(_ body: Body) -> [UInt8] {
        joined(body.range, body.items.map { ($0.range, printed($0)) })
    }

    private func printed(_ item: Body.Item) -> [UInt8] {
        switch item {
        case .block(let block): joined(block.range, [(block.body.range, printed(block.body))])
        case .attribute(let attribute):
            joined(attribute.range, [(attribute.expression.range, printed(attribute.expression))])
        }
    }

    private func printed(_ expression: Expression) -> [UInt8] {
        joined(expression.range, expression.parts.map { ($0.range, printed($0)) })
    }

    /// Parts that overlap, or lie outside of the whole, print as nothing.
    private func joined(_ whole: Range<Int>, _ parts: [(range: Range<Int>, text: [UInt8])]) -> [UInt8] {
        var (result, start) = ([UInt8](), whole.lowerBound)
        for part in parts {
            guard part.range.lowerBound >= start, part.range.upperBound <= whole.upperBound else { return [] }
            result += bytes[start..<part.range.lowerBound] + part.text
            start = part.range.upperBound
        }
        return result + bytes[start..<whole.upperBound]
    }

    /// What stands between the tokens, which should be blanks and nothing else.
    var gaps: [UInt8] {
        var (result, start) = ([UInt8](), bytes.starts(with: Lexer.byteOrderMark) ? 3 : 0)
        for token in tokens {
            result += bytes[start..<max(start, token.range.lowerBound)]
            start = token.range.upperBound
        }
        return result + bytes[start...]
    }
}
