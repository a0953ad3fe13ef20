package import Domain

extension Rule.Predicate {
    /// Whether a resource's values satisfy it; a value that is not there equals nothing and compares with nothing.
    package func holds(for values: JSONValue) -> Bool {
        switch self {
        case .all(let parts): parts.allSatisfy { $0.holds(for: values) }
        case .any(let parts): parts.contains { $0.holds(for: values) }
        case .not(let part): !part.holds(for: values)
        case .attribute(let path, let test): test.holds(at: path, in: values)
        }
    }

    /// The attributes that it looks at, sorted.
    package var paths: [String] {
        switch self {
        case .all(let parts), .any(let parts): Set(parts.flatMap(\.paths)).sorted()
        case .not(let part): part.paths
        case .attribute(let path, _): [path]
        }
    }
}

extension Rule.Test {
    func holds(at path: String, in values: JSONValue) -> Bool {
        let texts = AttributePath.texts(at: path, in: values)
        switch self {
        case .absent: return !AttributePath.isPresent(at: path, in: values)
        case .present: return AttributePath.isPresent(at: path, in: values)
        case .oneOf(let wanted): return texts.contains { text in wanted.contains { Self.equal(text, $0) } }
        case .matches(let pattern):
            guard let expression = try? Regex(pattern) else { return false }
            return texts.contains { (try? expression.wholeMatch(in: $0)) != nil }
        case .compares(let comparison, let threshold):
            guard let bounds = Self.bounds(threshold, values) else { return false }
            return texts.compactMap(Double.init).contains { comparison.holds($0, bounds) }
        }
    }

    /// `8` equals `8.0` and `"8"`: what a state keeps as text and a rule as number is the same to people.
    private static func equal(_ text: String, _ value: JSONValue) -> Bool {
        guard let other = value.scalarText else { return false }
        if text == other { return true }
        guard let left = Double(text), let right = Double(other) else { return false }
        return left == right
    }

    private static func bounds(_ threshold: Rule.Threshold, _ values: JSONValue) -> Bounds? {
        switch threshold {
        case .number(let number): return Bounds(number)
        case .range(let low, let high): return Bounds(low: low, high: high)
        case .attribute(let path, let scale):
            return AttributePath.texts(at: path, in: values).first.flatMap(Double.init).map { Bounds($0 * scale) }
        case .query: return nil
        }
    }
}
