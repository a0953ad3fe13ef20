import Domain

/// The title, the description and the fix of a rule, in the earlier form or under `opportunity:`.
struct RuleTexts {
    struct Texts {
        let title: Template
        let description: Template
        let fix: Rule.Fix?
        /// Both texts are empty: the earlier program's way to fetch a metric for a plugin.
        let isCollector: Bool
    }

    let map: MapReading

    private var reading: Reading { map.reading }

    func texts(name: String, isState: Bool) -> Texts? {
        let opportunity = map["opportunity"].flatMap {
            MapReading($0, called: "opportunity", keys: ["title", "description", "fix"], reading)
        }
        let escaped = name.replacing("{", with: "{{").replacing("}", with: "}}")
        let title = template("opportunity_title_template", "title", opportunity, or: "\(escaped) on {address}")
        let description = template(
            "opportunity_description_template", "description", opportunity,
            or: isState ? "" : "The value is {value}; the threshold is {threshold}.")
        let isCollector =
            map["opportunity_title_template"]?.text == "" && map["opportunity_description_template"]?.text == ""
        let fix = fix(opportunity)
        guard let title, let description else { return nil }
        return Texts(title: title, description: description, fix: fix, isCollector: isCollector)
    }

    private func template(
        _ earlier: String, _ key: String, _ opportunity: MapReading?, or standard: String
    ) -> Template? {
        if let node = map[earlier], opportunity?[key] != nil {
            reading.refuse(
                "'\(earlier)' and 'opportunity.\(key)' mean the same", hint: "remove one of them", at: node)
            return nil
        }
        if opportunity?[key] != nil { return opportunity?.template(key) }
        return map[earlier] != nil ? map.template(earlier) : reading.template(standard, at: map.node)
    }

    private func fix(_ opportunity: MapReading?) -> Rule.Fix? {
        if let node = map["fix"], opportunity?["fix"] != nil {
            reading.refuse("'fix' and 'opportunity.fix' mean the same", hint: "remove one of them", at: node)
            return nil
        }
        return (map["fix"] ?? opportunity?["fix"]).flatMap { FixReading($0, reading)?.fix() }
    }
}
