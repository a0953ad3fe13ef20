/// The difference of two texts as `diff -u` and git print it.
package enum UnifiedDifference {
    private static let context = 3
    /// Lines of both texts together, over which the whole text is shown as replaced.
    private static let mostCells = 4_000_000

    fileprivate enum Line {
        case same(String), removed(String), added(String)
    }

    /// Empty for equal texts.
    package static func text(before: String, after: String, path: String) -> String {
        guard before != after else { return "" }
        let lines = lines(split(before), split(after))
        let body = hunks(lines).map { hunk(lines, $0) }.joined()
        return
            "--- \(before.isEmpty ? "/dev/null" : "a/\(path)")\n+++ \(after.isEmpty ? "/dev/null" : "b/\(path)")\n\(body)"
    }

    /// Lines with their ends, so that a missing last line break shows.
    private static func split(_ text: String) -> [String] {
        var lines: [String] = []
        var current = ""
        for character in text {
            current.append(character)
            if isEnd(character) {
                lines.append(current)
                current = ""
            }
        }
        return current.isEmpty ? lines : lines + [current]
    }

    /// As git sees lines: none of the other signs that Unicode counts as line breaks ends one.
    private static func isEnd(_ character: Character?) -> Bool { character == "\n" || character == "\r\n" }

    private static func lines(_ old: [String], _ new: [String]) -> [Line] {
        var start = 0
        while start < old.count, start < new.count, old[start] == new[start] { start += 1 }
        var end = 0
        while end < old.count - start, end < new.count - start, old[old.count - 1 - end] == new[new.count - 1 - end] {
            end += 1
        }
        let middle = changed(Array(old[start..<(old.count - end)]), Array(new[start..<(new.count - end)]))
        return old[..<start].map(Line.same) + middle + old[(old.count - end)...].map(Line.same)
    }

    /// By the longest common subsequence, which is small once equal ends are gone.
    private static func changed(_ old: [String], _ new: [String]) -> [Line] {
        guard old.count * new.count <= mostCells else { return old.map(Line.removed) + new.map(Line.added) }
        var lengths = [[Int]](repeating: [Int](repeating: 0, count: new.count + 1), count: old.count + 1)
        for i in old.indices.reversed() {
            for j in new.indices.reversed() {
                lengths[i][j] = old[i] == new[j] ? lengths[i + 1][j + 1] + 1 : max(lengths[i + 1][j], lengths[i][j + 1])
            }
        }
        var lines: [Line] = []
        var (i, j) = (0, 0)
        while i < old.count || j < new.count {
            if i < old.count, j < new.count, old[i] == new[j] {
                lines.append(.same(old[i]))
                (i, j) = (i + 1, j + 1)
            } else if i < old.count, j == new.count || lengths[i + 1][j] >= lengths[i][j + 1] {
                lines.append(.removed(old[i]))
                i += 1
            } else {
                lines.append(.added(new[j]))
                j += 1
            }
        }
        return lines
    }

    private static func hunks(_ lines: [Line]) -> [Range<Int>] {
        var hunks: [Range<Int>] = []
        for (index, line) in lines.enumerated() {
            if case .same = line { continue }
            let range = max(0, index - context)..<min(lines.count, index + context + 1)
            if let last = hunks.last, range.lowerBound <= last.upperBound {
                hunks[hunks.count - 1] = last.lowerBound..<range.upperBound
            } else {
                hunks.append(range)
            }
        }
        return hunks
    }

    private static func hunk(_ lines: [Line], _ range: Range<Int>) -> String {
        let before = lines[..<range.lowerBound]
        let (old, new) = (before.count { $0.isOld }, before.count { $0.isNew })
        let (oldCount, newCount) = (lines[range].count { $0.isOld }, lines[range].count { $0.isNew })
        let head = "@@ -\(oldCount == 0 ? old : old + 1),\(oldCount) +\(newCount == 0 ? new : new + 1),\(newCount) @@\n"
        return head + lines[range].map(text).joined()
    }

    private static func text(_ line: Line) -> String {
        let (sign, text) =
            switch line {
            case .same(let text): (" ", text)
            case .removed(let text): ("-", text)
            case .added(let text): ("+", text)
            }
        return sign + text + (isEnd(text.last) ? "" : "\n\\ No newline at end of file\n")
    }
}

extension UnifiedDifference.Line {
    fileprivate var isOld: Bool { if case .added = self { false } else { true } }
    fileprivate var isNew: Bool { if case .removed = self { false } else { true } }
}
