package import Domain

extension RunReport {
    /// For a terminal or a job's log.
    package var text: String {
        var parts = ["\(isDryRun ? "dry run" : "run") \(run) on \(baseBranch) \(base?.short ?? "")\n"]
        if !statuses.isEmpty { parts.append("Rules\n\(statusTable.text)") }
        if !applies.allSatisfy({ $0.key == nil }) { parts.append("Merged proposals\n\(applyTable.text)") }
        if applies.contains(where: { $0.key == nil }) { parts.append("Infrastructure\n\(differenceTable.text)") }
        if !proposals.isEmpty { parts.append("Proposals\n\(proposalTable.text)") }
        if !groups.isEmpty { parts.append("Groups\n\(groupTable.text)") }
        parts += proposals.compactMap(\.written)
        if !problems.isEmpty {
            parts.append("Problems\n\(problems.map { "- \(Escaping.plain($0.description))\n" }.joined())")
        }
        parts += notices.map { "notice: \(Escaping.line($0, limit: 500))\n" }
        return parts.joined(separator: "\n") + "\n\(summary)\n"
    }

    package var markdown: String {
        var parts = ["# Sphinx: \(isDryRun ? "dry run" : "run") \(Escaping.markdown(run))", summary]
        if !applies.allSatisfy({ $0.key == nil }) { parts.append("## Merged proposals\n\n\(applyTable.markdown)") }
        if applies.contains(where: { $0.key == nil }) {
            parts.append("## Infrastructure\n\n\(differenceTable.markdown)")
        }
        if !proposals.isEmpty { parts.append("## Proposals\n\n\(proposalTable.markdown)") }
        if !groups.isEmpty { parts.append("## Groups\n\n\(groupTable.markdown)") }
        if !statuses.isEmpty { parts.append("## Rules\n\n\(statusTable.markdown)") }
        if !problems.isEmpty {
            parts.append("## Problems\n\n" + problems.map { Escaping.fenced($0.description, as: "") }.joined())
        }
        parts += notices.map { "> \(Escaping.markdown($0))" }
        return parts.joined(separator: "\n\n") + "\n"
    }

    /// Counts and cost in one line.
    package var summary: String {
        let states = Dictionary(grouping: proposals, by: \.state.rawValue).mapValues(\.count)
        let results = Dictionary(grouping: applies, by: \.result.rawValue).mapValues(\.count)
        let counts = [states, results].map { $0.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" } }.flatMap {
            $0
        }
        return (counts.isEmpty ? ["nothing to do"] : counts).joined(separator: ", ")
            + "; pushes: \(pushes); Gemini: \(usage.calls) calls, \(usage.tokens) tokens, \(usage.price)"
    }

    private var statusTable: Table {
        Table(
            columns: ["workspace", "rule", "status", "count", "reason"],
            rows: statuses.map {
                [$0.workspace ?? "-", $0.rule, $0.status.rawValue, String($0.count), $0.reason ?? ""]
            })
    }

    private var proposalTable: Table {
        Table(
            columns: ["state", "workspace", "address", "branch", "reason"],
            rows: proposals.map {
                [$0.state.rawValue, $0.workspace, $0.address, $0.branch, $0.reason ?? $0.planSummary ?? ""]
            })
    }

    private var groupTable: Table {
        Table(
            columns: ["state", "branch", "members", "reason"],
            rows: groups.map {
                [$0.state.rawValue, $0.branch, $0.members.map(\.text).joined(separator: " "), $0.reason ?? ""]
            })
    }

    private var applyTable: Table {
        Table(
            columns: ["result", "workspace", "proposal", "reason"],
            rows: applies.compactMap { apply in
                apply.key.map { [apply.result.rawValue, apply.workspace, $0.text, apply.reason ?? ""] }
            })
    }

    /// What is not as it was merged, without a proposal.
    private var differenceTable: Table {
        Table(
            columns: ["result", "workspace", "reason"],
            rows: applies.filter { $0.key == nil }.map { [$0.result.rawValue, $0.workspace, $0.reason ?? ""] })
    }
}

extension Usage {
    /// Dollars with four digits, as single calls cost fractions of a cent.
    package var price: String { isPriceKnown ? "$\(Figures.dollars(costUSD))" : "price unknown" }
}

extension ProposalOutcome {
    /// Branch, message and difference, where this run wrote them.
    fileprivate var written: String? {
        guard let message else { return nil }
        return "\(branch) (\(commit?.short ?? ""))\n\n\(Escaping.plain(message))\n\(Escaping.plain(difference ?? ""))"
    }
}

extension AnalysisResult {
    package var text: String {
        var parts = [statusTable.text]
        parts += opportunities.map { opportunity in
            "\(opportunity.rule.severity.rawValue): \(opportunity.workspace) \(opportunity.address): "
                + "\(Escaping.line(opportunity.title, limit: 200))\n"
                + "    \(Escaping.line(opportunity.description, limit: 500))\n"
                + "    \(Figures.text(opportunity.value)) since \(Figures.time(opportunity.since)), "
                + "found by \(Escaping.line(opportunity.evidence.located, limit: 300))\n"
        }
        if !problems.isEmpty {
            parts.append(problems.map { "problem: \(Escaping.plain($0.description))\n" }.joined())
        }
        return parts.joined(separator: "\n")
    }

    package var markdown: String {
        let table = Table(
            columns: ["severity", "workspace", "address", "title", "value", "since"],
            rows: opportunities.map {
                [
                    $0.rule.severity.rawValue, $0.workspace, $0.address, $0.title, Figures.text($0.value),
                    Figures.time($0.since),
                ]
            })
        return "# Opportunities\n\n\(table.markdown)\n# Rules\n\n\(statusTable.markdown)"
    }

    private var statusTable: Table {
        Table(
            columns: ["workspace", "rule", "status", "count", "reason"],
            rows: statuses.map {
                [$0.workspace ?? "-", $0.rule, $0.status.rawValue, String($0.count), $0.reason ?? ""]
            })
    }
}
