package import Domain
import Synchronization

/// Asks a model as long as the limits of the run and of the month allow it; what was spent counts, whatever came of it.
package final class BudgetedWriter: ProposalWriter {
    private let writer: any ProposalWriter
    private let limits: Limits
    /// Of the month, before this run.
    private let earlier: Usage
    private let spent = Mutex(Usage())

    package init(_ writer: any ProposalWriter, limits: Limits, earlier: Usage = Usage()) {
        self.writer = writer
        self.limits = limits
        self.earlier = earlier
    }

    package var model: String { writer.model }
    package var usage: Usage { spent.withLock { $0 } }

    package func reply(to conversation: Conversation) async throws(ModelFailure) -> ModelReply {
        if let reason = refusal {
            throw ModelFailure(
                .budget, Problem(.passing, "limit: \(reason.limit)", hint: "\(reason.until), or raise it in rules.yml"))
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

    private var refusal: (limit: String, until: String)? {
        let usage = usage
        if let limit = limitOfRun(usage) { return (limit, "the next run goes on") }
        return limitOfMonth(earlier + usage).map { ($0, "the next month goes on") }
    }

    private func limitOfRun(_ usage: Usage) -> String? {
        if usage.calls >= limits.geminiCalls { return "gemini_calls \(limits.geminiCalls)" }
        if usage.tokens >= limits.geminiTokens { return "gemini_tokens \(limits.geminiTokens)" }
        return usage.costUSD >= limits.geminiCostUSD ? "gemini_cost_usd \(limits.geminiCostUSD)" : nil
    }

    private func limitOfMonth(_ usage: Usage) -> String? {
        if let tokens = limits.month.tokens, usage.tokens >= tokens { return "gemini_tokens_per_month \(tokens)" }
        guard let cost = limits.month.costUSD, usage.costUSD >= cost else { return nil }
        return "gemini_cost_usd_per_month \(cost)"
    }
}
