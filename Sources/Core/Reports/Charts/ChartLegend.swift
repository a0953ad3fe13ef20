import Domain

/// What the lines and colours of a chart mean, below it.
struct ChartLegend {
    struct Item {
        /// Nil shows the colour of the breach instead of a line.
        let line: StaticString?
        let text: String
    }

    private static let swatch = 18.0
    private static let gap = 14.0

    private let placed: [(item: Item, text: String, x: Double, row: Int)]
    private let layout: ChartLayout

    init(_ items: [Item], in layout: ChartLayout) {
        self.layout = layout
        var (x, row) = (12.0, 0)
        placed = items.map { item in
            let text = layout.fitted(item.text, from: 12 + Self.swatch)
            let width = Self.swatch + Double(text.count) * ChartLayout.letter
            if x > 12, x + width > layout.right { (x, row) = (12, row + 1) }
            defer { x += width + Self.gap }
            return (item, text, x, row)
        }
    }

    var rows: Int { (placed.last?.row ?? -1) + 1 }

    /// From this line below the plot on.
    @MarkupBuilder func markup(from first: Int) -> [Markup] {
        for each in placed {
            let y = layout.below(first + each.row)
            sign(of: each.item, x: each.x, y: y - 4)
            Markup("text", ["x": Coordinate.text(each.x + Self.swatch), "y": Coordinate.text(y)], each.text)
        }
    }

    private func sign(of item: Item, x: Double, y: Double) -> Markup {
        guard let line = item.line else {
            return Markup(
                "rect",
                [
                    "class": "breach", "x": Coordinate.text(x), "y": Coordinate.text(y - 5), "width": "14",
                    "height": "10",
                ])
        }
        return Markup(
            "line",
            [
                "class": String(describing: line), "x1": Coordinate.text(x), "x2": Coordinate.text(x + 14),
                "y1": Coordinate.text(y),
                "y2": Coordinate.text(y),
            ])
    }
}

/// What tells the series of one chart apart.
enum SeriesNames {
    /// The labels that are not the same in all of them; of one series all its labels.
    static func names(of series: [Series]) -> [String] {
        let all = series.map { $0.labels.filter { $0.key != "__name__" } }
        let common = all.count > 1 ? all[0].filter { label in all.allSatisfy { $0[label.key] == label.value } } : [:]
        return all.map { labels in
            let own = labels.filter { common[$0.key] == nil }.sorted { $0.key < $1.key }
            return own.isEmpty ? "value" : own.map { "\($0.key)=\($0.value)" }.joined(separator: ", ")
        }
    }
}
