package import Domain
package import Foundation

/// The message of a commit that a ledger ref points to: one JSON object, read back by later runs.
struct Record: Codable, Equatable {
    var kind: String
    var run: String
    var holder: String
    var workspace: String
    /// Of a lock: seconds since 1970.
    var expires: Double?
    var inputDigest: Digest?
    /// Of an apply: the workspace's tree that was applied.
    var tree: ObjectID?
    var reason: String?
    /// Of a failed apply: the addresses of what it had done.
    var done: [String]?
    /// Of a run that asked a model.
    var usage: Usage?

    init(
        kind: String, run: String, holder: String, workspace: String, expires: Double? = nil,
        inputDigest: Digest? = nil, tree: ObjectID? = nil, reason: String? = nil,
        done: [String]? = nil, usage: Usage? = nil
    ) {
        self.kind = kind
        self.run = run
        self.holder = holder
        self.workspace = workspace
        self.expires = expires
        self.inputDigest = inputDigest
        self.tree = tree
        self.reason = reason
        self.done = done
        self.usage = usage
    }

    /// A commit without parents and files, whose message says all.
    func draft(at time: Date) throws(Problem) -> CommitDraft {
        CommitDraft(parent: nil, message: "sphinx: \(kind)\n\n\(try JSONDocument.text(self))\n", time: time)
    }

    /// Nil where the commit is not a record.
    init?(message: String) {
        guard let start = message.firstIndex(of: "{"),
            let record = try? JSONDecoder().decode(Record.self, from: Data(message[start...].utf8))
        else { return nil }
        self = record
    }
}

/// A workspace's lock, as it stands on the remote.
package struct Lock: Hashable, Sendable {
    package let workspace: String
    package let run: String
    /// Such as `host/1234`.
    package let holder: String
    package let expires: Date

    package init(workspace: String, run: String, holder: String, expires: Date) {
        self.workspace = workspace
        self.run = run
        self.holder = holder
        self.expires = expires
    }
}

/// JSON files as Sphinx writes them: sorted keys, one line a value, a line break at the end.
package enum JSONDocument {
    package static func text(_ value: some Encodable) throws(Problem) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        do {
            return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
        } catch {
            throw Problem(.bug, "a document could not be written as JSON: \(error)")
        }
    }
}
