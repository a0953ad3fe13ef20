import Domain

/// Fills a rule's templates with what was measured.
struct OpportunityText {
    let rule: Rule
    let labels: Labels
    let workspace: String
    /// Nil where the series leads to no resource.
    let instance: String?
    let address: String
    let value: Double

    /// A label that the series has not got is an empty text.
    func render(_ template: Template) -> String {
        template.parts.map { part in
            switch part {
            case .text(let text): text
            case .placeholder(let name, let filter): shown(name, filter)
            }
        }.joined()
    }

    /// The labels that the rule's templates name and the series does not carry, sorted.
    var missingLabels: [String] {
        let named = (rule.title.parts + rule.description.parts).compactMap { part -> String? in
            guard case .placeholder(let name, _) = part else { return nil }
            return Self.label(name)
        }
        return Set(named).filter { labels[$0] == nil }.sorted()
    }

    private static func label(_ name: String) -> String? {
        name.hasPrefix("labels.") ? String(name.dropFirst("labels.".count)) : nil
    }

    private func shown(_ name: String, _ filter: Template.Filter?) -> String {
        if let number = number(name) { return FigureText.text(number, filter) }
        let text = ForeignText.clean(text(name))
        switch filter {
        case nil: return text
        case .upper: return text.uppercased()
        case .percent, .bytes, .duration, .round: return Double(text).map { FigureText.text($0, filter) } ?? text
        }
    }

    private func number(_ name: String) -> Double? {
        switch name {
        case "value": value
        case "threshold": rule.condition.threshold
        case "duration_minutes": rule.condition.duration / 60
        default: nil
        }
    }

    private func text(_ name: String) -> String {
        switch name {
        case "resource_id": resourceID
        case "address": address
        case "workspace": workspace
        case "rule": rule.id
        default: Self.label(name).flatMap { labels[$0] } ?? ""
        }
    }

    private var resourceID: String {
        instance ?? ["arn", "name", "instance", "job"].compactMap { labels[$0] }.first { !$0.isEmpty } ?? ""
    }
}
