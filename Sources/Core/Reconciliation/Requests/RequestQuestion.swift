import Domain

/// How to do what a person asks for.
struct RequestQuestion: Question {
    let request: ChangeRequest
    let workspace: Workspace

    var cause: Cause { .request(request, workspace: workspace.path) }

    /// Which types it takes is for the answer to say.
    var schemaType: String? { nil }

    func sends(_ file: SourceFile) -> Bool { file.path.hasSuffix(".tf") }

    func opening(
        _ files: [SourceFile], of base: WorkspaceFiles, schema: JSONValue?, _ redactor: Redactor
    ) throws(Problem) -> Conversation {
        try RequestPrompt.opening(
            request, workspace: workspace.path, folder: workspace.folder, files: files,
            providerVersions: LockFile.versions(in: base))
    }

    func obstacle(after correction: Correction) -> Obstacle {
        correction.decision == .noChange
            ? .noChange(analysis: correction.analysis)
            : .needsInformation(questions: correction.questions, analysis: correction.analysis)
    }

    func ownChange(on base: WorkspaceFiles) -> Result<[SourceFile], Refusal> {
        .failure(Refusal(.fixImpossible, "a request needs a model"))
    }
}
