import Domain

/// What the last runs cost, one bar a run, the newest at the right; the table beside it has the figures.
struct CostChart {
    private static let mostRuns = 30
    private static let size = (width: 720.0, height: 150.0)

    private let runs: [RecordedHistory.Run]
    private let highest: Double
    private let isPriced: Bool

    /// Nil where no model was asked.
    init?(_ newestFirst: [RecordedHistory.Run]) {
        runs = newestFirst.prefix(Self.mostRuns).reversed()
        isPriced = runs.allSatisfy(\.usage.isPriceKnown)
        let isPriced = isPriced
        highest = runs.map { Self.value($0, isPriced) }.max() ?? 0
        guard highest > 0 else { return nil }
    }

    /// Tokens where the model's price is not known.
    private static func value(_ run: RecordedHistory.Run, _ isPriced: Bool) -> Double {
        isPriced ? run.usage.costUSD : Double(run.usage.tokens)
    }

    var figure: Markup {
        Markup("figure") {
            svg
            Markup(
                "figcaption",
                "\(name) of the last \(runs.count) run\(runs.count == 1 ? "" : "s"); the highest is \(shown(highest)).")
        }
    }

    private var name: String { isPriced ? "Cost" : "Tokens" }
    private func shown(_ value: Double) -> String {
        isPriced ? "$\(Figures.dollars(value))" : Figures.grouped(Int(exactly: value) ?? .max)
    }

    private var svg: Markup {
        Markup(
            "svg",
            [
                "xmlns": "http://www.w3.org/2000/svg", "class": "chart bars", "role": "img", "viewBox": "0 0 720 150",
                "aria-labelledby": "cost-title",
            ]
        ) {
            Markup("title", ["id": "cost-title"], "\(name) of the last \(runs.count) runs, the newest at the right")
            Markup("line", ["class": "grid", "x1": "12", "x2": "708", "y1": "138", "y2": "138"])
            for (number, run) in runs.enumerated() { bar(run, number) }
        }
    }

    private func bar(_ run: RecordedHistory.Run, _ number: Int) -> Markup {
        let slot = (Self.size.width - 24) / Double(max(runs.count, 10))
        let value = Self.value(run, isPriced)
        let height = value == 0 ? 0 : max(1, value / highest * (Self.size.height - 24))
        return Markup(
            "rect",
            [
                "class": "bar", "x": Coordinate.text(12 + slot * Double(number) + slot * 0.1),
                "y": Coordinate.text(138 - height), "width": Coordinate.text(slot * 0.8),
                "height": Coordinate.text(height),
            ]
        ) { Markup("title", "\(run.name): \(shown(value))") }
    }
}
