import Domain

extension HTMLReport {
    /// In the order of the page; what there is nothing of is left out.
    var sections: [HTMLSection] {
        [summary, opportunities, proposals, workspaces, rules, applies, history, cost, problems].compactMap(\.self)
    }

    private var summary: HTMLSection {
        HTMLSection("summary", "Summary") {
            Markup("dl", ["class": "figures"]) {
                for figure in dashboard.figures {
                    Markup("div") {
                        Markup("dt", figure.name)
                        Markup("dd", figure.value)
                    }
                }
            }
        }
    }

    // MARK: Opportunities

    private var opportunities: HTMLSection {
        let found = dashboard.entries.compactMap { entry in entry.opportunity.map { (entry, $0) } }
        return HTMLSection("opportunities", "Opportunities") {
            if found.isEmpty { Markup("p", "No rule fires.") }
            for (entry, opportunity) in found { OpportunityCard(entry: entry, opportunity: opportunity).markup }
        }
    }

    // MARK: Proposals

    private var proposals: HTMLSection? {
        section(
            "proposals", "Proposals", "Proposals, with what somebody has to do something about first", proposalTable,
            code: ["resource", "branch"], states: ["state"])
    }

    private var proposalTable: Table {
        let applied = dashboard.entries(.applied)
        let shown = dashboard.entries.filter { !$0.branch.isEmpty || $0.opportunity == nil }
        return Table(
            columns: ["resource", "workspace", "state", "reason", "rule", "since", "branch"],
            rows: shown.dropLast(max(0, applied.count - Dashboard.mostApplied)).map { entry in
                [
                    entry.address, entry.workspace, entry.standing.rawValue,
                    entry.reason.isEmpty ? entry.standing.meaning : entry.reason, entry.rule,
                    entry.time.map(Figures.time) ?? "", entry.branch,
                ]
            })
    }

    // MARK: Tables

    private var workspaces: HTMLSection? {
        section(
            "workspaces", "Workspaces", "Workspaces of the base branch", dashboard.workspaceTable,
            numbers: ["resources", "open", "to be applied"])
    }

    private var rules: HTMLSection? {
        section(
            "rules", "Rules", "How every rule ended in every workspace", dashboard.statusTable, numbers: ["count"],
            states: ["status"])
    }

    private var applies: HTMLSection? {
        section(
            "applies", "Applies", "The last applies, the newest first", dashboard.applyTable, code: ["proposal"],
            states: ["result"])
    }

    private func section(
        _ id: String, _ title: String, _ caption: String, _ table: Table, numbers: Set<String> = [],
        code: Set<String> = [], states: Set<String> = []
    ) -> HTMLSection? {
        guard !table.isEmpty else { return nil }
        return HTMLSection(id, title) {
            HTMLTable(caption: caption, table: table, numbers: numbers, code: code, states: states).markup
        }
    }

    // MARK: History

    private var history: HTMLSection {
        HTMLSection("history", "History") {
            if let absence = dashboard.history.absence {
                Markup("p", absence)
            } else if let run = dashboard.history.runs.first {
                HTMLTable(
                    caption: "The steps of the latest run, \(run.name)", table: dashboard.stepTable, code: ["about"],
                    states: ["status"]
                ).markup
            } else {
                Markup("p", "The history holds no run.")
            }
        }
    }

    private var cost: HTMLSection? {
        guard !dashboard.history.runs.isEmpty else { return nil }
        return HTMLSection("cost", "Cost") {
            if let chart = CostChart(dashboard.history.runs) {
                chart.figure
            } else {
                Markup("p", "No model was asked in these runs.")
            }
            HTMLTable(
                caption: "The last runs, the newest first", table: dashboard.runTable,
                numbers: ["proposals", "applies", "calls", "tokens", "cost"], states: ["status"]
            ).markup
        }
    }

    private var problems: HTMLSection? {
        guard !dashboard.problems.isEmpty else { return nil }
        return HTMLSection("problems", "Problems") {
            Markup("ul", ["class": "problems"]) {
                for problem in dashboard.problems { Markup("li") { Markup("pre", problem.description) } }
            }
        }
    }
}
