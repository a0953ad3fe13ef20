import Domain
import Foundation

/// A folder for what a fetch brings, beside the objects of the repository: nothing of a broken answer stays.
///
/// Its name is one of those that `git gc` removes, where a process that was killed could not.
struct IncomingObjects: Sendable {
    private static let prefix = "tmp_objdir-sphinx-"
    private static let day = 86_400.0

    let folder: String
    private let objects: String

    init(besides objects: String, deadline: Duration) throws(Problem) {
        self.objects = objects
        folder = "\(objects)/\(Self.prefix)\(UUID().uuidString)"
        Self.removeLeftovers(in: objects, olderThan: Self.day + 2 * Double(deadline.components.seconds))
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        } catch {
            throw Self.problem(objects, error)
        }
    }

    /// Packs with their index last, as their objects are there for others from then on.
    func keep() throws(Problem) {
        let names = (FileManager.default.subpaths(atPath: folder) ?? []).filter(Self.isObject)
        do {
            for name in names.filter({ !$0.hasSuffix(".idx") }) + names.filter({ $0.hasSuffix(".idx") }) {
                try move(name)
            }
        } catch {
            throw Self.problem(objects, error)
        }
    }

    func remove() { try? FileManager.default.removeItem(atPath: folder) }

    private func move(_ name: String) throws {
        let place = URL(filePath: "\(objects)/\(name)")
        try FileManager.default.createDirectory(
            at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
        guard rename("\(folder)/\(name)", "\(objects)/\(name)") == 0 else {
            throw CocoaError(errno == ENOSPC ? .fileWriteOutOfSpace : .fileWriteNoPermission)
        }
    }

    private static func isObject(_ name: String) -> Bool {
        let steps = name.split(separator: "/")
        guard steps.count == 2, !steps[1].hasPrefix("tmp_") else { return false }
        return steps[0] == "pack" || (steps[0].count == 2 && steps[0].allSatisfy(\.isHexDigit))
    }

    private static func removeLeftovers(in objects: String, olderThan age: Double) {
        let files = FileManager.default
        for name in (try? files.contentsOfDirectory(atPath: objects)) ?? [] where name.hasPrefix(prefix) {
            let path = "\(objects)/\(name)"
            let changed = try? files.attributesOfItem(atPath: path)[.modificationDate] as? Date
            if let changed, changed.timeIntervalSinceNow < -age { try? files.removeItem(atPath: path) }
        }
    }

    private static func problem(_ objects: String, _ error: any Error) -> Problem {
        Problem(
            .needsPerson, "the objects in \(objects) cannot be written: \(FileReason.text(error))",
            hint: "check the permissions of the clone and the room on its disk")
    }
}
