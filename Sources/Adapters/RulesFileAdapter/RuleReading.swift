import Domain

/// One entry of `rules:`, the earlier form and what was added to it.
struct RuleReading {
    struct Result {
        let rule: Rule
        let node: YAMLNode
        let warning: Problem?
    }

    private static let keys = [
        "id", "name", "metric_name", "query", "condition", "severity", "enabled", "resource", "fix",
        "opportunity_title_template", "opportunity_description_template",
    ]

    private let map: MapReading
    private let reading: Reading

    init?(_ node: YAMLNode, _ reading: Reading) {
        guard let map = MapReading(node, called: "a rule", keys: Self.keys, reading) else { return nil }
        self.map = map
        self.reading = reading
    }

    /// Nil after a problem that leaves nothing to build from.
    func rule() -> Result? {
        let name = map.required("name", atMost: 200)
        let query = query()
        let condition = ConditionReading(map, reading).condition()
        let resource = map["resource"].flatMap { ResourceReading($0, reading)?.selector() } ?? Rule.ResourceSelector()
        let fix = map["fix"].flatMap { FixReading($0, reading)?.fix() }
        let templates = templates(name: name ?? "")
        let isCollector =
            map.text("opportunity_title_template") == "" && map.text("opportunity_description_template") == ""
        let id = id(name: name)
        guard let name, let query, let condition, let id, let templates else { return nil }
        let rule = Rule(
            id: id, name: name, query: query, condition: condition,
            severity: map.choice("severity", Rule.Severity.self) ?? .medium,
            enabled: (map.bool("enabled") ?? true) && !isCollector, resource: resource, fix: fix,
            title: templates.title, description: templates.description, location: reading.location(map.node))
        return Result(rule: rule, node: map.node, warning: isCollector ? collectorWarning(rule) : nil)
    }

    /// The earlier program fetched a metric for a plugin by a rule without texts.
    private func collectorWarning(_ rule: Rule) -> Problem {
        Problem(
            .needsPerson, "the rule '\(rule.id)' has empty templates and is not evaluated",
            hint: "a plugin asks for its metrics itself; remove the rule, or give it a title", location: rule.location)
    }

    // MARK: Name and query

    private func id(name: String?) -> String? {
        guard let text = map.text("id", atMost: 100), let node = map["id"] else {
            let slug = Self.slug(name ?? "")
            if slug.isEmpty, name != nil { reading.refuse("'name' gives no id", hint: "add an 'id'", at: map.node) }
            return slug.isEmpty ? nil : slug
        }
        let isValid =
            text.first.map { $0.isASCII && ($0.isLowercase || $0.isNumber) } == true
            && text.allSatisfy { $0.isASCII && ($0.isLowercase || $0.isNumber || "/_.-".contains($0)) }
        if !isValid {
            reading.refuse(
                "'\(text)' is not an id", hint: "use lower-case letters, digits and / _ . -", at: node)
        }
        return isValid ? text : nil
    }

    static func slug(_ name: String) -> String {
        var slug = ""
        for character in name.lowercased() {
            if character.isASCII, character.isLetter || character.isNumber {
                slug.append(character)
            } else if !slug.isEmpty, slug.last != "-" {
                slug.append("-")
            }
        }
        return slug.last == "-" ? String(slug.dropLast()) : slug
    }

    private func query() -> String? {
        if map.has("query"), map.has("metric_name"), let node = map["metric_name"] {
            reading.refuse("'query' and 'metric_name' mean the same", hint: "remove one of them", at: node)
            return nil
        }
        return map.has("query") ? map.required("query") : map.required("metric_name")
    }

    // MARK: Templates

    private func templates(name: String) -> (title: Template, description: Template)? {
        let escaped = name.replacing("{", with: "{{").replacing("}", with: "}}")
        let title = template("opportunity_title_template", or: "\(escaped) on {address}")
        let description = template(
            "opportunity_description_template", or: "The value is {value}; the threshold is {threshold}.")
        guard let title, let description else { return nil }
        return (title, description)
    }

    private func template(_ key: String, or standard: String) -> Template? {
        do throws(Template.Mistake) {
            guard let text = map.text(key) else { return try Template(parsing: standard) }
            return try Template(parsing: text)
        } catch {
            if let node = map[key] { reading.refuse(error.message, hint: error.hint, at: node, offset: error.offset) }
            return nil
        }
    }
}
