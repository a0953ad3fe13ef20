import Domain

/// One opportunity: what was found, what became of it and why, and the chart.
struct OpportunityCard {
    let entry: Dashboard.Entry
    let opportunity: Opportunity

    private var id: String { "o-\(entry.key)" }

    var markup: Markup {
        Markup("article", ["aria-labelledby": id]) {
            Markup("h3", ["id": id]) { Markup.name(Escaping.line(opportunity.title, limit: 200)) }
            Markup("p", ["class": "standing"]) {
                HTMLBadge.markup(entry.standing.rawValue)
                Markup("span", " \(reason)")
            }
            if !opportunity.description.isEmpty { Markup("p", Escaping.line(opportunity.description, limit: 1_000)) }
            facts
            if !opportunity.evidence.series.isEmpty { chart }
        }
    }

    private var reason: String { entry.reason.isEmpty ? entry.standing.meaning : entry.reason }

    private var facts: Markup {
        let unit = MetricUnit(of: opportunity)
        let rows: [(String, String)] = [
            ("workspace", entry.workspace), ("resource", entry.address),
            ("rule", "\(entry.rule) (\(opportunity.rule.severity.rawValue))"),
            ("measured", opportunity.value.map(unit.text) ?? "the state"),
            ("condition", opportunity.evidence.condition), ("since", Figures.time(opportunity.since)),
            ("found by", opportunity.evidence.located), ("branch", entry.branch),
        ]
        return Markup("dl", ["class": "facts"]) {
            for (name, value) in rows where !value.isEmpty {
                Markup("div") {
                    Markup("dt", name)
                    Markup("dd") {
                        if name == "since" {
                            HTMLTime.markup(value)
                        } else {
                            Markup.name(Escaping.line(value, limit: 500))
                        }
                    }
                }
            }
        }
    }

    /// Drawn for a wide page and for a phone; the style shows one of them.
    private var chart: Markup {
        Markup("figure") {
            Markup("div", ["class": "wide"]) { EvidenceChart(opportunity, layout: .wide).markup(id: "\(id)-wide") }
            Markup("div", ["class": "narrow"]) {
                EvidenceChart(opportunity, layout: .narrow).markup(id: "\(id)-narrow")
            }
        }
    }
}
