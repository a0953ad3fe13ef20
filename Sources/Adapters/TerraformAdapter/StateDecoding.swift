package import Domain

/// Reads `terraform show -json` of a state; what is marked as sensitive is left out, wherever else it stands, too.
struct StateDecoding {
    private let values: JSONValue?
    /// Clear texts that the state marks as sensitive.
    let secrets: Set<String>

    init(_ document: JSONValue) {
        values = document["values"]
        var secrets: Set<String> = []
        Mask.collect(values: values, into: &secrets)
        self.secrets = secrets
    }

    /// What is known to be secret is taken out; what only looks so stays, as series are matched against it.
    func instances(_ redactor: Redactor) -> [ResourceInstance] {
        guard let root = values?["root_module"] else { return [] }
        let exact = redactor.with([])
        return instances(of: root).map(exact.redact).sorted { $0.address < $1.address }
    }

    private func instances(of module: JSONValue) -> [ResourceInstance] {
        let own = (module["resources"]?.array ?? []).compactMap(instance)
        return own + (module["child_modules"]?.array ?? []).flatMap { instances(of: $0) }
    }

    /// Nil for data sources and for objects that wait to be destroyed.
    private func instance(_ value: JSONValue) -> ResourceInstance? {
        guard value["mode"]?.string == "managed", value["deposed_key"] == nil, let address = value["address"]?.string,
            let type = value["type"]?.string
        else { return nil }
        let values = Mask.dropping(value["values"] ?? .null, value["sensitive_values"] ?? .null)
        return ResourceInstance(address: address, type: type, values: values)
    }
}

extension Terraform {
    /// The instances in a document of `terraform show -json`, without sensitive values.
    package static func instances(inShown document: JSONValue) -> [ResourceInstance] {
        let decoding = StateDecoding(document)
        return decoding.instances(Redactor(secrets: decoding.secrets))
    }
}
