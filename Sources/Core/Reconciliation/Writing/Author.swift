import Domain

/// Finds a change that answers one question and can be proven: by Sphinx's own hand, or with the model.
struct Author: Sendable {
    let world: World
    let journal: Journal
    let prover: Prover
    let question: any Question
    let inputDigest: Digest

    /// Rounds after the first one in which the model may mend its answer.
    static let repairs = 2

    struct Result: Sendable {
        var outcome: Swift.Result<Proven, Obstacle>
        var usage = Usage()
        var notices: [String] = []
    }

    func write() async -> Result {
        if let proven = await remembered() { return Result(outcome: .success(proven)) }
        guard let writer = world.writer else { return Result(outcome: await byOwnHand()) }
        var dialogue = Dialogue(author: self, writer: writer)
        let outcome = await dialogue.run()
        return Result(outcome: outcome, usage: dialogue.usage, notices: dialogue.notices)
    }

    // MARK: Without a model

    private func byOwnHand() async -> Swift.Result<Proven, Obstacle> {
        do throws(Problem) {
            let changed: [SourceFile]
            switch question.ownChange(on: prover.base) {
            case .success(let files): changed = files
            case .failure(let refusal): return .failure(.unfixable(refusal.sentence))
            }
            switch try await prover.prove(Candidate(changed: changed, author: .rule)) {
            case .proven(let proven): return .success(proven)
            case .refused(let refusals): return .failure(.unfixable(refusals.text))
            }
        } catch {
            return .failure(.failed(error))
        }
    }

    // MARK: Answers that were accepted before

    private var cacheKey: Digest { Digest(of: ["accepted", "1", inputDigest.hex]) }

    /// An answer that was paid for already, as by a dry run; it is proved again.
    private func remembered() async -> Proven? {
        guard world.writer != nil, let bytes = world.cache.value(for: cacheKey),
            let accepted = Accepted(bytes: bytes),
            case .success(let changed) = prover.scope.applied(accepted.correction.edits)
        else { return nil }
        var candidate = Candidate(
            changed: changed, author: .model, correction: accepted.correction, model: accepted.model)
        candidate.answers = accepted.answers ?? []
        guard let verdict = try? await prover.prove(candidate), case .proven(let proven) = verdict else { return nil }
        return proven
    }

    func remember(_ accepted: Accepted) {
        if let bytes = accepted.bytes { world.cache.keep(bytes, for: cacheKey) }
    }
}
