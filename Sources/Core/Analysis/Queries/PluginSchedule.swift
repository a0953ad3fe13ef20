package import Domain

/// When plugins' metrics are asked: aligned as the rules' are, so that they share requests.
package enum PluginSchedule {
    package static func query(_ query: PluginQuery, at now: Double) -> MetricQuery {
        var step = query.step ?? Schedule.shortestStep
        if query.step == nil { while query.window / step > Schedule.mostPoints { step *= 2 } }
        let end = (now / step).rounded(.down) * step
        guard query.window > 0 else { return MetricQuery(query.expression, .instant(end)) }
        let window = (query.window / step).rounded(.up) * step
        return MetricQuery(query.expression, .range(start: end - window, end: end, step: step))
    }
}

extension Answers {
    /// What a plugin gets to see; throws where its question failed.
    package func answer(to query: MetricQuery, for plugin: Plugin) throws(Problem) -> MetricAnswer {
        switch result(query) {
        case nil:
            throw Problem(.bug, "a query of the plugin '\(plugin.name)' was not asked: \(query.expression)")
        case .failure(let problem):
            throw Problem(
                problem.kind, "a query of the plugin '\(plugin.name)' failed: \(problem.message)", hint: problem.hint)
        case .success(let answer):
            guard case .range(let start, let end, let step) = query.time else { return answer }
            let grid = Grid(start: start, end: end, step: step)
            return MetricAnswer(
                series: answer.series.map(grid.part).filter { !$0.samples.isEmpty }, warnings: answer.warnings)
        }
    }
}
