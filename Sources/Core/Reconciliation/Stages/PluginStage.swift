import Analysis
import Domain

/// Runs the plugins of the pinned commit: asks what they want to see, and shows it to them.
struct PluginStage {
    let finder: any OpportunityFinder
    let files: [SourceFile]
    let concurrency: Int

    /// A plugin and what it said of itself.
    struct Described {
        let plugin: Plugin
        let description: Result<PluginDescription, Problem>

        /// What its settings and it itself want asked.
        var queries: [PluginQuery] {
            guard case .success(let description) = description else { return [] }
            let own = Set(description.queries.map(\.name))
            return description.queries + plugin.queries.filter { !own.contains($0.name) }
        }
    }

    func described(_ plugins: [Plugin]) async -> [Described] {
        await plugins.concurrently(limit: concurrency) { plugin in
            do throws(Problem) {
                return Described(
                    plugin: plugin, description: .success(try await finder.describe(plugin, files: files)))
            } catch {
                return Described(plugin: plugin, description: .failure(error))
            }
        }
    }

    static func wanted(_ described: [Described], at now: Double) -> [Wanted] {
        described.flatMap { each in
            each.queries.map { Wanted(PluginSchedule.query($0, at: now), rule: each.plugin.rule, .values) }
        }
    }

    func outcomes(
        _ described: [Described], _ answers: Answers, resources: [String: [ResourceInstance]], at now: Double
    ) async -> [PluginOutcome] {
        await described.concurrently(limit: concurrency) { each in
            await outcome(each, answers, resources, now)
        }
    }

    private func outcome(
        _ each: Described, _ answers: Answers, _ resources: [String: [ResourceInstance]], _ now: Double
    ) async -> PluginOutcome {
        do throws(Problem) {
            let description = try each.description.get()
            var (series, isPartial): ([String: [Series]], Bool) = ([:], false)
            for query in each.queries {
                let answer = try answers.answer(to: PluginSchedule.query(query, at: now), for: each.plugin)
                series[query.name] = answer.series
                isPartial = isPartial || !answer.warnings.isEmpty
            }
            let types = Set(description.resourceTypes)
            let input = PluginInput(
                at: now, series: series,
                resources: resources.mapValues { $0.filter { types.contains($0.type) } }.filter { !$0.value.isEmpty })
            return PluginOutcome(
                plugin: each.plugin,
                result: .success(try await finder.findings(of: each.plugin, files: files, in: input)),
                isPartial: isPartial)
        } catch {
            return PluginOutcome(plugin: each.plugin, result: .failure(error))
        }
    }
}
