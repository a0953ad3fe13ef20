import Domain
import Foundation

/// What of one workspace outlives scratch folders: logs of failed applies, and the only copies of states.
struct KeptFolder {
    private static let suffix = ".errored.tfstate"

    let path: String
    let workspace: String
    private let scratchFolder: String

    init(of workspace: String, _ settings: Terraform.Settings) {
        path = "\(settings.keptFolder)/\(workspace)"
        self.workspace = workspace
        scratchFolder = settings.scratchFolder
    }

    /// Files of states that were not recovered, newest first.
    func states() throws(Problem) -> [String] {
        do {
            let isThere = FileManager.default.fileExists(atPath: path)
            let names = isThere ? try FileManager.default.contentsOfDirectory(atPath: path) : []
            let files = names.filter { $0.hasSuffix(Self.suffix) }.map { "\(path)/\($0)" } + unmoved
            let dated = try files.compactMap(Self.dated)
            return dated.sorted { ($1.time, $0.file) < ($0.time, $1.file) }.map(\.file)
        } catch {
            throw Problem(
                .needsPerson,
                "\(workspace): it cannot be seen whether a state is kept in \(path): \(error.localizedDescription)",
                hint: "make the folder readable")
        }
    }

    /// In the scratch folders of their applies, as they could not be moved here.
    private var unmoved: [String] {
        let jobs = (try? FileManager.default.contentsOfDirectory(atPath: scratchFolder)) ?? []
        let tops = jobs.map { "\(scratchFolder)/\($0)/files" }.flatMap { files in
            ((try? FileManager.default.contentsOfDirectory(atPath: files)) ?? []).map { "\(files)/\($0)" }
        }
        return tops.map { "\($0)/\(workspace)/\(ScratchFolder.erroredState)" }
            .filter(FileManager.default.fileExists)
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
            // A copy that was cut off would be taken for the state.
            if FileManager.default.fileExists(atPath: state) { try? FileManager.default.removeItem(atPath: place) }
            return state
        }
    }

    private func write(_ text: String, to file: String) -> Bool {
        guard (try? ScratchFolder.make(path)) != nil else { return false }
        return FileManager.default.createFile(
            atPath: file, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600])
    }
}
