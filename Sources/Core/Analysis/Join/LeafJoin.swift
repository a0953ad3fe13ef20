import Domain

/// The series of one leaf, led to the places where they belong.
struct LeafJoin {
    /// Series that lead to no single block, by what is known of them.
    struct Lost: Hashable {
        let workspace: String?
        let status: RuleStatus.Status
    }

    let leaf: Rule.Condition
    private(set) var series: [Place: [(series: LeafSeries, how: String)]] = [:]
    private(set) var lost: [Lost: [String]] = [:]
    private(set) var doubtful: Set<Location.Block> = []

    /// `isAlone` is a leaf without others to be joined with: then series of unknown instances count one by one.
    init(
        _ leaf: Rule.Condition, _ all: [LeafSeries], isAlone: Bool, index: ResourceIndex, locator: ResourceLocator,
        unreadable: [String: Problem], pin: Template? = nil
    ) {
        self.leaf = leaf
        for next in all {
            switch locator.locate(Self.pinned(next.labels, pin)) {
            case .found(let workspace, let instance, let address, let how):
                let isInstance = index.isInstance(instance, in: workspace)
                var place = Place(
                    block: Location.Block(workspace: workspace, address: address), instance: instance,
                    isInstance: isInstance)
                if isAlone, !isInstance { place.part = Measured(series: next, verdict: .noData, how: how).order }
                series[place, default: []].append((next, how))
            case .unmapped(let reason): lose(next.labels, reason, index, unreadable)
            case .ambiguous(let candidates, let reason):
                doubtful.formUnion(candidates)
                lost[Lost(workspace: nil, status: .ambiguous), default: []].append(reason)
            }
        }
    }

    /// The rule's word for the workspace, where the series has none of its own.
    static func pinned(_ labels: Labels, _ pin: Template?) -> Labels {
        guard let pin, labels["terraform_workspace"] == nil else { return labels }
        var pinned = labels
        pinned["terraform_workspace"] = pin.parts.map { part in
            switch part {
            case .text(let text): text
            case .placeholder(let name, _): labels[String(name.dropFirst("labels.".count))] ?? ""
            }
        }.joined()
        return pinned
    }

    /// Where the state of a series' own workspace could not be read, that is the reason.
    private mutating func lose(
        _ labels: Labels, _ reason: String, _ index: ResourceIndex, _ unreadable: [String: Problem]
    ) {
        if let home = index.home(of: labels), let problem = unreadable[home] {
            lost[Lost(workspace: home, status: .error), default: []].append(
                "the state could not be read: \(problem.message)")
        } else {
            lost[Lost(workspace: nil, status: .unmapped), default: []].append(reason)
        }
    }

    // MARK: Standing

    /// A place fires with its worst series; where one is clear and none fires it is clear, if all are known.
    func standing(at place: Place, _ bounds: Bounds, noData: Rule.Coverage.NoData, end: Double) -> Standing {
        let measured = (series[place] ?? []).map {
            Measured(series: $0.series, verdict: $0.series.judge(bounds), how: $0.how)
        }.sorted { isWorse($0, $1, bounds) }
        var standing = Standing(verdict: .noData, measured: measured, leaf: leaf, bounds: bounds)
        if let firing = measured.first?.firing {
            standing.verdict = .firing(since: firing.since, value: firing.value)
        } else if let unknown = measured.first(where: { !$0.isClear }) {
            standing.verdict = unknown.verdict
        } else if let clear = measured.first {
            standing.verdict = clear.verdict
        }
        if case .noData = standing.verdict { standing.verdict = absent(bounds, noData, end) }
        return standing
    }

    private func absent(_ bounds: Bounds, _ noData: Rule.Coverage.NoData, _ end: Double) -> Verdict {
        switch noData {
        case .skip, .error: return .noData
        case .match: return .firing(since: end, value: nil)
        case .value(let value):
            guard case .compares(let leaf) = leaf else { return .noData }
            return leaf.comparison.holds(value, bounds) ? .firing(since: end, value: value) : .clear(value: value)
        }
    }

    /// Farthest beyond the threshold first, what does not fire last; labels break ties, never the source's order.
    func isWorse(_ left: Measured, _ right: Measured, _ bounds: Bounds) -> Bool {
        switch (distance(left, bounds), distance(right, bounds)) {
        case (let first?, let second?) where first != second: first > second
        case (_?, nil): true
        case (nil, _?): false
        default: left.order < right.order
        }
    }

    private func distance(_ measured: Measured, _ bounds: Bounds) -> Double? {
        guard let firing = measured.firing else { return nil }
        guard let value = firing.value, case .compares(let leaf) = leaf else { return 0 }
        return leaf.comparison.distance(value, bounds)
    }
}

extension Measured {
    var isClear: Bool { if case .clear = verdict { true } else { false } }
}
