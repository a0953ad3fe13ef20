import Domain
import Foundation

/// One file of the shared history: steps of one run in their order, chained to the file before.
struct HistoryPart: Sendable {
    static let schema = "sphinx.history-part/1"

    /// The file's first line.
    struct Header: Hashable, Sendable, Codable {
        var schema = HistoryPart.schema
        /// Counts the files from 1.
        let number: Int
        /// The digest of the file before.
        let previous: String
        /// Over all of this but itself, and the steps.
        let digest: String
        let run: String
        /// The history that the steps were recorded in, by the hash of its first row.
        let origin: String
        /// How many steps of the run stand in earlier files.
        let from: Int
        let steps: Int
        let first: String
        let last: String
    }

    let header: Header
    /// One line a step.
    let body: String

    /// Nil without rows.
    init?(_ rows: [HistoryRow], from: Int, origin: String, after previous: HistoryStart) {
        guard let first = rows.first, let last = rows.last else { return nil }
        body = rows.map { $0.line + "\n" }.joined()
        let unsigned = Header(
            number: previous.number + 1, previous: previous.digest, digest: "", run: first.entry.run, origin: origin,
            from: from, steps: rows.count, first: EntryTexts.time(first.entry.time),
            last: EntryTexts.time(last.entry.time))
        header = unsigned.signed(Self.digest(of: unsigned, body))
    }

    /// Refuses what is no such file.
    init(_ file: SourceFile) throws(Problem) {
        let unreadable = Problem(
            .needsPerson, "\(file.path) of the shared history is not what Sphinx wrote",
            hint: "look who pushed it; deleting the ref begins a new one, from what the next run has")
        guard let text = String(validating: file.bytes, as: UTF8.self), let end = text.utf8.firstIndex(of: 10),
            let header = try? JSONDecoder().decode(Header.self, from: Data(text[..<end].utf8))
        else { throw unreadable }
        guard header.schema == Self.schema else {
            throw Problem(
                .needsPerson, "\(file.path) of the shared history has the schema '\(header.schema)'",
                hint: "run the version of Sphinx that wrote it")
        }
        self.header = header
        body = String(text[text.utf8.index(after: end)...])
    }

    var file: SourceFile { SourceFile(path: path, text: header.line + "\n" + body) }

    /// By day and number, so that no folder is long and the order is seen.
    var path: String {
        let digits = String(header.number)
        let number = String(repeating: "0", count: max(0, 8 - digits.count)) + digits
        return
            "\(SharedHistory.folder)/\(header.first.prefix(10))/\(number)-\(RefNames.slug(header.run, limit: 60)).jsonl"
    }

    var size: Int { body.utf8.count }
    var end: Int { header.from + header.steps }
    var isWhole: Bool { header.digest == Self.digest(of: header, body) }

    /// What the next file is chained to.
    func start(after start: HistoryStart) -> HistoryStart {
        HistoryStart(
            number: header.number, digest: header.digest, steps: start.steps + header.steps,
            last: max(start.last, header.last))
    }

    func rows() throws(Problem) -> [HistoryRow] {
        let rows = body.split(separator: "\n").map { HistoryRow(line: $0, run: header.run) }
        guard rows.count == header.steps, rows.allSatisfy({ $0 != nil }) else {
            throw Problem(.needsPerson, "\(path) of the shared history is not what Sphinx wrote")
        }
        return rows.compactMap { $0 }
    }

    private static func digest(of header: Header, _ body: String) -> String {
        Digest(of: [
            header.schema, String(header.number), header.previous, header.run, header.origin, String(header.from),
            String(header.steps), header.first, header.last, body,
        ]).hex
    }
}

extension HistoryPart.Header {
    fileprivate func signed(_ digest: String) -> HistoryPart.Header {
        HistoryPart.Header(
            number: number, previous: previous, digest: digest, run: run, origin: origin, from: from, steps: steps,
            first: first, last: last)
    }

    fileprivate var line: String {
        JSONValue.object([
            "schema": .string(schema), "number": .integer(Int64(number)), "previous": .string(previous),
            "digest": .string(digest), "run": .string(run), "origin": .string(origin), "from": .integer(Int64(from)),
            "steps": .integer(Int64(steps)), "first": .string(first), "last": .string(last),
        ]).canonical
    }
}

extension HistoryRow {
    fileprivate var line: String {
        let texts = EntryTexts(entry)
        return JSONValue.object([
            "step": .integer(Int64(sequence)), "time": .string(texts.time), "action": .string(texts.action),
            "status": .string(texts.status), "workspace": texts.workspace.map(JSONValue.string) ?? .null,
            "subject": texts.subject.map(JSONValue.string) ?? .null, "details": entry.details, "hash": .string(hash),
        ]).canonical
    }

    fileprivate init?(line: some StringProtocol, run: String) {
        guard let object = try? JSONDecoder().decode(JSONValue.self, from: Data(line.utf8)),
            case .integer(let sequence)? = object["step"], let details = object["details"],
            let time = object["time"]?.string.flatMap(EntryTexts.date), let action = object["action"]?.string,
            let status = object["status"]?.string, let hash = object["hash"]?.string
        else { return nil }
        self.init(
            sequence: Int(clamping: sequence),
            entry: HistoryEntry(
                run: run, time: time, workspace: object["workspace"]?.string, action: action, status: status,
                subject: object["subject"]?.string, details: details), hash: hash)
    }
}
