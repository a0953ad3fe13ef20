/// One replacement in a file's text.
package struct Edit: Hashable, Sendable, Codable {
    /// From the top of the repository.
    package let path: String
    /// Must occur exactly once in the text that was sent.
    package let search: String
    package let replace: String

    package init(path: String, search: String, replace: String) {
        self.path = path
        self.search = search
        self.replace = replace
    }
}

/// The model's answer, in the one schema that it may use.
package struct Correction: Hashable, Sendable, Codable {
    package enum Decision: String, Hashable, Sendable, Codable {
        case change
        case noChange = "no_change"
        case needInformation = "need_information"
    }

    package enum Risk: String, Hashable, Sendable, Codable {
        case low, medium, high
    }

    package let analysis: String
    package let decision: Decision
    package let edits: [Edit]
    package let impact: String
    package let risk: Risk
    package let questions: [String]

    package init(
        analysis: String, decision: Decision, edits: [Edit], impact: String, risk: Risk, questions: [String] = []
    ) {
        self.analysis = analysis
        self.decision = decision
        self.edits = edits
        self.impact = impact
        self.risk = risk
        self.questions = questions
    }
}

/// One turn of a conversation with the model.
package enum Turn: Hashable, Sendable {
    case user(String)
    /// The model's own content, sent back unchanged; its form is the adapter's.
    case model(String)
}

/// What is asked of the model: fixed instructions, and everything untrusted in the turns.
package struct Conversation: Hashable, Sendable {
    package let instructions: String
    package var turns: [Turn]
    /// Whose secrets it must not tell.
    package var workspace: String?
    /// The most output tokens that may still be paid for.
    package var outputTokenLimit: Int

    package init(
        instructions: String, turns: [Turn], workspace: String? = nil, outputTokenLimit: Int = 32_768
    ) {
        self.instructions = instructions
        self.turns = turns
        self.workspace = workspace
        self.outputTokenLimit = outputTokenLimit
    }
}

/// What calls to the model cost.
package struct Usage: Hashable, Sendable, Codable {
    package var calls: Int
    package var inputTokens: Int
    /// Thinking included, as it is billed so.
    package var outputTokens: Int
    /// 0 where the price of the model is not known; then `isPriceKnown` is false.
    package var costUSD: Double
    package var isPriceKnown: Bool

    package init(
        calls: Int = 0, inputTokens: Int = 0, outputTokens: Int = 0, costUSD: Double = 0, isPriceKnown: Bool = true
    ) {
        self.calls = calls
        self.inputTokens = inputTokens
        self.outputTokens = outputTokens
        self.costUSD = costUSD
        self.isPriceKnown = isPriceKnown
    }

    package static func + (left: Usage, right: Usage) -> Usage {
        Usage(
            calls: left.calls.upTo(adding: right.calls), inputTokens: left.inputTokens.upTo(adding: right.inputTokens),
            outputTokens: left.outputTokens.upTo(adding: right.outputTokens), costUSD: left.costUSD + right.costUSD,
            isPriceKnown: left.isPriceKnown && right.isPriceKnown)
    }
}

extension Usage {
    /// Asked and said.
    package var tokens: Int { inputTokens.upTo(adding: outputTokens) }
}

extension Int {
    /// The sum, or the largest or smallest number where it has no place: records of what was spent come from outside.
    fileprivate func upTo(adding other: Int) -> Int {
        let (sum, isOver) = addingReportingOverflow(other)
        return isOver ? (other > 0 ? .max : .min) : sum
    }
}

/// An answer that was paid for.
package struct ModelReply: Hashable, Sendable {
    package let correction: Correction
    /// To be put back into the conversation as `Turn.model`.
    package let content: String
    /// As the answer names it, such as `gemini-3.8-flash`.
    package let model: String
    package let usage: Usage
    /// What the service wants people to know, such as a model's retirement, or that an emulator answered.
    package let notices: [String]

    package init(correction: Correction, content: String, model: String, usage: Usage, notices: [String] = []) {
        self.correction = correction
        self.content = content
        self.model = model
        self.usage = usage
        self.notices = notices
    }
}

/// A call to the model that gave no usable answer; what it cost is not lost.
package struct ModelFailure: Error, Equatable, Sendable {
    package enum Reason: String, Hashable, Sendable {
        case auth, account, quota, blocked, truncated, malformed, network, request, budget
        case tooLarge = "too_large"
        case modelUnknown = "model_unknown"
        case deadline
    }

    package let reason: Reason
    package let problem: Problem
    package let usage: Usage

    package init(_ reason: Reason, _ problem: Problem, usage: Usage = Usage()) {
        self.reason = reason
        self.problem = problem
        self.usage = usage
    }
}
