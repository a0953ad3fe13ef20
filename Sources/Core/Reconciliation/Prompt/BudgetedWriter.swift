package import Domain
import Synchronization

/// Asks a model as long as the run's limits allow it; what was spent counts, whatever came of it.
package final class BudgetedWriter: ProposalWriter {
    private let writer: any ProposalWriter
    private let limits: Limits
    private let spent = Mutex(Usage())

    package init(_ writer: any ProposalWriter, limits: Limits) {
        self.writer = writer
        self.limits = limits
    }

    package var model: String { writer.model }
    package var usage: Usage { spent.withLock { $0 } }

    package func reply(to conversation: Conversation) async throws(ModelFailure) -> ModelReply {
        if let reason = refusal {
            throw ModelFailure(
                .budget, Problem(.passing, "limit: \(reason)", hint: "the next run goes on, or raise it in rules.yml"))
        }
        do throws(ModelFailure) {
            let reply = try await writer.reply(to: conversation)
            spent.withLock { $0 = $0 + reply.usage }
            return reply
        } catch {
            spent.withLock { $0 = $0 + error.usage }
            throw error
        }
    }

    private var refusal: String? {
        let usage = usage
        if usage.calls >= limits.geminiCalls { return "gemini_calls \(limits.geminiCalls)" }
        if usage.inputTokens + usage.outputTokens >= limits.geminiTokens {
            return "gemini_tokens \(limits.geminiTokens)"
        }
        if usage.costUSD >= limits.geminiCostUSD { return "gemini_cost_usd \(limits.geminiCostUSD)" }
        return nil
    }
}
