package import Domain

/// Whether what a rule detected would still be there once a plan is applied, as far as the plan can tell.
package struct Resolution {
    private let rule: Rule
    /// What was compared, of the worst series.
    private let value: Double?

    package init(of opportunity: Opportunity) {
        rule = opportunity.rule
        value = opportunity.value
    }

    /// Why the rule would fire again on an instance with these planned values; nil where it would not, or where only a
    /// measurement can tell.
    package func objection(to planned: JSONValue, unknown: JSONValue = .null) -> String? {
        if let filter = rule.resource.filter {
            // What is known only after the apply says nothing yet.
            guard !filter.paths.contains(where: { AttributePath.isMarked(at: $0, in: unknown) }) else { return nil }
            guard filter.holds(for: planned) else { return nil }
            if rule.source == .state { return "'\(filter)' still holds: \(Self.shown(filter.paths, in: planned))" }
        }
        return rule.source == .metrics ? comparison(planned) : nil
    }

    /// A threshold that is an attribute of the resource moves with it; the measurement stays as it was.
    private func comparison(_ planned: JSONValue) -> String? {
        guard let leaf = rule.condition?.single, case .attribute(let path, let scale) = leaf.threshold, let value,
            let attribute = AttributePath.texts(at: path, in: planned).first.flatMap(Double.init),
            leaf.comparison.holds(value, attribute * scale)
        else { return nil }
        return "\(NumberText.text(value)) is still \(leaf.comparison.rawValue.replacing("_", with: " ")) "
            + "\(NumberText.text(attribute * scale)), which is '\(path)' times \(NumberText.text(scale))"
    }

    private static func shown(_ paths: [String], in values: JSONValue) -> String {
        paths.map { path in
            let texts = AttributePath.texts(at: path, in: values)
            return "\(path) is \(texts.isEmpty ? "absent" : texts.joined(separator: ", "))"
        }.joined(separator: "; ")
    }
}
