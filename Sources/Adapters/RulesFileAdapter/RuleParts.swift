import Domain

/// `condition: {operator, threshold, duration_minutes}`.
struct ConditionReading {
    private static let operators: [String: Rule.Comparison] = [
        "less_than": .lessThan, "<": .lessThan, "less_than_or_equal": .lessThanOrEqual, "<=": .lessThanOrEqual,
        "greater_than": .greaterThan, ">": .greaterThan, "greater_than_or_equal": .greaterThanOrEqual,
        ">=": .greaterThanOrEqual, "equals": .equals, "equal_to": .equals, "==": .equals, "not_equals": .notEquals,
        "!=": .notEquals,
    ]
    private static let longestDays = 400.0

    private let rule: MapReading
    private let reading: Reading

    init(_ rule: MapReading, _ reading: Reading) {
        self.rule = rule
        self.reading = reading
    }

    func condition() -> Rule.Condition? {
        guard let node = rule["condition"] else {
            reading.refuse("'condition' is missing", at: rule.node)
            return nil
        }
        let keys = ["operator", "threshold", "duration_minutes"]
        guard let map = MapReading(node, called: "condition", keys: keys, reading) else { return nil }
        let comparison = comparison(map)
        let threshold = map.number("threshold")
        if map["threshold"] == nil { reading.refuse("'threshold' is missing", at: node) }
        let duration = duration(map)
        guard let comparison, let threshold, let duration else { return nil }
        return Rule.Condition(comparison, threshold, duration: duration)
    }

    private func comparison(_ map: MapReading) -> Rule.Comparison? {
        guard let text = map.required("operator"), let node = map["operator"] else { return nil }
        if let comparison = Self.operators[text] { return comparison }
        let words = Self.operators.keys.filter { $0.first?.isLetter == true }.sorted()
        let near = Spelling.nearest(to: text, among: words)
        reading.refuse(
            "unknown operator '\(text)'",
            hint: near.map { "did you mean '\($0)'?" } ?? "known: \(words.joined(separator: ", "))", at: node)
        return nil
    }

    /// Seconds.
    private func duration(_ map: MapReading) -> Double? {
        guard let node = map["duration_minutes"] else { return 0 }
        guard let minutes = map.number("duration_minutes") else { return nil }
        guard minutes >= 0, minutes <= Self.longestDays * 1_440 else {
            reading.refuse(
                "'duration_minutes' is \(node.text ?? "")",
                hint: "write minutes from 0 to \(Int(Self.longestDays)) days",
                at: node)
            return nil
        }
        return minutes * 60
    }
}

/// `resource: {type, match: [{attribute, label}]}`.
struct ResourceReading {
    private let map: MapReading
    private let reading: Reading

    init?(_ node: YAMLNode, _ reading: Reading) {
        guard let map = MapReading(node, called: "resource", keys: ["type", "match"], reading) else { return nil }
        self.map = map
        self.reading = reading
    }

    func selector() -> Rule.ResourceSelector {
        let type = map.text("type", atMost: 200)
        if let type, let node = map["type"], !Names.isIdentifier(type) {
            reading.refuse("'\(type)' is not a resource type", at: node)
        }
        return Rule.ResourceSelector(type: type, match: map.list("match").compactMap(match))
    }

    private func match(_ node: YAMLNode) -> Rule.Match? {
        guard let map = MapReading(node, called: "a match", keys: ["attribute", "label"], reading),
            let attribute = map.required("attribute"), let label = map.required("label")
        else { return nil }
        if !Names.isPath(attribute), let node = map["attribute"] {
            reading.refuse("'\(attribute)' is not the path of an attribute", at: node)
        }
        if !Names.isIdentifier(label), let node = map["label"] { reading.refuse("'\(label)' is not a label", at: node) }
        return Rule.Match(attribute: attribute, label: label)
    }
}

/// `fix: {attribute, value, hint}`.
struct FixReading {
    private let map: MapReading
    private let reading: Reading

    init?(_ node: YAMLNode, _ reading: Reading) {
        guard let map = MapReading(node, called: "fix", keys: ["attribute", "value", "hint"], reading) else {
            return nil
        }
        self.map = map
        self.reading = reading
    }

    func fix() -> Rule.Fix? {
        guard let attribute = map.required("attribute") else { return nil }
        if !Names.isPath(attribute), let node = map["attribute"] {
            reading.refuse("'\(attribute)' is not the path of an attribute", at: node)
        }
        return Rule.Fix(attribute: attribute, value: value(), hint: map.text("hint", atMost: 2_000))
    }

    /// A plain number or boolean is one; anything in quotes is a text.
    private func value() -> JSONValue? {
        guard let node = map["value"] else { return nil }
        guard case .scalar(let text, let isPlain) = node.value else {
            reading.refuse("'value' is \(node.kind); a text, a number or a boolean is needed", at: node)
            return nil
        }
        guard isPlain else { return .string(text) }
        if let bool = ["true": true, "false": false][text] { return .bool(bool) }
        if let integer = Int64(text) { return .integer(integer) }
        if let number = Double(text), number.isFinite, text.first?.isLetter != true { return .number(number) }
        return .string(text)
    }
}

enum Names {
    /// A letter or `_`, then letters, digits and `_`, all of ASCII.
    static func isIdentifier(_ text: some StringProtocol) -> Bool {
        text.first.map { $0.isASCII && ($0.isLetter || $0 == "_") } == true
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
    }

    /// Identifiers, or indices after the first, with dots between.
    static func isPath(_ text: String) -> Bool {
        let steps = text.split(separator: ".", omittingEmptySubsequences: false)
        guard let first = steps.first, isIdentifier(first) else { return false }
        return steps.dropFirst().allSatisfy { step in
            !step.isEmpty && step.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_-".contains($0)) }
        }
    }
}
