package import Domain

/// JSON for programs: sorted keys, two spaces, one value a line; numbers that JSON has not are texts.
package enum JSONText {
    package static func pretty(_ value: JSONValue) -> String { text(value, "") + "\n" }

    private static func text(_ value: JSONValue, _ indentation: String) -> String {
        let inner = indentation + "  "
        switch value {
        case .array(let items) where !items.isEmpty:
            return "[\n" + items.map { inner + text($0, inner) }.joined(separator: ",\n") + "\n\(indentation)]"
        case .object(let members) where !members.isEmpty:
            return "{\n"
                + members.sorted { $0.key < $1.key }
                .map { "\(inner)\(JSONValue.string($0.key).canonical): \(text($0.value, inner))" }
                .joined(separator: ",\n") + "\n\(indentation)}"
        default: return value.canonical
        }
    }

    package static func text(_ value: String?) -> JSONValue { value.map(JSONValue.string) ?? .null }
    package static func number(_ value: Int) -> JSONValue { .integer(Int64(value)) }

    package static func number(_ value: Double?) -> JSONValue { value.map { number($0) } ?? .null }

    /// NaN and the infinities as texts.
    package static func number(_ value: Double) -> JSONValue {
        guard value.isFinite else { return .string(Figures.text(value)) }
        return value == value.rounded() && abs(value) < 1e15 ? .integer(Int64(value)) : .number(value)
    }

    package static func problem(_ problem: Problem) -> JSONValue {
        .object([
            "kind": .string(problem.kind.rawValue), "message": .string(problem.message), "hint": text(problem.hint),
            "location": problem.location.map {
                .object(["file": .string($0.file), "line": number($0.line), "column": number($0.column)])
            } ?? .null,
        ])
    }

    package static func status(_ status: RuleStatus) -> JSONValue {
        .object([
            "workspace": text(status.workspace), "rule": .string(status.rule),
            "status": .string(status.status.rawValue), "count": number(status.count), "reason": text(status.reason),
        ])
    }
}
