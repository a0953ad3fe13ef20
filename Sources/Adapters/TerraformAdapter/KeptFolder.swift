import Domain
import Foundation

/// What of one workspace outlives scratch folders: logs of failed applies, and the only copies of states.
struct KeptFolder {
    private static let suffix = ".errored.tfstate"

    let path: String
    let workspace: String

    init(of workspace: String, _ settings: Terraform.Settings) {
        path = "\(settings.keptFolder)/\(workspace)"
        self.workspace = workspace
    }

    /// Files of states that were not recovered, newest first.
    func states() throws(Problem) -> [String] {
        guard FileManager.default.fileExists(atPath: path) else { return [] }
        do {
            let names = try FileManager.default.contentsOfDirectory(atPath: path).filter { $0.hasSuffix(Self.suffix) }
            let dated = try names.compactMap { name in try Self.dated("\(path)/\(name)") }
            return dated.sorted { ($1.time, $0.file) < ($0.time, $1.file) }.map(\.file)
        } catch {
            throw Problem(
                .needsPerson,
                "\(workspace): it cannot be seen whether a state is kept in \(path): \(error.localizedDescription)",
                hint: "make the folder readable")
        }
    }

    /// Nil for a folder: it is a workspace's below this one.
    private static func dated(_ file: String) throws -> (file: String, time: Date)? {
        let attributes = try FileManager.default.attributesOfItem(atPath: file)
        guard attributes[.type] as? FileAttributeType != .typeDirectory else { return nil }
        return (file, attributes[.modificationDate] as? Date ?? .distantPast)
    }

    /// The failure, with where its log and the state that could not be saved are then.
    func kept(_ failure: TerraformFailure, _ log: ApplyLog, state: String?) -> TerraformFailure {
        let name = "\(path)/\(UUID().uuidString)"
        var kind = failure.problem.kind
        var message = failure.problem.message
        var hints = [failure.problem.hint].compactMap { $0 }
        if let state {
            let place = moved(state, to: name + Self.suffix)
            kind = .needsPerson
            message += "; the state could not be saved and is in \(place)"
            let file = place == state ? " \(state)" : ""
            hints.append(
                "recover it with 'sphinx state recover --workspace \(workspace)\(file)' before anything else is applied"
            )
        }
        if !log.text.isEmpty, write(log.text, to: "\(name).apply.log") {
            hints.append("its log is in \(name).apply.log")
        }
        let problem = Problem(
            kind, message, hint: hints.isEmpty ? nil : hints.joined(separator: "; "),
            location: failure.problem.location)
        return TerraformFailure(
            step: failure.step, diagnostics: failure.diagnostics, problem: problem, partial: log.partial)
    }

    /// Where the state is then; it stays in the scratch folder, which is kept, if it cannot be moved.
    private func moved(_ state: String, to place: String) -> String {
        do {
            try ScratchFolder.make(path)
            try FileManager.default.moveItem(atPath: state, toPath: place)
            return place
        } catch {
            return state
        }
    }

    private func write(_ text: String, to file: String) -> Bool {
        guard (try? ScratchFolder.make(path)) != nil else { return false }
        return FileManager.default.createFile(
            atPath: file, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600])
    }
}
