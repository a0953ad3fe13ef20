import Domain
import Foundation

/// Why a change is proposed: the rule, what was measured against what, and the chart.
struct ProposalReasons {
    private static let longest = 1_000
    private static let mostInstances = 20

    private let opportunity: Opportunity
    private let unit: MetricUnit
    private let metricsPage: String?

    init(_ opportunity: Opportunity, _ context: ReviewContext) {
        self.opportunity = opportunity
        unit = MetricUnit(of: opportunity)
        metricsPage = context.metricsPage
    }

    private var evidence: Evidence { opportunity.evidence }

    var markdown: String {
        let description = Escaping.markdown(opportunity.description)
        let rows = rows.map { "| \($0.0) | \($0.1) |" }
        let chart = evidence.series.isEmpty ? [] : ["![the series, the threshold and the breach](evidence.svg)"]
        let parts = [
            "## Why", description.isEmpty ? Escaping.markdown(opportunity.rule.name) : description,
            "| | |\n|---|---|\n\(rows.joined(separator: "\n"))",
        ]
        return (parts + chart).joined(separator: "\n\n")
    }

    private var rows: [(String, String)] {
        [("rule", "\(Escaping.cell(opportunity.rule.id)) (\(opportunity.rule.severity.rawValue))")]
            + (evidence.query.isEmpty ? [] : measured) + attributes + [("resource", resource)]
    }

    private var condition: (String, String) {
        ("condition", Escaping.markdown(Escaping.line(evidence.condition, limit: Self.longest)))
    }

    private var measured: [(String, String)] {
        [
            ("query", Escaping.cell(opportunity.rule.expression, limit: Self.longest) + link), condition,
            (
                "measured",
                "\(opportunity.value.map(unit.text) ?? "nothing"), true since \(Figures.time(opportunity.since))"
            ),
        ]
            + (evidence.threshold.map { [("threshold", unit.text($0))] } ?? [])
            + [("window", window)]
            + (trend.map { [("trend", $0)] } ?? [])
    }

    private var window: String {
        "\(Figures.time(evidence.start)) to \(Figures.time(evidence.end)) (\(DurationText.text(evidence.end - evidence.start))), "
            + "a value every \(DurationText.text(evidence.step))"
    }

    private var trend: String? {
        guard let worst = evidence.series.first, let line = Sparkline.text(worst.samples) else { return nil }
        let values = worst.samples.map(\.value).filter(\.isFinite)
        return "`\(line)` from \(unit.text(values.min() ?? 0)) to \(unit.text(values.max() ?? 0))"
    }

    /// What a rule on state, or a plugin, has seen.
    private var attributes: [(String, String)] {
        let rows = evidence.attributes.sorted { $0.key < $1.key }.map { name, value in
            (Escaping.cell(name), Escaping.cell(Self.text(value), limit: 300))
        }
        return (evidence.query.isEmpty ? [condition] : []) + rows
    }

    private static func text(_ value: JSONValue) -> String {
        if case .array(let items) = value { return items.map(text).joined(separator: ", ") }
        return value.scalarText ?? value.canonical
    }

    private var resource: String {
        let shown = evidence.instances.prefix(Self.mostInstances).map { Escaping.cell($0) }.joined(separator: ", ")
        let more = evidence.instances.count - Self.mostInstances
        return shown + (more > 0 ? " and \(more) more" : "") + ", found by \(Escaping.markdown(evidence.located))"
    }

    /// Prometheus's own page for this query and window.
    private var link: String {
        guard let metricsPage else { return "" }
        let minutes = max(1, Int(((evidence.end - evidence.start) / 60).rounded(.up)))
        let fields = [
            ("g0.expr", evidence.query), ("g0.tab", "0"), ("g0.range_input", "\(minutes)m"),
            ("g0.end_input", Figures.time(evidence.end).replacing("T", with: " ").replacing("Z", with: "")),
        ]
        let query = fields.map { "\($0.0)=\(PercentEncoding.query($0.1))" }.joined(separator: "&")
        return " ([open in Prometheus](\(metricsPage)/graph?\(query)))"
    }
}
