import Domain

/// The messages of `apply -json`, as a person reads them.
struct ApplyLog {
    let text: String
    private let messages: [String]

    init(_ output: String, _ redactor: Redactor) {
        messages = output.split(separator: "\n").map { redactor.redact(Self.message(in: $0)) }
        text = messages.isEmpty ? "" : messages.joined(separator: "\n") + "\n"
    }

    /// Terraform's closing line, which counts what was done.
    var summary: String? { messages.last { $0.hasPrefix("Apply complete!") } }

    /// The message of one line, with an error's detail; a line that is none stands for itself.
    static func message(in line: some StringProtocol) -> String {
        guard let object = DiagnosticReading.json(line), let message = object["@message"]?.string else {
            return String(line)
        }
        let detail = object.value(at: "diagnostic.detail")?.string?.trimmed ?? ""
        return detail.isEmpty ? message : "\(message): \(detail)"
    }
}
