package import Domain

/// Reads `terraform show -json` of a state; what is marked as sensitive is left out, wherever else it stands, too.
struct StateDecoding {
    private let values: JSONValue?
    private let filter: SecretFilter

    init(_ document: JSONValue, secrets known: [String]) {
        values = document["values"]
        var secrets = Set(known)
        Mask.collect(values: values, into: &secrets)
        filter = SecretFilter(secrets)
    }

    var instances: [ResourceInstance] {
        guard let root = values?["root_module"] else { return [] }
        return instances(of: root).sorted { $0.address < $1.address }
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
        return filter.instance(ResourceInstance(address: address, type: type, values: values))
    }
}

extension Terraform {
    /// The instances in a document of `terraform show -json`, without sensitive values.
    package static func instances(inShown document: JSONValue) -> [ResourceInstance] {
        StateDecoding(document, secrets: []).instances
    }
}
