import Domain

/// How each place stands to a rule's whole condition.
struct PlaceStandings {
    let evaluation: RuleEvaluation
    let joins: [Rule.Condition: LeafJoin]
    let thresholds: [String: LeafJoin]

    func standing(at place: Place) -> Standing {
        guard let condition = evaluation.rule.condition else { return Standing(verdict: .noData) }
        return ConditionTree(end: evaluation.end) { leaf in self.leaf(leaf, place) }.standing(condition)
    }

    private func leaf(_ condition: Rule.Condition, _ place: Place) -> Standing {
        guard let join = joins[condition] else { return Standing(verdict: .noData) }
        switch bounds(condition, place) {
        case .failure(let reason): return Standing(verdict: .insufficient(reason.text), leaf: condition)
        case .success(let bounds):
            return join.standing(
                at: place, bounds, noData: evaluation.rule.coverage.noData, end: evaluation.end)
        }
    }

    // MARK: Thresholds

    /// Why there is nothing to compare with.
    private struct Missing: Error {
        let text: String
    }

    private func bounds(_ condition: Rule.Condition, _ place: Place) -> Result<Bounds, Missing> {
        guard case .compares(let leaf) = condition else { return .success(Bounds(0)) }
        switch leaf.threshold {
        case .number(let number): return .success(Bounds(number))
        case .range(let low, let high): return .success(Bounds(low: low, high: high))
        case .attribute(let path, let scale): return attribute(path, place).map { Bounds($0 * scale) }
        case .query(let name, let scale): return value(of: name, place).map { Bounds($0 * scale) }
        }
    }

    private func attribute(_ path: String, _ place: Place) -> Result<Double, Missing> {
        let values = evaluation.index.values(of: place.instance, in: place.block.workspace)
        let texts = values.map { AttributePath.texts(at: path, in: $0) } ?? []
        guard let text = texts.first, texts.count == 1, let number = Double(text) else {
            return .failure(Missing(text: "the attribute '\(path)' is no number in the state"))
        }
        return .success(number)
    }

    private func value(of query: String, _ place: Place) -> Result<Double, Missing> {
        let values = (thresholds[query]?.series[place] ?? []).compactMap { $0.series.samples.last?.value }
            .filter { !$0.isNaN }
        guard let value = values.first, values.count == 1 else {
            let count = values.isEmpty ? "no value" : "\(values.count) values"
            return .failure(Missing(text: "the query '\(query)' has \(count) for it"))
        }
        return .success(value)
    }
}
