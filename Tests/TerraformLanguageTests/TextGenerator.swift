/// Writes files of HCL by chance, each from a seed; a failing test names the seed.
struct TextGenerator<Chance: RandomNumberGenerator> {
    private var chance: Chance
    private var depth = 0
    /// After a heredoc whose expressions have several lines, `terraform fmt` loses count of the indentation.
    private var breaksLines = true

    init(_ chance: Chance) {
        self.chance = chance
    }

    mutating func file() -> String {
        var text = pick(["", "", "", "\u{FEFF}"])
        for _ in 0..<Int.random(in: 0...6, using: &chance) {
            text += pick(["", "", "\n", "# note\n", "/* a\nb */\n"]) + item(0)
        }
        return Bool.random(using: &chance) ? text : text.replacing("\n", with: "\r\n")
    }

    private mutating func pick<Element>(_ choices: [Element]) -> Element {
        choices[Int.random(in: 0..<choices.count, using: &chance)]
    }

    private mutating func name() -> String { pick(["a", "b", "size", "x-y", "_z", "å", "in", "if", "count", "n1"]) }
    private mutating func blank() -> String { pick(["", " ", " ", "  ", "\t", " /* c */ "]) }

    private mutating func item(_ level: Int) -> String {
        let (indentation, end) = (
            String(repeating: "  ", count: level), pick(["\n", "\n", " # end\n", " // end\n", "\n\n"])
        )
        guard level < 3, Int.random(in: 0..<3, using: &chance) == 0 else {
            // No two names of one body are the same.
            let number = Int.random(in: 0..<1_000_000_000, using: &chance)
            let value = Int.random(in: 0..<12, using: &chance) == 0 ? "\(heredoc())\n" : "\(expression())\(end)"
            return "\(indentation)\(name())\(number)\(blank())=\(blank())\(value)"
        }
        let labels = (0..<Int.random(in: 0...2, using: &chance)).map { _ in
            pick([" l", " \"l\"", " \"a b\"", " \"\\n\""])
        }
        let items = (0..<Int.random(in: 0...4, using: &chance)).map { _ in item(level + 1) }
        let inside = items.isEmpty && Bool.random(using: &chance) ? "" : "\n\(items.joined())\(indentation)"
        return "\(indentation)\(name())\(labels.joined()) {\(inside)}\(end)"
    }

    private mutating func heredoc() -> String {
        breaksLines = false
        defer { breaksLines = true }
        return "<<-END\n  \(template())\n  \(pick(["END", "END ", "\tEND"]))"
    }

    private mutating func expression() -> String {
        depth += 1
        defer { depth -= 1 }
        guard depth < 5 else { return pick(["1", "-2.5", "true", "null", "\"x\"", "var.a"]) }
        switch Int.random(in: 0..<14, using: &chance) {
        case 0: return pick(["0", "12", "1.5e3", "-7"])
        case 1, 2: return "\"\(template())\""
        case 3: return "\(name()).\(name())\(pick(["", "[0]", ".0", "[*].x", ".*.y", "[\"k\"]"]))"
        case 4: return "\(pick(["f", "core::max"]))(\(blank())\(expression()),\(blank())\(expression()))"
        case 5: return "[\(blank())\(expression()), \(expression())]"
        case 6: return "{ \(key()) = \(expression()), \(key()) : \(expression()) }"
        case 7 where breaksLines: return "{\n\(key()) = \(expression())\n# c\n\(key()) = \(expression())\n}"
        case 8: return "[for x in \(expression()) : \(expression())]"
        case 9: return "{ for k, v in \(expression()) : k => \(expression()) if v }"
        case 10: return "\(expression()) \(pick(["+", "-", "&&", "==", "<="])) \(expression())"
        case 11: return "\(expression()) ? \(expression()) : \(expression())"
        case 12: return "(\(blank())\(expression())\(breaksLines ? "\n" : ""))"
        default: return pick(["!a", "true", "null", "[]", "{}", "\"\"", "f()"])
        }
    }

    private mutating func key() -> String { pick(["a", "b", "\"c d\"", "(e)", "\"f-${g}\"", "7"]) }

    private mutating func template() -> String {
        (0..<Int.random(in: 0...3, using: &chance)).map { _ in
            switch Int.random(in: 0..<6, using: &chance) {
            case 0: "${\(expression())}"
            case 1: "%{ if \(expression()) }y%{ else }n%{ endif }"
            case 2: "%{ for x in \(expression()) ~} ${x} %{ endfor }"
            case 3: pick(["$${x}", "%%{y}", "$ ", "% ", "$$ ", "$$$${z}"])
            default: pick(["text", " ", "å", "{}", "#"])
            }
        }.joined()
    }
}
