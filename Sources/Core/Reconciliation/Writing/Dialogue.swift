import Domain

/// One conversation with the model about one opportunity: an answer, and at most two repairs.
struct Dialogue {
    let author: Author
    let writer: any ProposalWriter
    private(set) var usage = Usage()
    private(set) var notices: [String] = []

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
        let places = author.opportunity.rule.fix.map {
            PlaceFinder(author.prover.base).places(of: $0, in: author.opportunity.address)
        }
        let elsewhere = Set((places ?? []).map(\.path))
        let redaction = PromptRedaction(
            files: author.prover.base.files.filter { $0.path.hasSuffix(".tf") || elsewhere.contains($0.path) })
        var conversation = try await opening(redaction, (places ?? []).map(\.description).sorted())
        var last: [Refusal] = []
        for round in 0...Author.repairs {
            let reply = try await reply(to: conversation, round: round)
            switch try await verdict(on: reply, redaction) {
            case .proven(let proven):
                author.remember(reply.correction, model: reply.model)
                return proven
            case .refused(let refusals):
                let sentences = refusals.map(\.sentence)
                try note(
                    "refused", round,
                    ["kinds": .texts(refusals.map(\.reason.rawValue)), "reasons": .texts(sentences)])
                if refusals == last || round == Author.repairs { throw .unfixable(refusals.text) }
                last = refusals
                conversation = Prompt.repair(conversation, after: reply, problems: sentences)
            }
        }
        throw .unfixable(last.text)
    }

    private func opening(_ redaction: PromptRedaction, _ places: [String]) async throws(Obstacle) -> Conversation {
        do throws(Problem) {
            return try Prompt.opening(
                opportunity: author.opportunity, files: redaction.redacted, places: places,
                providerVersions: LockFile.versions(in: author.prover.base), schema: await schema())
        } catch {
            throw .failed(error)
        }
    }

    /// The schema of the resource makes answers better; without it they are still proved.
    private func schema() async -> JSONValue? {
        guard let type = ResourceAddress.type(of: author.opportunity.address),
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

    private func verdict(on reply: ModelReply, _ redaction: PromptRedaction) async throws(Obstacle) -> Prover.Verdict {
        let correction = reply.correction
        switch correction.decision {
        case .noChange: throw .unfixable("the model sees nothing to change: \(correction.analysis)")
        case .needInformation:
            throw .unfixable("the model needs information: \(correction.questions.joined(separator: " "))")
        case .change: break
        }
        if let refusal = redaction.refusal(of: correction.edits) { return .refused([refusal]) }
        switch EditApplication(files: author.prover.base.files).applied(correction.edits) {
        case .failure(let refusal): return .refused([refusal])
        case .success(let changed):
            let candidate = Candidate(changed: changed, author: .model, correction: correction, model: reply.model)
            do throws(Problem) {
                return try await author.prover.prove(candidate)
            } catch {
                throw .failed(error)
            }
        }
    }

    private func note(_ status: String, _ round: Int, _ details: [String: JSONValue]) throws(Obstacle) {
        do throws(Problem) {
            try author.journal.record(
                "ask", status, workspace: author.opportunity.workspace, subject: author.opportunity.key.text,
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
