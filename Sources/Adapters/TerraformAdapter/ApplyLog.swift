import Domain

/// The messages of `apply -json`, as a person reads them.
struct ApplyLog {
    let text: String
    /// Address → what was done to the resource, as the messages tell.
    let completed: [String: Set<ResourceChange.Action>]
    /// The first error among the messages.
    let error: String?
    private let messages: [String]

    init(_ output: String, _ redactor: Redactor) {
        let lines = output.split(separator: "\n")
        messages = lines.map { redactor.redact(Self.message(in: $0)) }
        let events = lines.compactMap { DiagnosticReading.json($0) }
        error = lines.first { DiagnosticReading.json($0)?["@level"]?.string == "error" }
            .map { redactor.redact(Self.message(in: $0)) }
        completed = events.filter { $0["type"]?.string == "apply_complete" }.reduce(into: [:]) { completed, event in
            guard let address = event.value(at: "hook.resource.addr")?.string,
                let action = event.value(at: "hook.action")?.string.flatMap(ResourceChange.Action.init)
            else { return }
            completed[address, default: []].insert(action)
        }
        text = messages.isEmpty ? "" : messages.joined(separator: "\n") + "\n"
    }

    /// Terraform's closing line, which counts what was done.
    var summary: String? { messages.last { $0.hasPrefix("Apply complete!") } }

    var partial: PartialApply { PartialApply(completed: completed, log: text) }

    /// The message of one line, with an error's detail; a line that is none stands for itself.
    static func message(in line: some StringProtocol) -> String {
        guard let object = DiagnosticReading.json(line), let message = object["@message"]?.string else {
            return String(line)
        }
        let detail = object.value(at: "diagnostic.detail")?.string?.trimmed ?? ""
        return detail.isEmpty ? message : "\(message): \(detail)"
    }
}
