/// Aligns the lines that an edit touches as `terraform fmt` would, where the lines around them were aligned before.
struct Alignment {
    private let before: Layout
    private var after: Layout
    /// The lines that the edit wrote.
    private let edited: ClosedRange<Int>

    /// Nil where one of the texts cannot be split into tokens.
    init?(_ after: [UInt8], edited: Range<Int>, before: [UInt8]) {
        guard let old = Layout(before), let new = Layout(after) else { return nil }
        (self.before, self.after) = (old, new)
        let isBreak =
            after[edited.lowerBound...].starts(with: "\n".utf8) || after[edited.lowerBound...].starts(with: "\r\n".utf8)
        let first = new.line(at: edited.lowerBound) + (isBreak ? 1 : 0)
        self.edited = first...max(first, new.line(at: edited.upperBound - 1))
    }

    mutating func aligned() -> [UInt8] {
        // A line that came or went may part the lines around it, or join them.
        var touched = Set(max(0, edited.lowerBound - 1)...min(after.lines.count - 1, edited.upperBound + 1))
        for cell in [Layout.Cell.assignment, .comment] {
            let misaligned = before.misaligned(cell)
            for run in Set(touched.compactMap { after.run(of: cell, around: $0) })
            where run.allSatisfy({ isNew($0) || !misaligned.contains(numberBefore($0)) }) {
                touched.formUnion(align(cell, in: run))
            }
        }
        return after.bytes
    }

    /// A line whose value alone was changed is not.
    private func isNew(_ line: Int) -> Bool {
        edited.contains(line) && before.lines.count != after.lines.count
    }

    /// A line has the number that it had, but for the lines that came or went with the edit.
    private func numberBefore(_ line: Int) -> Int {
        line < edited.lowerBound ? line : line + before.lines.count - after.lines.count
    }

    /// The lines whose blanks had to change.
    private mutating func align(_ cell: Layout.Cell, in run: Range<Int>) -> Set<Int> {
        var (bytes, changed) = (after.bytes, Set<Int>())
        for (line, wanted) in zip(run, after.blanks(before: cell, in: run)).reversed() {
            guard let gap = after.lines[line].gap(before: cell), gap.count != wanted else { continue }
            bytes.replaceSubrange(gap, with: Array(repeating: UInt8(ascii: " "), count: wanted))
            changed.insert(line)
        }
        after = Layout(bytes) ?? after
        return changed
    }
}
