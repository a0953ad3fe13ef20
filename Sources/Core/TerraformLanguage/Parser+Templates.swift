extension Parser {
    /// A directive that waits for its end.
    private struct Directive {
        let start: Int
        let word: String
        var hasElse = false
    }

    /// The expressions in a template, whose directives have to be balanced.
    func template(_ sequences: [TemplateSequence]) throws(SyntaxError) -> [Expression] {
        var expressions: [Expression] = []
        var open: [Directive] = []
        for sequence in sequences {
            var parser = try Parser(bytes, range: sequence.range, depth: depth + 1)
            parser.crossesLines = true
            if sequence.isDirective {
                expressions += try parser.directive(&open)
            } else {
                expressions.append(try parser.expression())
            }
            if parser.next != nil { throw parser.expected("the '}' of a template") }
        }
        if let last = open.last {
            throw SyntaxError("a '%{ \(last.word) }' without its '%{ end\(last.word) }'", at: last.start)
        }
        return expressions
    }

    private mutating func directive(_ open: inout [Directive]) throws(SyntaxError) -> [Expression] {
        let start = nextOffset
        switch nextName {
        case "if", "for":
            let word = takeName() ?? ""
            open.append(Directive(start: start, word: word))
            return [word == "if" ? try expression() : try source()]
        case "else" where open.last?.word == "if" && open.last?.hasElse == false:
            open[open.count - 1].hasElse = true
        case "endif" where open.last?.word == "if": open.removeLast()
        case "endfor" where open.last?.word == "for": open.removeLast()
        case "else", "endif", "endfor":
            throw SyntaxError("a '%{ \(nextName ?? "") }' that belongs to nothing", at: start)
        default: throw expected("'if', 'else', 'endif', 'for' or 'endfor'")
        }
        read()
        return []
    }
}
