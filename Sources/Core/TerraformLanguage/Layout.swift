/// The lines of a text as `terraform fmt` aligns them (hashicorp/hcl, hclwrite/format.go).
///
/// The `=` of a line stands below those of the lines around it, and so does the comment at its end; a line without one
/// ends the run.
struct Layout {
    enum Cell {
        case assignment, comment
    }

    struct Line {
        /// What stands before the `=`, from the start of the line.
        let lead: Range<Int>
        /// From the `=` to the end of the value; nil where brackets stay open, or there is no `=`.
        let assignment: Range<Int>?
        /// Where a comment begins that is not alone on its line.
        let comment: Int?

        /// The blanks before a cell; nil where the line has none.
        func gap(before cell: Cell) -> Range<Int>? {
            switch cell {
            case .assignment: assignment.map { lead.upperBound..<$0.lowerBound }
            case .comment: comment.map { (assignment ?? lead).upperBound..<$0 }
            }
        }
    }

    let bytes: [UInt8]
    let lines: [Line]

    /// Nil for what cannot be split into tokens.
    init?(_ bytes: [UInt8]) {
        var lexer = Lexer(bytes)
        var start = lexer.position
        guard let found = try? lexer.tokens() else { return nil }
        let tokens = Self.flat(found, in: bytes)
        self.bytes = bytes
        lines = tokens.split(omittingEmptySubsequences: false) { $0.kind == .newline }.map { line in
            defer { start = line.endIndex < tokens.count ? tokens[line.endIndex].range.upperBound : bytes.count }
            return Line(line, from: start, in: bytes)
        }
    }

    /// The tokens with those in templates, where a line may end, too.
    private static func flat(_ tokens: [Token], in bytes: [UInt8]) -> [Token] {
        tokens.flatMap { token in
            var (pieces, start) = ([Token](), token.range.lowerBound)
            for sequence in token.sequences {
                pieces.append(Token(kind: .symbol("${"), range: start..<sequence.range.lowerBound))
                pieces += flat(Lexer.tokens(in: sequence.range, of: bytes), in: bytes)
                start = sequence.range.upperBound + (bytes[sequence.range.upperBound] == UInt8(ascii: "~") ? 2 : 1)
                pieces.append(Token(kind: .symbol("}"), range: sequence.range.upperBound..<start))
            }
            let kind = token.sequences.isEmpty ? token.kind : .string([])
            return pieces + [Token(kind: kind, range: start..<token.range.upperBound)]
        }
    }

    /// The number of the line that holds a byte.
    func line(at offset: Int) -> Int {
        (lines.firstIndex { $0.lead.lowerBound > offset } ?? lines.count) - 1
    }

    /// The lines around one that have a cell, without a gap; nil where it has none itself.
    func run(of cell: Cell, around line: Int) -> Range<Int>? {
        guard lines[line].gap(before: cell) != nil else { return nil }
        let start = lines[..<line].lastIndex { $0.gap(before: cell) == nil }.map { $0 + 1 } ?? 0
        let end = lines[line...].firstIndex { $0.gap(before: cell) == nil } ?? lines.count
        return start..<end
    }

    /// The number of blanks before the cell in each line of a run.
    func blanks(before cell: Cell, in run: Range<Int>) -> [Int] {
        let widths = lines[run].map { line in
            let end = line.gap(before: cell)?.lowerBound ?? line.lead.upperBound
            return String(decoding: bytes[line.lead.lowerBound..<end], as: UTF8.self).count
        }
        let widest = widths.max() ?? 0
        return widths.map { widest - $0 + 1 }
    }

    /// The lines whose cell does not stand where its run asks for.
    func misaligned(_ cell: Cell) -> Set<Int> {
        var misaligned: Set<Int> = []
        var line = 0
        while line < lines.count {
            guard let run = run(of: cell, around: line) else {
                line += 1
                continue
            }
            for (number, wanted) in zip(run, blanks(before: cell, in: run))
            where lines[number].gap(before: cell)?.count != wanted {
                misaligned.insert(number)
            }
            line = run.upperBound
        }
        return misaligned
    }
}

extension Layout.Line {
    /// A line's tokens, without its break.
    init(_ tokens: ArraySlice<Token>, from start: Int, in bytes: [UInt8]) {
        let last = tokens.count > 1 ? tokens.last : nil
        // A comment that has an end of its own is aligned only where the text ends with it.
        let isTrailing = last.map { last in
            last.kind == .comment
                && (!bytes[last.range].starts(with: "/*".utf8) || last.range.upperBound == bytes.count)
        }
        let code = isTrailing == true ? tokens.dropLast() : tokens
        let sign = code.dropFirst().firstIndex { $0.isSymbol("=") }.flatMap { sign in
            code[sign...].reduce(0) { $0 + Self.change(of: $1) } == 0 ? sign : nil
        }
        lead = start..<((sign.map { code[..<$0] } ?? code).last?.range.upperBound ?? start)
        assignment = sign.flatMap { sign in code.last.map { code[sign].range.lowerBound..<$0.range.upperBound } }
        comment = isTrailing == true ? last?.range.lowerBound : nil
    }

    private static func change(of token: Token) -> Int {
        guard case .symbol(let symbol) = token.kind else { return 0 }
        return ["{", "[", "(", "${"].contains(symbol) ? 1 : ["}", "]", ")"].contains(symbol) ? -1 : 0
    }
}
