import Domain

/// Terraform's parallel masks: `true` hides a whole value, an object or a list goes on within.
enum Mask {
    static let mark = JSONValue.string("(sensitive value)")

    static func masked(_ value: JSONValue, _ mask: JSONValue) -> JSONValue {
        switch (value, mask) {
        case (.null, _): .null
        case (_, .bool(true)): mark
        case (.object(let members), .object(let masks)):
            .object(
                members.reduce(into: [:]) { $0[$1.key] = masked($1.value, masks[$1.key] ?? .null) })
        case (.array(let items), .array(let masks)):
            .array(items.enumerated().map { masked($0.element, $0.offset < masks.count ? masks[$0.offset] : .null) })
        default: value
        }
    }

    /// Without what the mask hides; the places in a list stay.
    static func dropping(_ value: JSONValue, _ mask: JSONValue) -> JSONValue {
        switch (value, mask) {
        case (_, .bool(true)): .null
        case (.object(let members), .object(let masks)):
            .object(
                members.reduce(into: [:]) { kept, member in
                    let mask = masks[member.key] ?? .null
                    if mask != .bool(true) { kept[member.key] = dropping(member.value, mask) }
                })
        case (.array(let items), .array(let masks)):
            .array(items.enumerated().map { dropping($0.element, $0.offset < masks.count ? masks[$0.offset] : .null) })
        default: value
        }
    }

    /// The scalars that a mask hides; short numbers occur by chance.
    static func collect(_ value: JSONValue, _ mask: JSONValue, into secrets: inout Set<String>) {
        switch (value, mask) {
        case (_, .bool(true)): secrets.formUnion(value.strings)
        case (.object(let members), .object(let masks)):
            for (name, member) in members { collect(member, masks[name] ?? .null, into: &secrets) }
        case (.array(let items), .array(let masks)):
            for (item, mask) in zip(items, masks) { collect(item, mask, into: &secrets) }
        default: return
        }
    }

    /// What the resources and outputs of a `values` document hide, data sources among them.
    static func collect(values: JSONValue?, into secrets: inout Set<String>) {
        for (_, output) in values?["outputs"]?.object ?? [:] where output["sensitive"]?.bool == true {
            collect(output["value"] ?? .null, .bool(true), into: &secrets)
        }
        if let root = values?["root_module"] { collect(module: root, into: &secrets) }
    }

    private static func collect(module: JSONValue, into secrets: inout Set<String>) {
        for resource in module["resources"]?.array ?? [] {
            collect(resource["values"] ?? .null, resource["sensitive_values"] ?? .null, into: &secrets)
        }
        for child in module["child_modules"]?.array ?? [] { collect(module: child, into: &secrets) }
    }
}
