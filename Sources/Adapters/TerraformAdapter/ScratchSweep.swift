import Domain
import Foundation
import Glibc
import Synchronization

/// The process that a scratch folder belongs to, as the folder's name says it.
struct ScratchOwner: Hashable {
    /// Of the machine and the processes that can be seen there: containers may share a folder and no process.
    let place: String
    let pid: Int32
    let began: String

    /// Nil where processes cannot be told apart.
    static let current: ScratchOwner? = ApplyMark.Content.beginning(of: getpid()).map {
        let namespace = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid")
        let place = Digest(of: [ProcessInfo.processInfo.hostName, namespace ?? ""]).prefix(8)
        return ScratchOwner(place: place, pid: getpid(), began: $0)
    }

    /// A name that nobody else takes.
    static func newName() -> String {
        let id = UUID().uuidString
        return current.map { "job-\($0.place)-\($0.pid)-\($0.began)-\(id)" } ?? id
    }

    /// Nil for a folder that is not a job's.
    init?(name: String) {
        let parts = name.split(separator: "-", maxSplits: 4).map(String.init)
        guard parts.count == 5, parts[0] == "job", let pid = Int32(parts[2]) else { return nil }
        self.init(place: parts[1], pid: pid, began: parts[3])
    }

    init(place: String, pid: Int32, began: String) {
        self.place = place
        self.pid = pid
        self.began = began
    }

    /// Whether it ran here, and does not any more.
    var isGone: Bool { place == Self.current?.place && ApplyMark.Content.beginning(of: pid) != began }
}

/// Removes, once, what jobs left behind that were killed: their code, plans and providers.
///
/// What an apply still works in, what its next run has to read, and the only copy of a state stay.
final class ScratchSweep: Sendable {
    /// Of a mark whose apply nobody asked for, in seconds.
    private static let patience = 30 * 86_400.0
    private let isDone = Mutex(false)

    func pass(_ folder: String, now: Date = Date()) {
        let wasDone = isDone.withLock { isDone in
            defer { isDone = true }
            return isDone
        }
        guard !wasDone, let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else { return }
        let marked = Set(
            names.filter { $0.hasSuffix(ApplyMark.suffix) }.compactMap { mark(at: "\(folder)/\($0)", now) })
        for name in names where ScratchOwner(name: name)?.isGone == true {
            let path = "\(folder)/\(name)"
            guard !marked.contains(path), !ApplyMark.Content.isWorkedIn(path), !holdsState(path) else { continue }
            try? FileManager.default.removeItem(atPath: path)
        }
    }

    /// The folder of an apply that the next run may ask for; an old one's mark goes.
    private func mark(at file: String, _ now: Date) -> String? {
        guard let content = ApplyMark.content(of: file) else { return nil }
        let made = (try? FileManager.default.attributesOfItem(atPath: file))?[.modificationDate] as? Date ?? now
        guard !content.isRunning, now.timeIntervalSince(made) > Self.patience else { return content.scratch }
        try? FileManager.default.removeItem(atPath: file)
        return nil
    }

    private func holdsState(_ path: String) -> Bool {
        let files = FileManager.default.enumerator(atPath: "\(path)/files")
        return files?.contains { ($0 as? String)?.hasSuffix("/\(ScratchFolder.erroredState)") == true } ?? false
    }
}
