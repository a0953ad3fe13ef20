import Domain
import TerraformLanguage

/// Refuses what ``Widening`` lists, unless it is the very value that the rule's own fix sets.
struct WideningGuard {
    private let target: String
    /// Attributes that the rule sets itself, without the numbers of blocks.
    private let own: Set<String>

    init(target: String, fix: Rule.Fix?) {
        self.target = target
        own = Set((fix?.settings ?? []).map { Self.steps($0.attribute).joined(separator: ".") })
    }

    // MARK: Code

    /// `changes` are those of the target's block.
    func refusals(of changes: [CodeChange], in path: String) -> [Refusal] {
        if let row = family(of: target), !changes.allSatisfy({ isOwn($0.attribute) }) {
            return [Refusal(.widening, "\(path): \(target) may not change: \(row.reason)")]
        }
        return changes.compactMap { change in
            objection(
                at: change.attribute, before: change.before.map(Self.value), after: change.after.map(Self.value)
            ).map { Refusal(.widening, "\(path): \($0)") }
        }
    }

    /// A quoted text without its quotes, as a plan has it.
    private static func value(_ source: String) -> String {
        source.hasPrefix("\"") && source.hasSuffix("\"") && source.count > 1
            ? String(source.dropFirst().dropLast()) : source
    }

    // MARK: Plan

    func refusals(of change: ResourceChange) -> [Refusal] {
        let block = ResourceAddress.block(change.address)
        if let row = family(of: block), block != target {
            return [Refusal(.widening, "\(change.address) would change: \(row.reason)")]
        }
        return change.differences.filter { !$0.isUnknown }.compactMap { difference in
            objection(at: difference.path, before: difference.before, after: difference.after)
                .map { Refusal(.widening, "\(change.address): \($0)") }
        }
    }

    // MARK: One value

    private func objection(at path: String, before: String?, after: String?) -> String? {
        let steps = Self.steps(path)
        guard let last = steps.last, !Widening.freeText.contains(steps[0]), !isOwn(path) else { return nil }
        if let row = Widening.attributes.first(where: { steps.contains($0.name) }) {
            return "'\(path)' may not change: \(row.reason)"
        }
        for row in Widening.switches where row.name == last {
            let isLess = after == row.value && before != row.value
            // What is taken out falls back to a value that nobody here sees.
            let isGone = after == nil && before != nil && before != row.value
            if isLess || isGone { return "'\(path)' may not become \(after ?? "unset"): \(row.reason)" }
        }
        return everybody(path, before ?? "", after ?? "")
    }

    private func everybody(_ path: String, _ before: String, _ after: String) -> String? {
        let known = Self.words(before)
        for word in Self.words(after).subtracting(known).sorted() {
            if let row = Widening.everybody.first(where: { $0.name == word }) {
                return "'\(path)' may not name '\(word)': \(row.reason)"
            }
            if Self.isWide(word) {
                return "'\(path)' may not name '\(word)': it means a large part of the internet"
            }
        }
        return nil
    }

    private static func words(_ text: String) -> Set<String> {
        Set(text.split { $0.isWhitespace || "\"'`,;()[]{}=".contains($0) }.map(String.init))
    }

    /// A network of 2²⁴ addresses or more that is not one of the private ones of RFC 1918 or RFC 4193.
    private static func isWide(_ word: String) -> Bool {
        let parts = word.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let length = Int(parts[1]), length >= 0 else { return false }
        let octets = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        if octets.count == 4, octets.allSatisfy({ UInt8($0) != nil }) {
            return length <= 8 && !(length == 8 && octets[0] == "10")
        }
        guard parts[0].contains(":"), parts[0].allSatisfy({ $0.isHexDigit || $0 == ":" }) else { return false }
        let first = parts[0].lowercased()
        return length <= 32 && !(length >= 7 && (first.hasPrefix("fc") || first.hasPrefix("fd")))
    }

    private func family(of address: String) -> Widening.Row? {
        ResourceAddress.type(of: address).flatMap { type in Widening.types.first { type.hasPrefix($0.name) } }
    }

    private func isOwn(_ path: String) -> Bool { own.contains(Self.steps(path).joined(separator: ".")) }

    /// Names alone: the numbers of blocks and items are not among them.
    private static func steps(_ path: String) -> [String] {
        let steps = AttributePath(path)?.steps ?? path.split(separator: ".").map(String.init)
        return steps.filter { Int($0) == nil }
    }
}
