package import Domain
import Foundation
import Reports

/// The change that one proposal makes, between the trees that it was planned with.
package struct ProposalDifference: Sendable {
    private let world: World
    private let settings: RunSettings

    package init(world: World, settings: RunSettings) {
        self.world = world
        self.settings = settings
    }

    /// A unified difference, file by file, sorted by path, without what looks secret.
    package func text(of key: String) async throws(Problem) -> String {
        let observation = try await Observer(world: world, settings: settings).observe()
        guard let entry = observation.proposals.first(where: { $0.manifest.key.text == key }) else {
            throw Problem(.needsPerson, "there is no proposal '\(key)'", hint: "see 'sphinx proposals list'")
        }
        let manifest = entry.manifest
        if !world.objects.contains(manifest.base) { try await world.remote.fetch([manifest.base]) }
        let folder = "workspaces/\(manifest.workspace)"
        let before = try files(manifest.baseTree, folder, of: manifest.workspace)
        let after = try files(manifest.plannedTree, folder, of: manifest.workspace)
        let text = Set(before.keys).union(after.keys).sorted().map { path in
            UnifiedDifference.text(before: before[path] ?? "", after: after[path] ?? "", path: path)
        }.joined()
        return world.secrets.redactor(for: manifest.workspace).redact(text)
    }

    /// What is printed lands in logs, other than what people read in their own clone.
    private func files(_ tree: ObjectID, _ folder: String, of workspace: String) throws(Problem) -> [String: String] {
        let files = try world.objects.files(of: tree, at: folder)
        world.secrets.learn(CodeSecrets(files).values, of: workspace)
        return Dictionary(files.map { ($0.path, $0.text) }) { first, _ in first }
    }
}
