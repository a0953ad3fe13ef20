import ChildProcess
import Domain
import Foundation

/// The one document that a plugin prints, read strictly.
struct PluginReply {
    private static let mostFindings = 1_000
    private static let mostQueries = 50

    let plugin: Plugin
    let output: Completion

    private var failure: CommandFailure { CommandFailure(command: RepositoryCommand(plugin)) }

    private func refused(_ answer: String) -> Problem { failure.problem(answer: answer, output) }

    private func document() throws(Problem) -> [String: JSONValue] {
        if let problem = failure.problem(output) { throw problem }
        if output.output.isEmpty { throw refused("it printed nothing") }
        guard let value = try? JSONDecoder().decode(JSONValue.self, from: Data(output.output)) else {
            let start = Redactor.plain.redact(String(decoding: output.output.prefix(4_000), as: UTF8.self))
            throw refused("what it printed is not one JSON document: \(start.prefix(60).filter { !$0.isNewline })")
        }
        guard let members = value.object else { throw refused("its answer is not a JSON object") }
        guard members["schema"] == .string(PluginRequest.schema) else {
            let schema = members["schema"]?.canonical ?? "missing"
            throw refused("the schema of its answer is \(schema); '\(PluginRequest.schema)' is known")
        }
        return members
    }

    // MARK: Describing

    func description() throws(Problem) -> PluginDescription {
        let members = try document()
        guard let name = members["name"]?.string, !name.isEmpty else { throw refused("its 'name' is missing") }
        let queries = try list(members, "queries")
        guard queries.count <= Self.mostQueries else {
            throw refused("it wants \(queries.count) queries; 50 are allowed")
        }
        var read: [PluginQuery] = []
        for (index, query) in queries.enumerated() { read.append(try self.query(query, index)) }
        return PluginDescription(
            name: name, author: members["author"]?.string, version: members["version"]?.scalarText, queries: read,
            resourceTypes: try list(members, "resourceTypes").compactMap(\.string))
    }

    private func query(_ value: JSONValue, _ index: Int) throws(Problem) -> PluginQuery {
        guard let expression = value["query"]?.string, !expression.isEmpty else {
            throw refused("its queries[\(index)] has no 'query'")
        }
        return PluginQuery(
            name: value["name"]?.string ?? expression, expression: expression,
            window: try seconds(value, "window", index) ?? 0, step: try seconds(value, "step", index))
    }

    /// A Prometheus duration such as `15m`.
    private func seconds(_ value: JSONValue, _ key: String, _ index: Int) throws(Problem) -> Double? {
        guard let text = value[key], text != .null else { return nil }
        guard let seconds = text.string.flatMap({ DurationText.parse($0) }) else {
            throw refused("its queries[\(index)].\(key) is no duration such as '15m'")
        }
        return seconds
    }

    // MARK: Findings

    func findings() throws(Problem) -> [PluginFinding] {
        let all = try list(try document(), "opportunities")
        guard all.count <= Self.mostFindings else {
            throw refused("it found \(all.count) opportunities; \(Self.mostFindings) are allowed")
        }
        var findings: [PluginFinding] = []
        for (index, value) in all.enumerated() { findings.append(try finding(value, index)) }
        return findings
    }

    private func finding(_ value: JSONValue, _ index: Int) throws(Problem) -> PluginFinding {
        let place = "opportunities[\(index)]"
        guard let title = value["title"]?.string, !title.isEmpty else { throw refused("its \(place) has no 'title'") }
        let labels = value["labels"]?.object?.compactMapValues(\.string) ?? [:]
        let address = value["address"]?.string
        guard address != nil || !labels.isEmpty else {
            throw refused("its \(place) has neither an 'address' nor 'labels'")
        }
        let severity = value["severity"]?.string ?? Rule.Severity.medium.rawValue
        guard let severity = Rule.Severity(rawValue: severity) else {
            throw refused("its \(place).severity is '\(severity)'")
        }
        return PluginFinding(
            title: title, description: value["description"]?.string ?? "", address: address,
            workspace: value["workspace"]?.string, labels: labels, severity: severity, value: number(value["value"]),
            fix: try fix(value["fix"], place), evidence: value["evidence"]?.object ?? [:])
    }

    private func number(_ value: JSONValue?) -> Double? { value?.scalarText.flatMap(Double.init) }

    private func fix(_ value: JSONValue?, _ place: String) throws(Problem) -> Rule.Fix? {
        guard let value, value != .null else { return nil }
        guard let attribute = value["attribute"]?.string, !attribute.isEmpty else {
            throw refused("its \(place).fix has no 'attribute'")
        }
        let also = value["set"]?.object ?? [:]
        let set = value["value"].flatMap { $0.scalarText == nil ? nil : $0 }
        guard also.values.allSatisfy({ $0.scalarText != nil }) else {
            throw refused("its \(place).fix.set holds more than texts, numbers and booleans")
        }
        return Rule.Fix(
            attribute: attribute, value: set, hint: value["hint"]?.string,
            isDestructive: value["destructive"]?.bool ?? false, also: also)
    }

    private func list(_ members: [String: JSONValue], _ key: String) throws(Problem) -> [JSONValue] {
        guard let value = members[key], value != .null else { return [] }
        guard let items = value.array else { throw refused("its '\(key)' is not a list") }
        return items
    }
}
