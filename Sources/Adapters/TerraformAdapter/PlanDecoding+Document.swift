import Domain

extension PlanDecoding {
    /// The whole document for other programs; what it marks as sensitive is masked wherever it stands.
    var masked: JSONValue {
        var members = Self.withoutVariables(document).object ?? [:]
        for key in ["resource_changes", "resource_drift"] {
            members[key] = members[key]?.array.map { .array($0.map(Self.resourceChange)) }
        }
        members["output_changes"] = members["output_changes"]?.object.map { .object($0.mapValues(Self.change)) }
        members["planned_values"] = members["planned_values"].map(Self.values)
        members["prior_state"] = members["prior_state"].map { Self.with($0, "values", Self.values) }
        return exact.redact(.object(members))
    }

    /// Neither values nor defaults of variables have a mask beside them, and a policy looks at resources.
    private static func withoutVariables(_ value: JSONValue) -> JSONValue {
        switch value {
        case .object(let members): .object(members.filter { $0.key != "variables" }.mapValues(withoutVariables))
        case .array(let items): .array(items.map(withoutVariables))
        default: value
        }
    }

    private static func resourceChange(_ value: JSONValue) -> JSONValue { with(value, "change", change) }

    private static func change(_ value: JSONValue) -> JSONValue {
        masked(masked(value, "before", by: "before_sensitive"), "after", by: "after_sensitive")
    }

    /// A `values` document: outputs, and resources in nested modules.
    private static func values(_ value: JSONValue) -> JSONValue {
        let outputs = with(value, "outputs") { .object(($0.object ?? [:]).mapValues(output)) }
        return with(outputs, "root_module", module)
    }

    private static func output(_ value: JSONValue) -> JSONValue {
        value["sensitive"]?.bool == true ? with(value, "value") { _ in Mask.mark } : value
    }

    private static func module(_ value: JSONValue) -> JSONValue {
        let resources = with(value, "resources") { list in
            .array((list.array ?? []).map { masked($0, "values", by: "sensitive_values") })
        }
        return with(resources, "child_modules") { .array(($0.array ?? []).map(module)) }
    }

    private static func masked(_ value: JSONValue, _ key: String, by mask: String) -> JSONValue {
        with(value, key) { Mask.masked($0, value[mask] ?? .null) }
    }

    /// With one member put through a function, where it is there.
    private static func with(_ value: JSONValue, _ key: String, _ body: (JSONValue) -> JSONValue) -> JSONValue {
        guard case .object(var members) = value, let member = members[key] else { return value }
        members[key] = body(member)
        return .object(members)
    }
}
