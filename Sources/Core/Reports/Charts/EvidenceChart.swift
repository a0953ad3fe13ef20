package import Domain

/// The measured series, the threshold, and the part that breaches it, as one SVG that needs nothing else.
package struct EvidenceChart: Sendable {
    private static let mostSeries = 3
    private static let lines: [StaticString] = ["line line1", "line line2", "line line3"]

    private let opportunity: Opportunity
    private let series: [Series]
    private let layout: ChartLayout
    private let scale: ChartScale

    package init(_ opportunity: Opportunity, layout: ChartLayout = .wide) {
        self.opportunity = opportunity
        self.layout = layout
        series = Array(opportunity.evidence.series.prefix(Self.mostSeries))
        scale = ChartScale(opportunity.evidence, series, MetricUnit(of: opportunity), layout)
    }

    private var evidence: Evidence { opportunity.evidence }

    /// A file of its own, with its colours; nil where there is nothing to draw, as for a rule on state.
    package static func file(for opportunity: Opportunity) -> String? {
        opportunity.evidence.series.isEmpty
            ? nil : EvidenceChart(opportunity).markup(id: "chart", isFile: true).written
    }

    /// The identity keeps apart what one page has several of.
    func markup(id: String, isFile: Bool = false) -> Markup {
        let legend = legend
        let height = layout.height(lines: 2 + legend.rows)
        return Markup(
            "svg",
            [
                "xmlns": "http://www.w3.org/2000/svg", "class": "chart", "role": "img",
                "viewBox": "0 0 \(Coordinate.text(layout.width)) \(Coordinate.text(height))",
                "aria-labelledby": "\(id)-title \(id)-desc",
            ]
        ) {
            Markup("title", ["id": "\(id)-title"], Escaping.line(opportunity.title, limit: 200))
            Markup("desc", ["id": "\(id)-desc"], description)
            if isFile { Markup.style(ChartStyle.text) }
            Markup("text", ["x": "12", "y": "18"], layout.fitted(evidence.query, from: 12))
            breach
            valueAxis
            timeAxis
            curves
            limit
            legend.markup(from: 3)
        }
    }

    private var description: String {
        let name = evidence.threshold.map { ", threshold \(scale.text($0))" } ?? ""
        return "From \(Figures.time(evidence.start)) to \(Figures.time(evidence.end)), a value every "
            + "\(DurationText.text(evidence.step))\(name); condition: \(Escaping.line(evidence.condition, limit: 300)); "
            + "it is true since \(Figures.time(opportunity.since))."
    }

    // MARK: Parts

    private var breach: Markup {
        let start = scale.x(max(opportunity.since, evidence.start))
        return Markup(
            "rect",
            [
                "class": "breach", "x": Coordinate.text(start), "y": Coordinate.text(layout.top),
                "width": Coordinate.text(layout.right - start), "height": Coordinate.text(layout.plotHeight),
            ])
    }

    @MarkupBuilder private var valueAxis: [Markup] {
        for value in scale.ticks {
            let y = Coordinate.text(scale.y(value))
            horizontal("grid", at: y)
            Markup(
                "text", ["x": Coordinate.text(layout.left - 6), "y": y, "dy": "4", "text-anchor": "end"],
                scale.text(value))
        }
    }

    @MarkupBuilder private var timeAxis: [Markup] {
        for time in scale.times {
            let x = scale.x(time)
            Markup(
                "line",
                [
                    "class": "grid", "x1": Coordinate.text(x), "x2": Coordinate.text(x),
                    "y1": Coordinate.text(layout.bottom),
                    "y2": Coordinate.text(layout.bottom + 4),
                ])
            let anchor = x > layout.right - 16 ? "end" : "middle"
            Markup(
                "text", ["x": Coordinate.text(x), "y": Coordinate.text(layout.below(1)), "text-anchor": anchor],
                ChartScale.clock(time))
        }
        Markup(
            "text", ["class": "quiet", "x": "12", "y": Coordinate.text(layout.below(2))],
            "\(Figures.time(evidence.start)) – \(Figures.time(evidence.end))")
    }

    private func horizontal(_ name: String, at y: String) -> Markup {
        Markup(
            "line",
            ["class": name, "x1": Coordinate.text(layout.left), "x2": Coordinate.text(layout.right), "y1": y, "y2": y])
    }

    private var curves: [Markup] {
        zip(Self.lines, series).map { Markup("path", ["class": String(describing: $0), "d": path($1)]) }
    }

    /// A gap breaks the line; thinned samples lie farther apart than a step, so gaps are judged by absent values.
    private func path(_ series: Series) -> String {
        var (path, isDown) = ("", false)
        for sample in series.samples {
            guard sample.value.isFinite else {
                isDown = false
                continue
            }
            path +=
                "\(isDown ? "L" : "M")\(Coordinate.text(scale.x(sample.time))) \(Coordinate.text(scale.y(sample.value)))"
            isDown = true
        }
        return path
    }

    @MarkupBuilder private var limit: [Markup] {
        if let threshold = evidence.threshold, threshold.isFinite {
            horizontal("limit", at: Coordinate.text(scale.y(threshold)))
        }
    }

    private var legend: ChartLegend {
        var items = zip(Self.lines, SeriesNames.names(of: series)).map { ChartLegend.Item(line: $0, text: $1) }
        let more = evidence.series.count - series.count
        if more > 0, let last = items.last {
            items[items.count - 1] = ChartLegend.Item(line: last.line, text: "\(last.text), and \(more) more series")
        }
        if let threshold = evidence.threshold {
            items.append(ChartLegend.Item(line: "limit", text: "threshold \(scale.text(threshold))"))
        }
        items.append(ChartLegend.Item(line: nil, text: "breach since \(Figures.time(opportunity.since))"))
        return ChartLegend(items, in: layout)
    }
}
