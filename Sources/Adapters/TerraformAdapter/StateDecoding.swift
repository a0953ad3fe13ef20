import Domain

/// Reads `terraform show -json` of a state; what is marked as sensitive is left out.
enum StateDecoding {
    static func instances(in document: JSONValue) -> [ResourceInstance] {
        guard let root = document.value(at: "values.root_module") else { return [] }
        return instances(of: root).sorted { $0.address < $1.address }
    }

    private static func instances(of module: JSONValue) -> [ResourceInstance] {
        let own = (module["resources"]?.array ?? []).compactMap(instance)
        return own + (module["child_modules"]?.array ?? []).flatMap { instances(of: $0) }
    }

    /// Nil for data sources and for objects that wait to be destroyed.
    private static func instance(_ value: JSONValue) -> ResourceInstance? {
        guard value["mode"]?.string == "managed", value["deposed_key"] == nil, let address = value["address"]?.string,
            let type = value["type"]?.string
        else { return nil }
        let values = dropping(value["values"] ?? .null, value["sensitive_values"] ?? .null)
        return ResourceInstance(address: address, type: type, values: values)
    }

    private static func dropping(_ value: JSONValue, _ mask: JSONValue) -> JSONValue {
        switch (value, mask) {
        case (_, .bool(true)): .null
        case (.object(let members), .object(let masks)):
            .object(members.reduce(into: [:]) { $0[$1.key] = dropping($1.value, masks[$1.key] ?? .null) })
        case (.array(let items), .array(let masks)):
            .array(items.enumerated().map { dropping($0.element, $0.offset < masks.count ? masks[$0.offset] : .null) })
        default: value
        }
    }
}
