import Domain

/// Joins leaves at one place by `all`, `any` and `not`; what is not known stays unknown where it could decide.
struct ConditionTree {
    let end: Double
    let leaf: (Rule.Condition) -> Standing

    func standing(_ condition: Rule.Condition) -> Standing {
        switch condition {
        case .compares, .anomaly: leaf(condition)
        case .all(let parts): all(parts.map(standing))
        case .any(let parts): any(parts.map(standing))
        case .not(let part): not(standing(part))
        }
    }

    /// Clear beats unknown beats firing; true since its last part is.
    private func all(_ parts: [Standing]) -> Standing {
        if let clear = parts.first(where: \.isClear) { return clear }
        if let unknown = parts.first(where: { !$0.isFiring }) { return unknown }
        guard var first = parts.first(where: { $0.value != nil }) ?? parts.first else {
            return Standing(verdict: .noData)
        }
        first.verdict = .firing(since: parts.compactMap(\.since).max() ?? end, value: first.value)
        return first
    }

    /// Firing beats unknown beats clear; true since its first part is.
    private func any(_ parts: [Standing]) -> Standing {
        let firing = parts.filter(\.isFiring)
        if var first = firing.first {
            first.verdict = .firing(since: firing.compactMap(\.since).min() ?? end, value: first.value)
            return first
        }
        return parts.first { !$0.isClear } ?? parts.first ?? Standing(verdict: .noData)
    }

    private func not(_ part: Standing) -> Standing {
        var turned = part
        switch part.verdict {
        case .firing(_, let value): turned.verdict = .clear(value: value)
        case .clear(let value): turned.verdict = .firing(since: end, value: value)
        case .stale, .noData, .insufficient: break
        }
        return turned
    }
}

extension Standing {
    var isFiring: Bool { if case .firing = verdict { true } else { false } }
    var isClear: Bool { if case .clear = verdict { true } else { false } }
    var since: Double? { if case .firing(let since, _) = verdict { since } else { nil } }

    var value: Double? {
        switch verdict {
        case .firing(_, let value), .clear(let value): value
        case .stale, .noData, .insufficient: nil
        }
    }
}
