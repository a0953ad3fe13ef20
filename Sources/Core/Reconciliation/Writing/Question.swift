import Domain

/// What a model is asked about one workspace, and what it means where it answers without edits.
protocol Question: Sendable {
    var cause: Cause { get }

    /// The resource type whose schema makes answers better; nil where none is meant.
    var schemaType: String? { get }

    /// Whether a file has to be seen for an answer.
    func sends(_ file: SourceFile) -> Bool

    /// How the conversation begins; the files are redacted already.
    func opening(
        _ files: [SourceFile], of base: WorkspaceFiles, schema: JSONValue?, _ redactor: Redactor
    ) throws(Problem) -> Conversation

    /// For an answer other than a change.
    func obstacle(after correction: Correction) -> Obstacle

    /// The change that needs no model.
    func ownChange(on base: WorkspaceFiles) -> Result<[SourceFile], Refusal>
}

/// How to answer a rule's opportunity.
struct OpportunityQuestion: Question {
    let opportunity: Opportunity
    private let places: [EditPlace]

    init(_ opportunity: Opportunity, on base: WorkspaceFiles) {
        self.opportunity = opportunity
        let found = opportunity.rule.fix.map { PlaceFinder(base).places(of: $0, in: opportunity.address) }
        places = (found ?? []).sorted { $0.description < $1.description }
    }

    var cause: Cause { .opportunity(opportunity) }
    var schemaType: String? { ResourceAddress.type(of: opportunity.address) }

    /// The value may be decided in a file of variables.
    func sends(_ file: SourceFile) -> Bool {
        file.path.hasSuffix(".tf") || places.contains { $0.path == file.path }
    }

    func opening(
        _ files: [SourceFile], of base: WorkspaceFiles, schema: JSONValue?, _ redactor: Redactor
    ) throws(Problem) -> Conversation {
        try Prompt.opening(
            opportunity: redactor.redact(opportunity), files: files, places: places.map(\.description),
            providerVersions: LockFile.versions(in: base), schema: schema)
    }

    /// Nobody waits for an answer in a run: what the model cannot do it cannot do the next time either.
    func obstacle(after correction: Correction) -> Obstacle {
        correction.decision == .noChange
            ? .unfixable("the model sees nothing to change: \(correction.analysis)")
            : .unfixable("the model needs information: \(correction.questions.joined(separator: " "))")
    }

    func ownChange(on base: WorkspaceFiles) -> Result<[SourceFile], Refusal> {
        FixEditor(base: base, target: opportunity.address).changed(by: opportunity.rule.fix)
    }
}
