package import Domain
import Foundation

/// One `propose`: does what a person asks for in one workspace, and publishes it as a proposal.
package struct Proposer: Sendable {
    let world: World
    let settings: RunSettings
    let publisher: Publisher

    package init(world: World, settings: RunSettings) {
        self.world = world
        self.settings = settings
        publisher = Publisher(remote: world.remote)
    }

    var journal: Journal { Journal(world: world, settings: settings) }

    /// Throws where the request could not be dealt with at all; what became of it otherwise stands in the report.
    package func propose(_ request: ChangeRequest, in workspace: String) async throws(Problems) -> RunReport {
        do throws(Problem) { try requireModel(for: request) } catch { throw Problems([error]) }
        return try await journal.run(
            ["command": .string("propose"), "request": .string(request.text)], through: publisher
        ) {
            () async throws(Problems) in
            let observation = try await observed()
            let rules = try rules(in: observation)
            let workspace = try self.workspace(workspace, in: observation)
            do throws(Problem) { try requireFile(of: request, in: workspace) } catch { throw Problems([error]) }
            let proposing = Proposing(
                world: world, settings: settings, publisher: publisher, limits: rules.limits, in: observation.snapshot)
            return await report(on: observation) { (report) in
                report.add(await drafts(request, workspace, observation, rules, proposing))
            }
        }
    }

    private func drafts(
        _ request: ChangeRequest, _ workspace: Workspace, _ observation: Observation, _ rules: RuleSet,
        _ proposing: Proposing
    ) async -> [Draft] {
        let context = DecisionContext(
            now: world.now().timeIntervalSince1970, limits: rules.limits, policy: rules.policy, settle: settings.settle,
            coolDown: settings.coolDown, names: settings.names,
            author: world.writer.map { (prompt: Prompt.version, model: $0.model) }, isEnabled: { _, _ in true },
            answersRequests: true)
        let step = ProposalDecision(
            observation: observation,
            analysis: AnalysisResult(at: context.now, statuses: [], opportunities: [], problems: []), context: context
        ).step(for: request, in: workspace)
        return await proposing.published(await proposing.drafts(of: [step], observation, context))
    }

    // MARK: What has to be there

    private func requireModel(for request: ChangeRequest) throws(Problem) {
        guard world.writer != nil else {
            throw Problem(
                .needsPerson, "a request needs a model, and there is no Gemini key",
                hint: "set GOOGLE_API_KEY, or change the code yourself and run 'sphinx propose --branch NAME'")
        }
        if let problem = SecretWords.problem(in: request.text, of: "the request") { throw problem }
    }

    private func workspace(_ name: String, in observation: Observation) throws(Problems) -> Workspace {
        let path = Self.path(name)
        if let workspace = observation.workspace(path) { return workspace }
        let own = observation.problems.filter { $0.location?.file.hasPrefix("workspaces/\(path)/") ?? false }
        guard own.isEmpty else { throw Problems(own) }
        let known = observation.workspaces.map(\.path)
        let near = Spelling.nearest(to: path, among: known)
        throw Problems([
            Problem(
                .needsPerson, "there is no workspace '\(path)'",
                hint: near.map { "did you mean '\($0)'?" } ?? Self.list(known))
        ])
    }

    /// People complete the folder's name in their shell.
    private static func path(_ name: String) -> String {
        var steps = name.split(separator: "/").map(String.init)
        if steps.count > 1, steps[0] == "workspaces" { steps.removeFirst() }
        return steps.joined(separator: "/")
    }

    private static func list(_ known: [String]) -> String {
        let shown = known.prefix(10).joined(separator: ", ")
        return known.isEmpty ? "there is none in the base" : known.count > 10 ? "known: \(shown), …" : "known: \(shown)"
    }

    /// The file may be new, and may be nothing else than a file.
    private func requireFile(of request: ChangeRequest, in workspace: Workspace) throws(Problem) {
        guard let file = request.file,
            let entry = try world.objects.entries(of: workspace.tree).first(where: { $0.name == file })
        else { return }
        switch entry.kind {
        case .file, .executable: return
        case .symlink:
            throw Problem(.needsPerson, "'\(file)' is a symbolic link", hint: "name the file that it leads to")
        case .folder, .submodule, .misnamed:
            throw Problem(.needsPerson, "'\(file)' is a folder", hint: "name a file of \(workspace.folder)")
        }
    }
}
