/// Takes known secrets out of a text, whatever they stand between.
package struct Redactor: Sendable {
    package static let mark = "(redacted)"
    /// Shorter ones occur by chance; replacing them would destroy the text and hide nothing.
    package static let shortestSecret = 4

    /// Longest first, so that a secret within another does not leave the other's rest behind.
    private let secrets: [String]

    package init(secrets: some Sequence<String>) {
        self.secrets = Set(secrets.filter { $0.count >= Self.shortestSecret })
            .sorted { ($0.count, $0) > ($1.count, $1) }
    }

    package func redact(_ text: String) -> String {
        secrets.reduce(text) { text, secret in
            text.split(separator: secret, omittingEmptySubsequences: false).joined(separator: Self.mark)
        }
    }

    package func redact(_ value: JSONValue) -> JSONValue {
        switch value {
        case .string(let text): .string(redact(text))
        case .array(let items): .array(items.map(redact))
        case .object(let members): .object(members.mapValues(redact))
        case .null, .bool, .integer, .number: value
        }
    }

    /// This redactor's secrets and others.
    package func adding(_ more: some Sequence<String>) -> Redactor {
        Redactor(secrets: secrets + Array(more))
    }
}
