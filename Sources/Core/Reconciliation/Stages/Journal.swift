import Domain
import Foundation

/// Writes the steps of one run into the history, and tells of them as they happen.
struct Journal: Sendable {
    let world: World
    let settings: RunSettings

    func record(
        _ action: String, _ status: String, workspace: String? = nil, subject: String? = nil,
        details: [String: JSONValue] = [:]
    ) throws(Problem) {
        try world.history.append(
            HistoryEntry(
                run: settings.run, time: world.now(), workspace: workspace, action: action, status: status,
                subject: subject, details: .object(details)))
        let place = [workspace, subject].compactMap { $0 }.joined(separator: " ")
        world.progress(place.isEmpty ? "\(action): \(status)" : "\(action) \(place): \(status)")
    }
}

extension JSONValue {
    static func texts(_ items: [String]) -> JSONValue { .array(items.map(JSONValue.string)) }

    static func of(_ usage: Usage) -> [String: JSONValue] {
        [
            "calls": .integer(Int64(usage.calls)), "inputTokens": .integer(Int64(usage.inputTokens)),
            "outputTokens": .integer(Int64(usage.outputTokens)), "costUSD": .number(usage.costUSD),
            "isPriceKnown": .bool(usage.isPriceKnown),
        ]
    }
}
