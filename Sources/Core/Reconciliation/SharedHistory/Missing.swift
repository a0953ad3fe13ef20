import Domain

/// The steps of one run as they are shared, each with the history that it was recorded in.
struct SharedRun {
    let name: String
    var rows: [(origin: String, row: HistoryRow)]
}

extension SharedHistory {
    /// In the order of their first files.
    func runs() throws(Problem) -> [SharedRun] {
        var (runs, places): ([SharedRun], [String: Int]) = ([], [:])
        for part in parts {
            let rows = try part.rows().map { (origin: part.header.origin, row: $0) }
            if let place = places[part.header.run] {
                runs[place].rows += rows
            } else {
                places[part.header.run] = runs.count
                runs.append(SharedRun(name: part.header.run, rows: rows))
            }
        }
        return runs
    }
}

/// The steps of one run that are shared and not here.
struct Missing {
    let rows: [(origin: String, row: HistoryRow)]
    /// Other steps of the run are here.
    let isPartial: Bool

    /// Nil where all are here, or were pruned here.
    init?(of run: SharedRun, in history: any History, after start: HistoryCheckpoint?) throws(Problem) {
        if let before = start?.before, run.rows.allSatisfy({ $0.row.entry.time < before }) { return nil }
        let own = try history.rows(HistoryFilter(run: run.name, limit: .max))
        rows = Self.difference(run.rows, own)
        isPartial = !own.isEmpty
        if rows.isEmpty { return nil }
    }

    /// The first one that the very history which lacks it has shared.
    func own(_ start: HistoryCheckpoint) -> HistoryRow? {
        rows.first { $0.origin == start.origin && $0.row.sequence > start.sequence }?.row
    }

    /// Equal steps count as often as they stand there.
    private static func difference(
        _ wanted: [(origin: String, row: HistoryRow)], _ own: [HistoryRow]
    ) -> [(origin: String, row: HistoryRow)] {
        var left = Dictionary(own.map { (EntryTexts($0.bounded.entry), 1) }, uniquingKeysWith: +)
        return wanted.filter { next in
            let texts = EntryTexts(next.row.entry)
            guard let count = left[texts], count > 0 else { return true }
            left[texts] = count - 1
            return false
        }
    }
}
