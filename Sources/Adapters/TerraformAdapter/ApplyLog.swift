import Domain

/// The messages of `apply -json`, as a person reads them.
struct ApplyLog {
    let text: String
    /// Terraform's closing line, which counts what was done.
    let summary: String?
    /// Changes that were begun, such as `create aws_ebs_volume.data (vol-1)`, with the id where it was told.
    let begun: [String]
    /// Address → what was done to the resource.
    let completed: [String: Set<ResourceChange.Action>]
    /// The first error among the messages.
    let error: String?

    init(_ output: String, _ redactor: Redactor) {
        let lines = output.split(separator: "\n").map { (text: $0, object: DiagnosticReading.json($0)) }
        let messages = lines.map { redactor.redact(Self.message(in: $0.text, $0.object)) }
        text = messages.isEmpty ? "" : messages.joined(separator: "\n") + "\n"
        summary = messages.last { $0.hasPrefix("Apply complete!") }
        begun = Self.changes(in: lines.compactMap(\.object)).map(redactor.redact)
        completed = Self.completed(in: lines.compactMap(\.object))
        error = lines.first { $0.object?["@level"]?.string == "error" }
            .map { redactor.redact(Self.message(in: $0.text, $0.object)) }
    }

    var partial: PartialApply { PartialApply(completed: completed, log: text) }

    /// The message of one line, with an error's detail; a line that is none stands for itself.
    static func message(in line: some StringProtocol) -> String { message(in: line, DiagnosticReading.json(line)) }

    private static func message(in line: some StringProtocol, _ object: JSONValue?) -> String {
        guard let object, let message = object["@message"]?.string else { return String(line) }
        let detail = object.value(at: "diagnostic.detail")?.string?.trimmed ?? ""
        return detail.isEmpty ? message : "\(message): \(detail)"
    }

    private static func completed(in objects: [JSONValue]) -> [String: Set<ResourceChange.Action>] {
        objects.filter { $0["type"]?.string == "apply_complete" }.reduce(into: [:]) { completed, object in
            guard let address = object.value(at: "hook.resource.addr")?.string,
                let action = object.value(at: "hook.action")?.string.flatMap(ResourceChange.Action.init)
            else { return }
            completed[address, default: []].insert(action)
        }
    }

    private static func changes(in objects: [JSONValue]) -> [String] {
        var changes: [String] = []
        var ids: [String: String] = [:]
        for object in objects {
            guard let resource = object.value(at: "hook.resource.addr")?.string,
                let action = object.value(at: "hook.action")?.string
            else { continue }
            let change = "\(action) \(resource)"
            switch object["type"]?.string {
            case "apply_start": changes.append(change)
            case "apply_complete": ids[change] = object.value(at: "hook.id_value")?.string
            default: continue
            }
        }
        return changes.map { change in ids[change].map { "\(change) (\($0))" } ?? change }
    }
}
