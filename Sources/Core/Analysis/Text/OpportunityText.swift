import Domain

/// Fills a rule's templates with what was measured.
struct OpportunityText {
    let rule: Rule
    var labels: Labels = [:]
    let workspace: String
    /// Nil where the series leads to no resource.
    let instance: String?
    let address: String
    var value: Double?
    var threshold: Double?
    /// Of the worst instance; sensitive ones are not among them.
    var attributes: JSONValue = .object([:])

    /// For people: a label or attribute that is not there is an empty text, and one that tells a secret a mark.
    func render(_ template: Template) -> String {
        filled(template) { name in
            let isTelling = name.contains(".") && SensitiveName.matches(name)
            return isTelling ? .text(Redactor.mark) : raw(name, ForeignText.told)
        }
    }

    /// For the code: a template that is one placeholder keeps its number.
    func value(of template: Template) -> JSONValue {
        let text = filled(template) { raw($0, ForeignText.clean) }
        guard template.isPlaceholder, let number = Double(text) else { return .string(text) }
        return Int64(text).map(JSONValue.integer) ?? .number(number)
    }

    private func filled(_ template: Template, _ figure: (String) -> Figure) -> String {
        template.parts.map { part in
            switch part {
            case .text(let text): text
            case .placeholder(let name, let filters): filters.reduce(figure(name)) { $0.filtered($1) }.text
            }
        }.joined()
    }

    /// The labels that the rule's templates name and the series does not carry, sorted.
    var missingLabels: [String] {
        let named = rule.title.placeholders.union(rule.description.placeholders)
        return named.compactMap { Self.rest(of: $0, after: "labels.") }.filter { labels[$0] == nil }.sorted()
    }

    private static func rest(of name: String, after prefix: String) -> String? {
        name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : nil
    }

    // MARK: Names

    private func raw(_ name: String, _ foreign: (String) -> String) -> Figure {
        switch name {
        case "value": return .number(value)
        case "threshold": return .number(threshold ?? rule.condition?.single?.number)
        case "duration_minutes": return .number((rule.condition?.single?.duration ?? 0) / 60)
        case "window": return .text(DurationText.text(rule.window ?? rule.condition?.single?.duration ?? 0))
        case "resource_id": return .text(foreign(resourceID))
        case "address": return .text(foreign(address))
        case "workspace": return .text(workspace)
        case "rule": return .text(rule.id)
        default:
            if let label = Self.rest(of: name, after: "labels.") {
                return .text(foreign(labels[label] ?? ""))
            }
            let path = Self.rest(of: name, after: "attr.") ?? ""
            return .text(foreign(AttributePath.texts(at: path, in: attributes).joined(separator: ", ")))
        }
    }

    private var resourceID: String {
        instance ?? ["arn", "name", "instance", "job"].compactMap { labels[$0] }.first { !$0.isEmpty } ?? ""
    }
}
