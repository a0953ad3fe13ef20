import Domain
import Foundation

/// Takes secrets out of everything that leaves the adapter, in whatever form Terraform writes them.
struct SecretFilter: Sendable {
    private let scalars: Set<String>
    private let redactor: Redactor

    init(_ secrets: some Sequence<String>) {
        scalars = Set(secrets)
        redactor = Redactor(secrets: Set(scalars.flatMap(Self.forms)))
    }

    func text(_ text: String) -> String { redactor.redact(text) }

    /// Numbers and names of members, too: a mask does not follow a value through a provider.
    func value(_ value: JSONValue) -> JSONValue {
        switch value {
        case .object(let members):
            .object(Dictionary(members.map { (text($0.key), self.value($0.value)) }) { first, _ in first })
        case .array(let items): .array(items.map(self.value))
        case .integer, .number:
            value.scalarText.map { scalars.contains($0) } == true ? .string(Redactor.mark) : value
        case .string(let string): .string(text(string))
        case .null, .bool: value
        }
    }

    func diagnostic(_ diagnostic: Diagnostic) -> Diagnostic {
        Diagnostic(
            summary: text(diagnostic.summary), detail: text(diagnostic.detail), file: diagnostic.file,
            line: diagnostic.line)
    }

    func instance(_ instance: ResourceInstance) -> ResourceInstance {
        ResourceInstance(address: instance.address, type: instance.type, values: value(instance.values))
    }

    /// Terraform prints a text of several lines line by line, and a JSON text by its members.
    private static func forms(of secret: String) -> [String] {
        let lines = secret.split(whereSeparator: \.isNewline).map { $0.trimmed }.filter { $0.count >= 8 }
        let escaped = String(JSONValue.string(secret).canonical.dropFirst().dropLast())
        return [secret, escaped] + lines + members(of: secret)
    }

    private static func members(of secret: String) -> [String] {
        guard secret.hasPrefix("{") || secret.hasPrefix("["),
            let document = try? JSONDecoder().decode(JSONValue.self, from: Data(secret.utf8))
        else { return [] }
        var found: Set<String> = []
        Mask.collect(document, .bool(true), into: &found)
        return found.sorted().flatMap(forms)
    }
}

extension Terraform.Settings {
    private static let words = ["SECRET", "TOKEN", "PASSWORD", "PASSPHRASE", "CREDENTIALS", "_KEY", "_KEY_ID"]
    private static let files: Set<String> = ["GOOGLE_APPLICATION_CREDENTIALS", "AWS_SHARED_CREDENTIALS_FILE"]

    /// What is known to be secret before Terraform has said anything.
    var secrets: [String] {
        knownSecrets
            + TerraformCommand.passed(environment).filter { Self.isSecret($0.key) && $0.value.count >= 8 }.map(\.value)
    }

    /// A variable's own name only counts at its end: `TF_VAR_token_ttl` is none.
    private static func isSecret(_ name: String) -> Bool {
        let upper = name.uppercased()
        if files.contains(upper) { return false }
        let isVariable = upper.hasPrefix("TF_VAR_")
        return words.contains { upper.hasSuffix($0) || (!isVariable && !$0.hasPrefix("_") && upper.contains($0)) }
    }
}
