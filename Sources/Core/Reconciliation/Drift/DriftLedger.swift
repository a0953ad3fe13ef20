import Domain
import Foundation

/// When each workspace was last looked at for drift, and what was found: one ref for each of them.
struct DriftLedger {
    enum Finding: Equatable {
        case none
        case drift(reason: String)
        /// Its base could not be planned.
        case unknown
    }

    struct Entry {
        let name: String
        let object: ObjectID
        let time: Date
        /// Of the code that was planned then.
        let trees: Digest?
        let finding: Finding
    }

    static let kind = "drift"
    static let unknown = "drift_unknown"

    /// By the workspace's path.
    let entries: [String: Entry]

    /// A ref that leads to no record says nothing: the next look at its workspace replaces it.
    init(in snapshot: Snapshot, objects: any ObjectStore, names: RefNames) {
        var entries: [String: Entry] = [:]
        for (name, object) in snapshot.refs.sorted(by: { $0.key < $1.key }) where name.hasPrefix(names.drift) {
            guard let commit = try? objects.summary(of: object), let record = Record(message: commit.message) else {
                continue
            }
            entries[record.workspace] = Entry(
                name: name, object: object, time: commit.time, trees: record.inputDigest,
                finding: Self.finding(record))
        }
        self.entries = entries
    }

    private static func finding(_ record: Record) -> Finding {
        if record.kind == unknown { return .unknown }
        return record.reason.map { .drift(reason: $0) } ?? .none
    }
}
