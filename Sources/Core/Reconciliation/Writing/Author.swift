import Domain

/// Finds a change that answers one opportunity and can be proven: by the rule's own fix, or with the model.
struct Author: Sendable {
    let world: World
    let journal: Journal
    let prover: Prover
    let opportunity: Opportunity
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
        guard let writer = world.writer else { return Result(outcome: await byRule()) }
        var dialogue = Dialogue(author: self, writer: writer)
        let outcome = await dialogue.run()
        return Result(outcome: outcome, usage: dialogue.usage, notices: dialogue.notices)
    }

    // MARK: The rule's own fix

    private func byRule() async -> Swift.Result<Proven, Obstacle> {
        do throws(Problem) {
            let changed: [SourceFile]
            switch FixEditor(base: prover.base, target: opportunity.address).changed(by: opportunity.rule.fix) {
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
            case .success(let changed) = EditApplication(files: prover.base.files).applied(accepted.correction.edits)
        else { return nil }
        let candidate = Candidate(
            changed: changed, author: .model, correction: accepted.correction, model: accepted.model)
        guard let verdict = try? await prover.prove(candidate), case .proven(let proven) = verdict else { return nil }
        return proven
    }

    func remember(_ correction: Correction, model: String) {
        if let bytes = Accepted(correction: correction, model: model).bytes {
            world.cache.keep(bytes, for: cacheKey)
        }
    }
}
