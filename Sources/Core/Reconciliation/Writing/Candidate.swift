import Domain

/// A change of a workspace's files that answers an opportunity, before or after it was proved.
struct Candidate: Sendable {
    /// The files that differ from the base, whole.
    var changed: [SourceFile]
    var author: Manifest.Author
    /// What the model said; nil for the author `rule`.
    var correction: Correction?
    /// The model as it named itself.
    var model: String?
    /// What a person answered on the way.
    var answers: [ChangeRequest.Answer] = []
}

/// A candidate whose code and plan were found to be what the rule allows.
struct Proven: Sendable {
    let candidate: Candidate
    let plan: Plan
    /// Workspace and modules with the change.
    let files: WorkspaceFiles
}

/// Why an opportunity has no proposal after this run.
enum Obstacle: Error, Sendable {
    /// Asking again would bring the same: remembered until the input changes.
    case unfixable(String)
    /// A person or the next run has to change something first.
    case waiting(String)
    /// Something did not work; the next run tries again.
    case failed(Problem)
    /// The base has the change already.
    case alreadyThere
    /// The model has to know more, and nobody answers.
    case needsInformation(questions: [String], analysis: String)
    /// The model sees nothing to change.
    case noChange(analysis: String)
}
