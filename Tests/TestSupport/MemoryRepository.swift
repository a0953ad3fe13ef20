package import Domain
import Foundation
import Synchronization

/// A repository and its remote in memory: content-addressed, with leases.
package final class MemoryRepository: ObjectStore, Remote {
    private enum Object {
        case blob([UInt8])
        case tree([TreeEntry])
        case commit(CommitSummary)
    }

    private struct State {
        var objects: [ObjectID: Object] = [:]
        var refs: [String: ObjectID] = [:]
        var pushes = 0
        var requests: [MergeRequest] = []
    }

    private let state = Mutex(State())
    private let base: String

    package init(base: String = "main") {
        self.base = base
    }

    package var refs: [String: ObjectID] { state.withLock { $0.refs } }
    /// What pushes asked the forge to open.
    package var requests: [MergeRequest] { state.withLock { $0.requests } }
    package var pushes: Int { state.withLock { $0.pushes } }

    /// Commits files on top of a branch, as a person does.
    @discardableResult
    package func write(_ files: [SourceFile], on branch: String = "main") throws(Problem) -> ObjectID {
        let id = try commit(
            CommitDraft(
                parent: refs["refs/heads/\(branch)"], writes: files, message: "by hand\n",
                time: Date(timeIntervalSince1970: 0)))
        state.withLock { $0.refs["refs/heads/\(branch)"] = id }
        return id
    }

    package func point(_ ref: String, to commit: ObjectID) {
        state.withLock { $0.refs[ref] = commit }
    }

    /// Commits exactly these files, as a person does who removes others.
    @discardableResult
    package func replace(_ files: [SourceFile], on branch: String = "main") throws(Problem) -> ObjectID {
        let tree = make(files.map { ($0.path.split(separator: "/").map(String.init)[...], $0) })
        let parents = refs["refs/heads/\(branch)"].map { [$0] } ?? []
        let id = keep(tree, parents, "by hand\n", Date(timeIntervalSince1970: 0))
        state.withLock { $0.refs["refs/heads/\(branch)"] = id }
        return id
    }

    // MARK: Objects

    private func object(_ id: ObjectID) throws(Problem) -> Object {
        guard let object = state.withLock({ $0.objects[id] }) else {
            throw Problem(.needsPerson, "there is no object \(id.short)")
        }
        return object
    }

    private func keep(_ object: Object, _ parts: [String]) -> ObjectID {
        let id = ObjectID(Digest(of: parts).prefix(40)) ?? Self.nothing
        state.withLock { $0.objects[id] = object }
        return id
    }

    private static let nothing = ObjectID(String(repeating: "0", count: 40)).unsafelyUnwrapped

    package func tree(at path: String, in commit: ObjectID) throws(Problem) -> ObjectID? {
        var current = try summary(of: commit).tree
        for step in path.split(separator: "/") {
            guard let entry = try entries(of: current).first(where: { $0.name == step && $0.kind == .folder }) else {
                return nil
            }
            current = entry.id
        }
        return current
    }

    package func entries(of tree: ObjectID) throws(Problem) -> [TreeEntry] {
        guard case .tree(let entries) = try object(tree) else { throw Problem(.bug, "\(tree.short) is no tree") }
        return entries
    }

    package func bytes(of blob: ObjectID) throws(Problem) -> [UInt8] {
        guard case .blob(let bytes) = try object(blob) else { throw Problem(.bug, "\(blob.short) is no file") }
        return bytes
    }

    package func summary(of commit: ObjectID) throws(Problem) -> CommitSummary {
        guard case .commit(let summary) = try object(commit) else {
            throw Problem(.bug, "\(commit.short) is no commit")
        }
        return summary
    }

    /// Nobody signs in memory.
    package func signature(of commit: ObjectID) throws(Problem) -> SignedMessage? { nil }

    package func contains(_ object: ObjectID) -> Bool { state.withLock { $0.objects[object] != nil } }

    package func commit(_ draft: CommitDraft) throws(Problem) -> ObjectID {
        var files: [String: SourceFile] = [:]
        if let parent = draft.parent { files = try contents(of: parent) }
        files = files.filter { path, _ in !draft.removes.contains { path == $0 || path.hasPrefix("\($0)/") } }
        for file in draft.writes { files[file.path] = file }
        let tree = make(files.values.map { ($0.path.split(separator: "/").map(String.init)[...], $0) })
        return keep(tree, draft.parent.map { [$0] } ?? [], draft.message, draft.time)
    }

    private func keep(_ tree: ObjectID, _ parents: [ObjectID], _ message: String, _ time: Date) -> ObjectID {
        let parts = [tree.hex, message, "\(time.timeIntervalSince1970)"] + parents.map(\.hex)
        let id = ObjectID(Digest(of: parts).prefix(40)) ?? Self.nothing
        let summary = CommitSummary(
            id: id, tree: tree, parents: parents, author: "Sphinx", time: time, message: message)
        state.withLock { $0.objects[id] = .commit(summary) }
        return id
    }

    private func contents(of commit: ObjectID) throws(Problem) -> [String: SourceFile] {
        Dictionary(try files(below: "", in: commit).map { ($0.path, $0) }) { first, _ in first }
    }

    private func make(_ files: [(ArraySlice<String>, SourceFile)]) -> ObjectID {
        let entries = Dictionary(grouping: files) { $0.0.first ?? "" }.map { name, members -> TreeEntry in
            if members.count == 1, members[0].0.count == 1 {
                let file = members[0].1
                let id = keep(.blob(file.bytes), ["blob", String(decoding: file.bytes, as: UTF8.self)])
                return TreeEntry(name: name, kind: file.isExecutable ? .executable : .file, id: id)
            }
            return TreeEntry(name: name, kind: .folder, id: make(members.map { ($0.0.dropFirst(), $0.1) }))
        }.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        return keep(.tree(entries), ["tree"] + entries.flatMap { [$0.name, "\($0.kind)", $0.id.hex] })
    }

    /// File by file: what only one side changed is taken, what both changed differently is a conflict.
    package func merge(ancestor: ObjectID, ours: ObjectID, theirs: ObjectID) throws(Problem) -> MergeResult {
        let (base, left, right) = (try contents(of: ancestor), try contents(of: ours), try contents(of: theirs))
        var merged: [String: SourceFile] = [:]
        var conflicts: [String] = []
        for path in Set(base.keys).union(left.keys).union(right.keys).sorted() {
            let (old, mine, other) = (base[path], left[path], right[path])
            if mine == other || other == old {
                merged[path] = mine
            } else if mine == old {
                merged[path] = other
            } else {
                conflicts.append(path)
            }
        }
        guard conflicts.isEmpty else { return .conflicts(paths: conflicts) }
        return .clean(tree: make(merged.values.map { ($0.path.split(separator: "/").map(String.init)[...], $0) }))
    }

    /// The nearest one, of histories without crossing merges.
    package func mergeBase(of one: ObjectID, and other: ObjectID) throws(Problem) -> ObjectID? {
        let others = Set(try ancestors(of: other))
        return try ancestors(of: one).first { others.contains($0) }
    }

    /// The nearest first, the commit itself among them.
    private func ancestors(of commit: ObjectID) throws(Problem) -> [ObjectID] {
        var (found, next): ([ObjectID], [ObjectID]) = ([], [commit])
        while let current = next.first {
            next.removeFirst()
            guard !found.contains(current) else { continue }
            found.append(current)
            next += try summary(of: current).parents
        }
        return found
    }

    // MARK: Remote

    package func snapshot(base: String?, prefixes: [String]) async throws(Problem) -> Snapshot {
        let branch = base ?? self.base
        let refs = refs
        guard let commit = refs["refs/heads/\(branch)"] else {
            throw Problem(.needsPerson, "the remote has no branch '\(branch)'", hint: "name another one with --base")
        }
        return Snapshot(
            baseBranch: branch, base: commit, refs: refs.filter { name, _ in prefixes.contains { name.hasPrefix($0) } })
    }

    package func fetch(_ objects: [ObjectID]) async throws(Problem) {}

    package func push(_ updates: [RefUpdate]) async throws(Problem) -> [RefRejection] {
        state.withLock { state in
            let stale = Set(updates.filter { state.refs[$0.name] != $0.old }.map(\.name))
            guard stale.isEmpty else {
                return updates.map { stale.contains($0.name) ? .moved($0.name) : .collateral($0.name) }
            }
            for update in updates { state.refs[update.name] = update.new }
            state.pushes += 1
            return []
        }
    }

    package func push(_ updates: [RefUpdate], opening request: MergeRequest) async throws(Problem) -> [RefRejection] {
        let rejections = try await push(updates)
        if rejections.isEmpty { state.withLock { $0.requests.append(request) } }
        return rejections
    }
}
