/// A pattern over slash-separated paths: `*` and `?` stay within a component, `**` crosses components.
package struct Glob: Hashable, Sendable {
    package let pattern: String

    package init(_ pattern: String) {
        self.pattern = pattern
    }

    package func matches(_ path: String) -> Bool {
        Self.match(Self.components(pattern), Self.components(path), isStar: { $0 == ["*", "*"] }) { pattern, name in
            Self.match(pattern, name, isStar: { $0 == "*" }, fits: { $0 == "?" || $0 == $1 })
        }
    }

    private static func components(_ text: String) -> [[Character]] {
        text.split(separator: "/", omittingEmptySubsequences: true).map(Array.init)
    }

    /// Greedy with one step back to the last star, so that the time is at most the product of the lengths.
    private static func match<Part>(
        _ pattern: [Part], _ path: [Part], isStar: (Part) -> Bool, fits: (Part, Part) -> Bool
    ) -> Bool {
        var (p, n) = (0, 0)
        var star: (pattern: Int, path: Int)?
        while n < path.count {
            if p < pattern.count, isStar(pattern[p]) {
                star = (p, n)
                p += 1
            } else if p < pattern.count, fits(pattern[p], path[n]) {
                p += 1
                n += 1
            } else if let back = star {
                star = (back.pattern, back.path + 1)
                p = back.pattern + 1
                n = back.path + 1
            } else {
                return false
            }
        }
        return pattern[p...].allSatisfy(isStar)
    }
}
