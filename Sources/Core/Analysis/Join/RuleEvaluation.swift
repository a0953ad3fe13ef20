import Domain

/// One rule over the answers to its queries, in the workspaces where it holds in this form.
struct RuleEvaluation {
    let plan: LeafPlan
    let answers: Answers
    let index: ResourceIndex
    let locator: ResourceLocator
    let unreadable: [String: Problem]
    let now: Double
    /// Whether the rule holds in this form there.
    let includes: (String) -> Bool
    /// Tells of series that lead to no workspace, which belong to no form of the rule in particular.
    let isBase: Bool

    var rule: Rule { plan.rule }
    var end: Double { Schedule(rule, window: 0, now: now).end }

    func findings() -> Findings {
        do throws(Unanswered) {
            let joins = try joins()
            let isEmpty = joins.values.allSatisfy { $0.series.isEmpty && $0.lost.isEmpty }
            if isEmpty, rule.coverage.noData == .skip || universe.isEmpty {
                return unmatched
            }
            var findings = try findings(joins)
            findings.statuses += silent.statuses(beside: findings.statuses, reason: "no series leads to it")
            return findings
        } catch {
            return failure(error)
        }
    }

    private var silent: SilentWorkspaces {
        SilentWorkspaces(rule: rule, index: index, includes: includes, unreadable: unreadable)
    }

    private var unmatched: Findings {
        let reason = "the query matched no series"
        let statuses = silent.statuses(beside: [], reason: reason)
        return statuses.isEmpty ? own([status(nil, .noData, 0, reason)]) : Findings(statuses: statuses)
    }

    private func failure(_ reason: Unanswered) -> Findings {
        switch reason {
        case .notAsked:
            let problem = Problem(.bug, "the query of the rule '\(rule.id)' was not asked")
            return own([status(nil, .error, 0, problem.message)], problems: [problem])
        case .failed(let problem):
            let named = Problem(
                problem.kind, "the rule '\(rule.id)': \(problem.message)", hint: problem.hint,
                location: problem.location ?? rule.location)
            return own([status(nil, .error, 0, problem.message)], problems: [named])
        case .partial(let warnings, let count):
            return own([status(nil, .partial, count, warnings)])
        }
    }

    /// What concerns no workspace is told once.
    private func own(_ statuses: [RuleStatus], problems: [Problem] = []) -> Findings {
        isBase ? Findings(statuses: statuses, problems: problems) : Findings()
    }

    func status(
        _ workspace: String?, _ status: RuleStatus.Status, _ count: Int, _ reason: String?
    ) -> RuleStatus {
        RuleStatus(workspace: workspace, rule: rule.id, status: status, count: count, reason: reason)
    }

    // MARK: Joining

    private func joins() throws(Unanswered) -> [Rule.Condition: LeafJoin] {
        var joins: [Rule.Condition: LeafJoin] = [:]
        for (condition, evaluation) in plan.leaves {
            joins[condition] = LeafJoin(
                condition, try evaluation.series(answers), isAlone: plan.leaves.count == 1, index: index,
                locator: locator, unreadable: unreadable, pin: rule.resource.workspace)
        }
        return joins
    }

    /// The instances that a missing series may speak of.
    private var universe: [Place] {
        guard rule.coverage.noData != .skip, let type = rule.resource.type else { return [] }
        return index.resources(ofType: type).map { workspace, instance in
            Place(
                block: Location.Block(workspace: workspace, address: instance.blockAddress),
                instance: instance.address, isInstance: true)
        }
    }

    private func findings(_ joins: [Rule.Condition: LeafJoin]) throws(Unanswered) -> Findings {
        let places = Set(joins.values.flatMap(\.series.keys)).union(universe)
            .filter { includes($0.block.workspace) && isMeant($0) }
        let standings = PlaceStandings(evaluation: self, joins: joins, thresholds: try thresholds())
        var blocks: [Location.Block: [(place: Place, standing: Standing)]] = [:]
        for place in places.sorted() {
            blocks[place.block, default: []].append((place, standings.standing(at: place)))
        }
        var findings = BlockFindings(evaluation: self, joins: joins).findings(
            blocks, doubtful: joins.values.reduce(into: []) { $0.formUnion($1.doubtful) })
        findings += lost(joins)
        return findings
    }

    /// Whether the rule is about the instance at all.
    func isMeant(_ place: Place) -> Bool {
        guard let filter = rule.resource.filter else { return true }
        guard let values = index.values(of: place.instance, in: place.block.workspace) else { return false }
        return filter.holds(for: values)
    }

    private func thresholds() throws(Unanswered) -> [String: LeafJoin] {
        var joins: [String: LeafJoin] = [:]
        for (name, query) in plan.thresholds {
            let question = Question(rule: rule, query: "", schedule: Schedule(rule, window: 0, now: now))
            let series = try question.series(query, answers).map { series in
                LeafSeries(series.labels, series.samples) { _ in .noData }
            }
            joins[name] = LeafJoin(
                rule.condition ?? .all([]), series, isAlone: false, index: index, locator: locator,
                unreadable: unreadable)
        }
        return joins
    }

    // MARK: Lost series

    private func lost(_ joins: [Rule.Condition: LeafJoin]) -> Findings {
        guard isBase else { return Findings() }
        var all: [LeafJoin.Lost: [String]] = [:]
        for join in joins.values { all.merge(join.lost) { $0 + $1 } }
        return Findings(
            statuses: all.map { lost, reasons in
                status(lost.workspace, lost.status, reasons.count, reason(reasons, lost))
            })
    }

    /// The first reason stands for all; a state that could not be read may be the cause.
    private func reason(_ reasons: [String], _ lost: LeafJoin.Lost) -> String {
        let first = reasons.min() ?? ""
        guard lost.status == .unmapped, !unreadable.isEmpty else { return first }
        return "\(first); the state of \(unreadable.keys.sorted().joined(separator: ", ")) could not be read"
    }
}
