import Domain
import Foundation

extension Dashboard {
    /// Applied proposals that are listed; the history has all of them.
    static let mostApplied = 50

    /// For a job's summary or a file in a repository.
    package var markdown: String {
        let parts = [
            "# Sphinx", Escaping.markdown(place), figureTable.markdown, standings, list("Workspaces", workspaceTable),
            list("Rules", statusTable), latestRun, list("Runs", runTable), list("Applies", applyTable), troubles,
        ]
        return parts.filter { !$0.isEmpty }.map(\.trimmingLines).joined(separator: "\n\n") + "\n"
    }

    private func list(_ title: String, _ table: Table) -> String {
        table.isEmpty ? "" : "## \(title)\n\n\(table.markdown)"
    }

    private var figureTable: Table {
        Table(columns: ["what", "count"], rows: figures.map { [$0.name, $0.value] })
    }

    private var standings: String {
        let parts = Standing.allCases.compactMap { standing in
            let entries = entries(standing)
            return entries.isEmpty
                ? nil : "## \(standing.title)\n\n\(standing.meaning)\n\n\(table(of: entries).markdown)".trimmingLines
        }
        return parts.isEmpty ? "No rule fires, and no proposal is open." : parts.joined(separator: "\n\n")
    }

    private func table(of entries: [Entry]) -> Table {
        let shown = entries[0].standing == .applied ? Array(entries.prefix(Self.mostApplied)) : entries
        return Table(
            columns: ["workspace", "resource", "what", "rule", "reason", "branch"],
            rows: shown.map { [$0.workspace, $0.address, $0.title, $0.rule, $0.reason, $0.branch] })
    }

    private var latestRun: String {
        if let absence = history.absence { return "## History\n\n\(Escaping.markdown(absence))" }
        guard let run = history.runs.first else { return "" }
        return "## The latest run: \(Escaping.markdown(run.name))\n\n\(stepTable.markdown)"
    }

    private var troubles: String {
        problems.isEmpty
            ? "" : "## Problems\n\n" + problems.map { Escaping.fenced($0.description, as: "") }.joined(separator: "\n")
    }
}

// The tables that the forms have in common.
extension Dashboard {
    var workspaceTable: Table {
        Table(
            columns: ["workspace", "resources", "backend", "apply", "open", "to be applied", "lock"],
            rows: workspaces.map { line in
                let own = entries.filter { $0.workspace == line.path }
                return [
                    line.path, String(line.resources), line.backend, line.apply,
                    String(own.count { [.open, .edited].contains($0.standing) }),
                    String(own.count { $0.standing == .merged }), line.lock ?? "",
                ]
            })
    }

    var statusTable: Table {
        Table(
            columns: ["workspace", "rule", "status", "count", "reason"],
            rows: statuses.map {
                [$0.workspace ?? "-", $0.rule, $0.status.rawValue, String($0.count), $0.reason ?? ""]
            })
    }

    var stepTable: Table {
        Table(
            columns: ["time", "workspace", "action", "status", "about", "remark"],
            rows: history.steps.map { row in
                [
                    Figures.time(row.entry.time.timeIntervalSince1970), row.entry.workspace ?? "", row.entry.action,
                    row.entry.status, row.entry.subject ?? "", Escaping.line(row.entry.remark, limit: 500),
                ]
            })
    }

    var runTable: Table {
        Table(
            columns: ["run", "started", "took", "status", "proposals", "applies", "calls", "tokens", "cost"],
            rows: history.runs.map { run in
                [
                    run.name, Figures.time(run.started), run.ended.map { Figures.duration($0 - run.started) } ?? "",
                    run.status, String(run.proposals), String(run.applies), String(run.usage.calls),
                    Figures.grouped(run.usage.tokens), run.usage.price,
                ]
            })
    }

    var applyTable: Table {
        Table(
            columns: ["time", "workspace", "proposal", "result", "remark"],
            rows: history.applies.map { row in
                [
                    Figures.time(row.entry.time.timeIntervalSince1970), row.entry.workspace ?? "",
                    row.entry.subject ?? "", row.entry.status, Escaping.line(row.entry.remark, limit: 500),
                ]
            })
    }
}
