import ChildProcess
import Domain
import Foundation

/// A scratch folder for judging one signature, and the commands that run in it with nothing of our environment.
struct SignatureBench {
    private let folder: String
    private let path: String

    init(in scratch: String, path: String) throws(Problem) {
        folder = "\(scratch)/sphinx-signature-\(UUID().uuidString)"
        self.path = path
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw Problem(
                .needsPerson, "there is no scratch folder for signatures: \(FileReason.text(error))",
                hint: "check the permissions of \(scratch) and the room on its disk")
        }
    }

    func remove() { try? FileManager.default.removeItem(atPath: folder) }

    /// The path of a file that holds these bytes.
    func file(_ name: String, _ bytes: [UInt8]) throws(Problem) -> String {
        let place = "\(folder)/\(name)"
        do {
            try Data(bytes).write(to: URL(filePath: place))
        } catch {
            throw Problem(.needsPerson, "a signature could not be laid out: \(FileReason.text(error))")
        }
        return place
    }

    func run(
        _ tool: String, _ arguments: [String], input: [UInt8] = [], package: String
    ) async throws(Problem) -> Completion {
        let command = Command(
            tool, arguments, environment: ["PATH": path, "HOME": folder, "GNUPGHOME": folder, "LC_ALL": "C"],
            folder: folder, input: input, limits: Limits(deadline: .seconds(30), outputBytes: 1 << 20))
        do throws(ChildProcessError) {
            return try await command.run()
        } catch {
            throw problem(error, tool, package)
        }
    }

    private func problem(_ error: ChildProcessError, _ tool: String, _ package: String) -> Problem {
        switch error {
        case .notFound:
            Problem(
                .needsPerson, "signatures cannot be judged: there is no '\(tool)' command", hint: "install \(package)")
        case .cancelled: Problem(.passing, "judging a signature: interrupted")
        case .notStarted(_, let reason): Problem(.needsPerson, "'\(tool)' could not be started: \(reason)")
        case .deadlinePassed, .tooMuchOutput: Problem(.passing, "'\(tool)' did not judge a signature in time")
        }
    }
}
