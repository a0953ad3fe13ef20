import Domain

/// Reads `terraform show -json` of a saved plan; what is marked as sensitive does not come out.
///
/// The form is that of developer.hashicorp.com/terraform/internals/json-format.
struct PlanDecoding {
    let document: JSONValue
    /// By what this plan marks alone.
    let exact: Redactor
    /// Clear texts that the plan marks as sensitive; they may stand unmarked elsewhere in it.
    let secrets: Set<String>

    init(_ document: JSONValue) {
        self.document = document
        var secrets: Set<String> = []
        for change in Self.changes(document) {
            for (values, mask) in [("before", "before_sensitive"), ("after", "after_sensitive")] {
                Mask.collect(change[values] ?? .null, change[mask] ?? .null, into: &secrets)
            }
        }
        Mask.collect(values: document["prior_state"]?["values"], into: &secrets)
        Mask.collect(values: document["planned_values"], into: &secrets)
        let declared = document.value(at: "configuration.root_module.variables")?.object ?? [:]
        for (name, variable) in declared
        where variable["sensitive"]?.bool == true || variable["ephemeral"]?.bool == true {
            Mask.collect(document["variables"]?[name]?["value"] ?? .null, .bool(true), into: &secrets)
        }
        self.secrets = secrets
        exact = Redactor(secrets: secrets, rules: [])
    }

    /// Texts under names such as `password`, which nobody marked.
    var named: Set<String> {
        let places = [document["variables"], document.value(at: "prior_state.values"), document["planned_values"]]
        return places.compactMap(\.self).reduce(into: []) { $0.formUnion(Redactor.named(in: $1)) }
    }

    private static func changes(_ document: JSONValue) -> [JSONValue] {
        (document["resource_changes"]?.array ?? []).compactMap { $0["change"] }
            + (document["output_changes"]?.object ?? [:]).map(\.value)
            + (document["resource_drift"]?.array ?? []).compactMap { $0["change"] }
    }

    /// An errored plan is saved, too; with targets no plan is complete.
    func isUsable(targeted: Bool) -> Bool {
        document["errored"]?.bool != true && (targeted || document["complete"]?.bool != false)
    }

    /// Values are masked by what the plan itself marks and by nothing else: a digest of them has to be the same for
    /// whoever plans, with whichever credentials, and has to tell every change that is not marked.
    func plan(text: String) -> Plan {
        let resources = (document["resource_changes"]?.array ?? []).compactMap(resource)
        let outputs = (document["output_changes"]?.object ?? [:]).compactMap { name, change in
            self.change("output.\(name)", change, extra: [])
        }
        return Plan(
            changes: resources + outputs, text: exact.redact(text),
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
        // An address may have several objects; each is a change of its own.
        let deposed = value["deposed"]?.string.map { " (deposed object \($0))" } ?? ""
        return self.change(address + deposed, change, extra: extra)
    }

    /// Nil for what neither changes nor moves.
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
            address: address, actions: actions, before: exact.redact(before), after: exact.redact(after),
            afterUnknown: exact.redact(change["after_unknown"] ?? .null), replacePaths: paths)
    }

    private static let actions: [String: ResourceChange.Action] = [
        "create": .create, "update": .update, "delete": .delete, "forget": .forget,
    ]
}
