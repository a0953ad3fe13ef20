package import Domain

/// The measured series, the threshold, and the part that breaches it, as one SVG that needs nothing else.
package enum EvidenceChart {
    static let size = (width: 720.0, height: 260.0)
    static let plot = (left: 64.0, right: 708.0, top: 40.0, bottom: 220.0)
    private static let mostSeries = 3

    package static func svg(for opportunity: Opportunity) -> String {
        let evidence = opportunity.evidence
        let series = Array(evidence.series.prefix(mostSeries))
        let scale = ChartScale(evidence, series)
        let title = Escaping.xml(opportunity.title)
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 260" role="img" aria-labelledby="t d">
            <title id="t">\(title)</title>
            <desc id="d">\(description(opportunity))</desc>
            <style>
            svg { background: #ffffff; font: 11px system-ui, sans-serif; }
            text { fill: #24292f; } .grid { stroke: #d0d7de; } .breach { fill: #cf222e22; }
            .limit { stroke: #cf222e; stroke-dasharray: 5 3; } .line { fill: none; stroke: #0969da; stroke-width: 1.5; }
            .line2 { stroke: #8250df; } .line3 { stroke: #1a7f37; }
            @media (prefers-color-scheme: dark) {
            svg { background: #0d1117; } text { fill: #e6edf3; } .grid { stroke: #30363d; }
            .breach { fill: #f8514933; } .limit { stroke: #f85149; } .line { stroke: #58a6ff; }
            .line2 { stroke: #bc8cff; } .line3 { stroke: #3fb950; } }
            </style>
            <text x="12" y="22">\(Escaping.xml(Escaping.line(evidence.query, limit: 100)))</text>
            \(breach(opportunity, scale))\(grid(scale))\(times(evidence, scale))\(lines(series, scale, evidence.step))\(limit(evidence, scale))
            </svg>

            """
    }

    private static func description(_ opportunity: Opportunity) -> String {
        let evidence = opportunity.evidence
        return Escaping.xml(
            "From \(Figures.time(evidence.start)) to \(Figures.time(evidence.end)); condition: "
                + "\(Escaping.line(evidence.condition, limit: 300)); it is true since \(Figures.time(opportunity.since))."
        )
    }

    private static func breach(_ opportunity: Opportunity, _ scale: ChartScale) -> String {
        let start = scale.x(max(opportunity.since, opportunity.evidence.start))
        let width = ChartScale.text(plot.right - start)
        return "<rect class=\"breach\" x=\"\(ChartScale.text(start))\" y=\"40\" width=\"\(width)\" height=\"180\"/>\n"
    }

    private static func grid(_ scale: ChartScale) -> String {
        scale.ticks.map { value in
            let y = ChartScale.text(scale.y(value))
            return "<line class=\"grid\" x1=\"64\" x2=\"708\" y1=\"\(y)\" y2=\"\(y)\"/>"
                + "<text x=\"58\" y=\"\(y)\" dy=\"4\" text-anchor=\"end\">\(Figures.text(value))</text>\n"
        }.joined()
    }

    private static func times(_ evidence: Evidence, _ scale: ChartScale) -> String {
        [(evidence.start, "start", 64.0), (evidence.end, "end", 708.0)].map { time, anchor, x in
            "<text x=\"\(ChartScale.text(x))\" y=\"240\" text-anchor=\"\(anchor)\">\(Figures.time(time))</text>\n"
        }.joined()
    }

    /// A gap breaks the line; thinned samples lie farther apart than a step, so gaps are judged by absent values.
    private static func lines(_ series: [Series], _ scale: ChartScale, _ step: Double) -> String {
        series.enumerated().map { index, series in
            var path = ""
            var isDown = false
            for sample in series.samples {
                guard sample.value.isFinite else {
                    isDown = false
                    continue
                }
                let point = "\(ChartScale.text(scale.x(sample.time))) \(ChartScale.text(scale.y(sample.value)))"
                path += "\(isDown ? "L" : "M")\(point)"
                isDown = true
            }
            return "<path class=\"line line\(index + 1)\" d=\"\(path)\"/>\n"
        }.joined()
    }

    private static func limit(_ evidence: Evidence, _ scale: ChartScale) -> String {
        guard let threshold = evidence.threshold, threshold.isFinite else { return "" }
        let y = ChartScale.text(scale.y(threshold))
        return "<line class=\"limit\" x1=\"64\" x2=\"708\" y1=\"\(y)\" y2=\"\(y)\"/>"
            + "<text x=\"704\" y=\"\(y)\" dy=\"-4\" text-anchor=\"end\">threshold \(Figures.text(threshold))</text>"
    }
}
