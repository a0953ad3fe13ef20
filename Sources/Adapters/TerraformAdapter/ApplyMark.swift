import Domain
import Foundation

/// Says that an apply runs, and where; its end takes the mark away, and the death of Sphinx leaves it for the next run.
struct ApplyMark {
    struct Content: Codable {
        /// 0 until the process has one.
        let pid: Int32
        /// When the process began, as a number may be given to another one.
        let began: String
        let scratch: String
        let workspaceFolder: String
        let log: String
    }

    static let suffix = ".applying.json"

    private let folder: String
    private let file: String

    /// `holder` is the process of Sphinx that applies, such as `host/1234`.
    init(of holder: String, in workspace: String, _ settings: Terraform.Settings) {
        folder = settings.scratchFolder
        file = "\(folder)/\(Digest(of: [holder, workspace]).prefix(16))\(Self.suffix)"
    }

    /// A mark that cannot be written costs the next run its log, and nothing else.
    func write(_ content: Content) {
        guard let data = try? JSONEncoder().encode(content) else { return }
        try? ScratchFolder.make(folder)
        try? data.write(to: URL(filePath: file), options: .atomic)
    }

    func remove() { try? FileManager.default.removeItem(atPath: file) }

    var content: Content? { Self.content(of: file) }

    static func content(of file: String) -> Content? {
        FileManager.default.contents(atPath: file).flatMap { try? JSONDecoder().decode(Content.self, from: $0) }
    }
}

extension ApplyMark.Content {
    /// Whether that very process is still there.
    var isRunning: Bool { pid == 0 ? Self.isWorkedIn(scratch) : Self.beginning(of: pid) == began }

    /// Whether a process is in a job's scratch folder; its name is nobody else's.
    static func isWorkedIn(_ scratch: String) -> Bool {
        let name = scratch.split(separator: "/").last.map(String.init) ?? scratch
        let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return processes.lazy.filter { Int32($0) != nil }.contains { process in
            let folder = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(process)/cwd")
            return folder?.contains("/\(name)/") == true
        }
    }

    /// Plans and code hold what nobody needs any more.
    func removeAllButLog() {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: scratch)) ?? []
        for name in names where !log.hasSuffix("/\(name)") {
            try? FileManager.default.removeItem(atPath: "\(scratch)/\(name)")
        }
    }

    /// When a process began; nil where there is none.
    ///
    /// Field 22 of `/proc/<pid>/stat` (proc(5)): the name before it may hold anything, but no later parenthesis.
    static func beginning(of pid: Int32) -> String? {
        guard let data = FileManager.default.contents(atPath: "/proc/\(pid)/stat") else { return nil }
        let fields = String(decoding: data, as: UTF8.self).split(separator: ")").last?.split(separator: " ") ?? []
        // The third field is the first one after the name; a zombie has ended.
        guard fields.count > 19, fields[0] != "Z" else { return nil }
        return String(fields[19])
    }
}
