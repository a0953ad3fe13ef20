import Domain
import Foundation

/// The one document that a plugin reads.
enum PluginRequest {
    static let schema = "sphinx.plugin/1"

    static let describe = JSONValue.object(["schema": .string(schema), "action": .string("describe")])

    static func analyze(_ input: PluginInput) -> JSONValue {
        .object([
            "schema": .string(schema), "action": .string("analyze"), "at": time(input.at),
            "metrics": .object(input.series.mapValues { .array($0.map(series)) }),
            "resources": .array(
                input.resources.sorted { $0.key < $1.key }.flatMap { workspace, instances in
                    instances.map { resource($0, workspace) }
                }),
        ])
    }

    private static func series(_ series: Series) -> JSONValue {
        .object([
            "labels": .object(series.labels.mapValues(JSONValue.string)),
            "samples": .array(series.samples.map { .array([number($0.time), number($0.value)]) }),
        ])
    }

    private static func resource(_ instance: ResourceInstance, _ workspace: String) -> JSONValue {
        .object([
            "workspace": .string(workspace), "address": .string(instance.address), "type": .string(instance.type),
            "values": instance.values,
        ])
    }

    private static func time(_ seconds: Double) -> JSONValue {
        .string(Date(timeIntervalSince1970: seconds.rounded(.down)).formatted(.iso8601))
    }

    /// What JSON cannot say as a number is the text that Prometheus writes.
    private static func number(_ value: Double) -> JSONValue {
        guard value.isFinite else { return .string(NumberText.text(value)) }
        return value == value.rounded() && abs(value) < 1e15 ? .integer(Int64(value)) : .number(value)
    }
}
