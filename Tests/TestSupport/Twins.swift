package import Domain
import Foundation
import Synchronization

/// A cache in memory.
package final class MemoryCache: Cache {
    private let values = Mutex<[Digest: [UInt8]]>([:])

    package init() {}

    package func value(for key: Digest) -> [UInt8]? { values.withLock { $0[key] } }
    package func keep(_ value: [UInt8], for key: Digest) { values.withLock { $0[key] = value } }
}

/// Metrics that hold one value each over the whole range that is asked for.
package final class ConstantMetrics: MetricSource {
    private struct State {
        var series: [String: [(labels: Labels, value: Double)]] = [:]
        var problem: Problem?
        var warnings: [String] = []
        var asked = 0
    }

    private let state = Mutex(State())

    package init() {}

    package var asked: Int { state.withLock { $0.asked } }

    package func set(_ query: String, _ series: [(labels: Labels, value: Double)]) {
        state.withLock { $0.series[query] = series }
    }

    package func fail(with problem: Problem?) { state.withLock { $0.problem = problem } }
    package func warn(_ warnings: [String]) { state.withLock { $0.warnings = warnings } }

    package func answer(_ query: MetricQuery) async throws(Problem) -> MetricAnswer {
        let (series, problem, warnings) = state.withLock { state in
            state.asked += 1
            return (state.series[query.expression] ?? [], state.problem, state.warnings)
        }
        if let problem { throw problem }
        guard case .range(let start, let end, let step) = query.time else { return MetricAnswer(series: []) }
        let times = stride(from: start, through: end, by: step)
        return MetricAnswer(
            series: series.map { entry in
                Series(labels: entry.labels, samples: times.map { Sample(time: $0, value: entry.value) })
            }, warnings: warnings)
    }
}

/// A model whose answers are written down before.
package final class ScriptedWriter: ProposalWriter {
    private struct State {
        var script: [Result<ModelReply, ModelFailure>]
        var conversations: [Conversation] = []
    }

    private let state: Mutex<State>
    package let model: String

    package init(_ script: [Result<ModelReply, ModelFailure>], model: String = "scripted-1") {
        state = Mutex(State(script: script))
        self.model = model
    }

    /// What was asked, one conversation a call.
    package var conversations: [Conversation] { state.withLock { $0.conversations } }

    package func reply(to conversation: Conversation) async throws(ModelFailure) -> ModelReply {
        let next: Result<ModelReply, ModelFailure>? = state.withLock { state in
            state.conversations.append(conversation)
            return state.script.isEmpty ? nil : state.script.removeFirst()
        }
        guard let next else { throw ModelFailure(.request, Problem(.bug, "the script has no more answers")) }
        return try next.get()
    }
}

extension ModelReply {
    /// An answer that changes something, and costs 100 and 10 tokens.
    package static func edits(_ edits: [Edit], analysis: String = "The machine is idle.") -> ModelReply {
        ModelReply(
            correction: Correction(
                analysis: analysis, decision: .change, edits: edits, impact: "Less capacity.", risk: .low),
            content: "{\"role\":\"model\",\"parts\":[{\"text\":\"…\"}]}", model: "scripted-1-001",
            usage: Usage(calls: 1, inputTokens: 100, outputTokens: 10, costUSD: 0.001))
    }
}
