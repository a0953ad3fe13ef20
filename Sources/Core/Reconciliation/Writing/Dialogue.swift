import Domain

/// One conversation with the model about one question: an answer, at most two repairs, and the person's words between.
struct Dialogue {
    let author: Author
    let writer: any ProposalWriter
    private(set) var usage = Usage()
    private(set) var notices: [String] = []
    /// What the person has said so far.
    private(set) var answers: [ChangeRequest.Answer] = []

    /// How often the model may ask back; whoever asks more does not know what is wanted.
    private static let mostInquiries = 3

    init(author: Author, writer: any ProposalWriter) {
        self.author = author
        self.writer = writer
    }

    mutating func run() async -> Result<Proven, Obstacle> {
        do throws(Obstacle) {
            return .success(try await converse())
        } catch {
            return .failure(error)
        }
    }

    private mutating func converse() async throws(Obstacle) -> Proven {
        let redaction = PromptRedaction(
            files: author.prover.base.files.filter(author.question.sends), redactor: redactor)
        var conversation = try await opening(redaction)
        var (round, inquiries) = (0, 0)
        var last: [Refusal] = []
        while true {
            let reply = try await reply(to: conversation, round: round)
            if inquiries < Self.mostInquiries, let given = try await inquired(reply.correction, round) {
                inquiries += 1
                answers += given
                conversation = Prompt.continued(conversation, after: reply, answers: given)
                continue
            }
            switch try await verdict(on: reply, redaction) {
            case .proven(let proven):
                author.remember(Accepted(correction: reply.correction, model: reply.model, answers: answers))
                return proven
            case .refused(let refusals):
                let sentences = refusals.map(\.sentence)
                try note(
                    "refused", round,
                    ["kinds": .texts(refusals.map(\.reason.rawValue)), "reasons": .texts(sentences)])
                if refusals == last || round == Author.repairs { throw .unfixable(refusals.text) }
                last = refusals
                round += 1
                conversation = Prompt.repair(conversation, after: reply, problems: sentences)
            }
        }
    }

    private func opening(_ redaction: PromptRedaction) async throws(Obstacle) -> Conversation {
        do throws(Problem) {
            return try author.question.opening(
                redaction.redacted, of: author.prover.base, schema: await schema(), redactor)
        } catch {
            throw .failed(error)
        }
    }

    private var redactor: Redactor { author.world.secrets.redactor(for: author.question.cause.workspace) }

    /// The schema of the resource makes answers better; without it they are still proved.
    private func schema() async -> JSONValue? {
        guard let type = author.question.schemaType,
            let bench = try? await author.world.infrastructure.workbench(for: author.prover.base)
        else { return nil }
        let schema = try? await bench.schema(of: type)
        await bench.close()
        return schema ?? nil
    }

    private mutating func reply(to conversation: Conversation, round: Int) async throws(Obstacle) -> ModelReply {
        let result: Result<ModelReply, ModelFailure>
        do throws(ModelFailure) {
            result = .success(try await writer.reply(to: conversation))
        } catch {
            result = .failure(error)
        }
        switch result {
        case .success(let reply):
            usage = usage + reply.usage
            notices += reply.notices
            var details = JSONValue.of(reply.usage)
            details["model"] = .string(reply.model)
            details["decision"] = .string(reply.correction.decision.rawValue)
            try note("answered", round, details)
            return reply
        case .failure(let failure):
            usage = usage + failure.usage
            var details = JSONValue.of(failure.usage)
            details["reason"] = .string(failure.reason.rawValue)
            try note("failed", round, details)
            throw failure.obstacle
        }
    }

    /// What a person says to the model's questions; nil where it asks none, or nobody answers.
    private func inquired(_ correction: Correction, _ round: Int) async throws(Obstacle) -> [ChangeRequest.Answer]? {
        guard correction.decision == .needInformation, !correction.questions.isEmpty,
            let inquire = author.world.inquire, case .request = author.question.cause,
            let given = await inquire(correction.questions)
        else { return nil }
        if let problem = given.lazy.compactMap({ SecretWords.problem(in: $0, of: "an answer") }).first {
            throw .failed(problem)
        }
        try note("inquired", round, ["questions": .texts(correction.questions)])
        return zip(correction.questions, given).map { question, answer in
            ChangeRequest.Answer(
                question: Untrusted.clean(question, limit: 2_000), answer: Untrusted.clean(answer, limit: 2_000))
        }
    }

    private func verdict(on reply: ModelReply, _ redaction: PromptRedaction) async throws(Obstacle) -> Prover.Verdict {
        let correction = reply.correction
        guard correction.decision == .change else { throw author.question.obstacle(after: correction) }
        if let refusal = redaction.refusal(of: correction.edits) { return .refused([refusal]) }
        switch author.prover.scope.applied(correction.edits) {
        case .failure(let refusal): return .refused([refusal])
        case .success(let changed):
            var candidate = Candidate(changed: changed, author: .model, correction: correction, model: reply.model)
            candidate.answers = answers
            do throws(Problem) {
                return try await author.prover.prove(candidate)
            } catch {
                throw .failed(error)
            }
        }
    }

    private func note(_ status: String, _ round: Int, _ details: [String: JSONValue]) throws(Obstacle) {
        let cause = author.question.cause
        do throws(Problem) {
            try author.journal.record(
                "ask", status, workspace: cause.workspace, subject: cause.key.text,
                details: details.merging(["round": .integer(Int64(round))]) { $1 })
        } catch {
            throw .failed(error)
        }
    }
}

extension ModelFailure {
    /// What the failure means for the proposal: only an answer that would be the same again is final.
    var obstacle: Obstacle {
        switch reason {
        case .blocked, .tooLarge: .unfixable(problem.message)
        case .budget, .quota: .waiting(problem.message)
        case .auth, .account, .modelUnknown, .request, .truncated, .malformed, .network, .deadline: .failed(problem)
        }
    }
}
