import Domain

/// Carries out proposal steps: drafts by workspace, side by side; then one push for all of them.
struct Proposing {
    let world: World
    let settings: RunSettings
    let publisher: Publisher
    /// Nil where the month has no limit.
    let spending: MonthlySpending?

    /// Asks no model.
    init(world: World, settings: RunSettings, publisher: Publisher) {
        self.world = world
        self.settings = settings
        self.publisher = publisher
        spending = nil
    }

    /// The model refuses what the limits do not allow.
    init(
        world: World, settings: RunSettings, publisher: Publisher, limits: Limits, in snapshot: Snapshot
    ) {
        spending =
            limits.month.isLimited && world.writer != nil
            ? MonthlySpending(in: snapshot, world: world, settings: settings) : nil
        var limited = world
        let earlier = spending?.earlier ?? Usage()
        limited.writer = world.writer.map { BudgetedWriter($0, limits: limits, earlier: earlier) }
        self.world = limited
        self.settings = settings
        self.publisher = publisher
    }

    private var journal: Journal { Journal(world: world, settings: settings) }

    func drafts(of steps: [ProposalStep], _ observation: Observation, _ context: DecisionContext) async -> [Draft] {
        let decided = steps.filter { $0.cause == nil }.compactMap(draft(ofDecided:))
        let stages = Dictionary(grouping: steps.filter { $0.cause != nil }) { $0.cause?.workspace ?? "" }
            .sorted { $0.key < $1.key }
            .compactMap { path, steps in
                observation.workspace(path).map {
                    ProposalStage(
                        world: world, settings: settings, observation: observation, context: context, workspace: $0,
                        steps: steps)
                }
            }
        let worked = await stages.concurrently(limit: settings.concurrency) { await $0.drafts() }
        return decided + worked.flatMap { $0 }.map(\.tried)
    }

    private func draft(ofDecided step: ProposalStep) -> Draft? {
        switch step {
        case .leave(let outcome): Draft(outcome: outcome)
        case .withdraw(let tracked, let state, let reason):
            Draft(
                outcome: ProposalOutcome(tracked, state: state, reason: reason),
                updates: settings.names.withdrawal(of: tracked))
        case .write, .refresh: nil
        }
    }

    /// Pushes all branches and refs at once; a draft that the remote refuses says so and takes no other with it.
    func published(_ drafts: [Draft]) async -> [Draft] { await published(drafts, with: []).drafts }

    /// The same, with branches of groups; their members open no merge requests of their own.
    func published(
        _ drafts: [Draft], with groups: [GroupStage.Result]
    ) async -> (drafts: [Draft], groups: [GroupOutcome]) {
        var (drafts, outcomes) = (drafts, groups.map(\.outcome))
        do throws(Problem) {
            let spent = try spending?.groups(adding: drafts.map(\.usage).reduce(Usage(), +)) ?? []
            let grouped = Set(groups.filter { !$0.outcome.members.isEmpty }.flatMap(\.outcome.members))
            let refused = try await publisher.push(
                drafts.map {
                    let key = $0.outcome.key
                    return Publisher.Group(
                        name: key.text, updates: $0.updates, request: grouped.contains(key) ? nil : $0.request)
                }
                    + groups.map {
                        Publisher.Group(name: $0.outcome.branch, updates: $0.updates, request: $0.request)
                    } + spent)
            drafts.note(refused)
            outcomes.note(refused)
            if let refusal = spent.first.flatMap({ refused[$0.name] }) {
                drafts.attach(Problem(.passing, "what the month has spent could not be recorded: \(refusal.reason)"))
            }
        } catch {
            for index in drafts.indices where !drafts[index].updates.isEmpty {
                drafts[index].refuse("not published: \(error.message)")
            }
            drafts.attach(error)
            let lost = groups.filter { !$0.updates.isEmpty }.map { ($0.outcome.branch, Publisher.Refusal(error)) }
            outcomes.note(Dictionary(lost) { first, _ in first })
        }
        let noted = recorded(drafts)
        return (noted, outcomes)
    }

    /// Writes what became of the drafts into the history.
    func recorded(_ drafts: [Draft]) -> [Draft] {
        var drafts = drafts
        do throws(Problem) {
            for draft in drafts { try record(draft) }
        } catch {
            drafts.attach(error)
        }
        return drafts
    }

    private func record(_ draft: Draft) throws(Problem) {
        let outcome = draft.outcome
        try journal.record(
            "propose", outcome.state.rawValue, workspace: outcome.workspace, subject: outcome.branch,
            details: [
                "key": .string(outcome.key.text), "rule": .string(outcome.rule), "address": .string(outcome.address),
                "reason": outcome.reason.map(JSONValue.string) ?? .null,
                "planDigest": (outcome.planDigest?.description).map(JSONValue.string) ?? .null,
                "commit": (outcome.commit?.hex).map(JSONValue.string) ?? .null,
                "model": outcome.model.map(JSONValue.string) ?? .null, "usage": .object(JSONValue.of(draft.usage)),
                "tried": .bool(draft.wasTried),
            ])
    }
}

extension Draft {
    fileprivate var tried: Draft {
        var draft = self
        draft.wasTried = true
        return draft
    }

    mutating func refuse(_ reason: String) {
        outcome.state = .failed
        outcome.reason = reason
        outcome.commit = nil
    }
}

extension [GroupOutcome] {
    fileprivate mutating func note(_ refused: [String: Publisher.Refusal]) {
        for index in indices {
            guard let refusal = refused[self[index].branch] else { continue }
            self[index].state = refusal.isMoved ? .waiting : .failed
            self[index].reason = "not published: \(refusal.reason)"
        }
    }
}

extension [Draft] {
    fileprivate mutating func note(_ refused: [String: Publisher.Refusal]) {
        for index in indices {
            guard let refusal = refused[self[index].outcome.key.text] else { continue }
            self[index].refuse("not published: \(refusal.reason)")
            if refusal.isMoved { self[index].outcome.state = .waiting }
        }
    }

    /// Hangs a problem of the whole stage on the first draft, so that it is reported once.
    mutating func attach(_ problem: Problem) {
        if !isEmpty { self[0].problems.append(problem) }
    }
}
