/// A table that a phone shows as one card a row; the roles keep it a table for a screen reader even then.
struct HTMLTable {
    let caption: String
    let table: Table
    /// Columns whose values are figures.
    var numbers: Set<String> = []
    /// Columns whose values are names that stand in code.
    var code: Set<String> = []
    /// Columns whose values are one word for a state.
    var states: Set<String> = []
    /// Columns whose values are times, as `Figures.time` writes them.
    private let times: Set<String> = ["time", "since", "started"]

    var markup: Markup {
        Markup("table", ["role": "table"]) {
            Markup("caption", caption)
            Markup("thead", ["role": "rowgroup"]) {
                Markup("tr", ["role": "row"]) {
                    for name in table.columns {
                        Markup("th", ["role": "columnheader", "scope": "col", "class": kind(name)], name)
                    }
                }
            }
            Markup("tbody", ["role": "rowgroup"]) {
                for row in table.rows {
                    Markup("tr", ["role": "row"]) {
                        for (name, value) in zip(table.columns, row) { cell(name, value) }
                    }
                }
            }
        }
    }

    private func kind(_ name: String) -> String? { numbers.contains(name) ? "number" : nil }

    /// The first column is what the row is about.
    private func cell(_ name: String, _ value: String) -> Markup {
        let content = value.isEmpty ? Markup("span", ["class": "none"], "–") : shown(name, value)
        if name == table.columns.first {
            return Markup("th", ["role": "rowheader", "scope": "row", "data-label": name]) { content }
        }
        return Markup("td", ["role": "cell", "data-label": name, "class": kind(name)]) { content }
    }

    private func shown(_ name: String, _ value: String) -> Markup {
        if states.contains(name) { return HTMLBadge.markup(value) }
        if times.contains(name) { return HTMLTime.markup(value) }
        let content = Markup.name(value)
        return code.contains(name) ? Markup("code") { content } : Markup("span") { content }
    }
}

/// A time as people read it; the page says once that all are UTC.
enum HTMLTime {
    static func markup(_ text: String) -> Markup {
        Markup("time", ["datetime": text], text.replacing("T", with: " ").replacing("Z", with: ""))
    }
}

/// A state in a word, with a colour that says no more than the word.
enum HTMLBadge {
    private static let good: Set<String> = [
        "applied", "already_applied", "clear", "done", "created", "taken", "equal", "kept",
    ]
    private static let bad: Set<String> = [
        "failed", "error", "partial", "stale", "unmapped", "ambiguous", "refused", "different", "unverified",
    ]
    private static let busy: Set<String> = [
        "firing", "open", "waiting", "needs_approval", "locked", "merged", "edited",
    ]

    static func markup(_ word: String) -> Markup {
        let tone = good.contains(word) ? "good" : bad.contains(word) ? "bad" : busy.contains(word) ? "busy" : "calm"
        return Markup("span", ["class": "badge \(tone)"], word.replacing("_", with: " "))
    }
}
