import Domain

/// Reads `terraform show -json` of a saved plan; what is marked as sensitive does not come out.
///
/// The form is that of developer.hashicorp.com/terraform/internals/json-format.
struct PlanDecoding {
    private let document: JSONValue
    /// Clear texts that the plan marks as sensitive; they may stand unmarked elsewhere in it.
    let secrets: Set<String>
    private let redactor: Redactor

    init(_ document: JSONValue, secrets known: [String]) {
        self.document = document
        var secrets = Set(known)
        for change in Self.changes(document) {
            for (values, mask) in [("before", "before_sensitive"), ("after", "after_sensitive")] {
                Mask.collect(change[values] ?? .null, change[mask] ?? .null, into: &secrets)
            }
        }
        let declared = document.value(at: "configuration.root_module.variables")?.object ?? [:]
        for (name, variable) in declared where variable["sensitive"]?.bool == true {
            Mask.collect(document["variables"]?[name]?["value"] ?? .null, .bool(true), into: &secrets)
        }
        self.secrets = secrets
        redactor = Redactor(secrets: secrets)
    }

    private static func changes(_ document: JSONValue) -> [JSONValue] {
        (document["resource_changes"]?.array ?? []).compactMap { $0["change"] }
            + (document["output_changes"]?.object ?? [:]).map(\.value)
            + (document["resource_drift"]?.array ?? []).compactMap { $0["change"] }
    }

    func plan(text: String) -> Plan {
        let resources = (document["resource_changes"]?.array ?? []).compactMap(resource)
        let outputs = (document["output_changes"]?.object ?? [:]).compactMap { name, change in
            self.change("output.\(name)", change, extra: [])
        }
        return Plan(
            changes: resources + outputs, text: redactor.redact(text),
            terraformVersion: document["terraform_version"]?.string ?? "")
    }

    /// Nil for data sources.
    private func resource(_ value: JSONValue) -> ResourceChange? {
        guard value["mode"]?.string != "data", let address = value["address"]?.string, let change = value["change"]
        else {
            return nil
        }
        var extra: [ResourceChange.Action] = []
        if change["importing"]?.object != nil { extra.append(.importing) }
        if value["previous_address"]?.string != nil { extra.append(.moved) }
        return self.change(address, change, extra: extra)
    }

    private func change(
        _ address: String, _ change: JSONValue, extra: [ResourceChange.Action]
    ) -> ResourceChange? {
        let words = change["actions"]?.array?.compactMap(\.string) ?? []
        let actions = words.compactMap { Self.actions[$0] } + extra
        guard !actions.isEmpty else { return nil }
        let before = Mask.masked(change["before"] ?? .null, change["before_sensitive"] ?? .null)
        let after = Mask.masked(change["after"] ?? .null, change["after_sensitive"] ?? .null)
        let paths = (change["replace_paths"]?.array ?? []).map { path in
            (path.array ?? []).compactMap(\.scalarText).joined(separator: ".")
        }
        return ResourceChange(
            address: address, actions: actions, before: redactor.redact(before), after: redactor.redact(after),
            afterUnknown: change["after_unknown"] ?? .null, replacePaths: paths)
    }

    private static let actions: [String: ResourceChange.Action] = [
        "create": .create, "update": .update, "delete": .delete, "forget": .forget,
    ]
}

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

    /// The scalars that a mask hides.
    static func collect(_ value: JSONValue, _ mask: JSONValue, into secrets: inout Set<String>) {
        switch (value, mask) {
        case (.object(let members), _):
            for (name, member) in members {
                collect(member, mask == .bool(true) ? mask : mask[name] ?? .null, into: &secrets)
            }
        case (.array(let items), _):
            for (index, item) in items.enumerated() {
                let own = mask.array.flatMap { index < $0.count ? $0[index] : nil }
                collect(item, mask == .bool(true) ? mask : own ?? .null, into: &secrets)
            }
        case (.string(let text), .bool(true)): secrets.insert(text)
        case (_, .bool(true)): if let text = value.scalarText, text.count > 5 { secrets.insert(text) }
        default: return
        }
    }
}
