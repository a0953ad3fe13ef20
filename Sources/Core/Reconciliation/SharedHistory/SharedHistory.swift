import Domain
import Foundation

/// The file that the first one of the shared history is chained to.
struct HistoryStart: Hashable, Sendable {
    private static let schema = "sphinx.history-start/1"
    static let beginning = HistoryStart(number: 0, digest: "sphinx shared history 1", steps: 0, last: "")

    let number: Int
    let digest: String
    /// How many steps are gone.
    let steps: Int
    /// The time of the last one that is gone; what is older does not come back.
    let last: String

    /// As a file says it, sealed by a digest of its own.
    var json: String {
        var members: [String: JSONValue] = [
            "schema": .string(Self.schema), "number": .integer(Int64(number)), "digest": .string(digest),
            "steps": .integer(Int64(steps)), "last": .string(last),
        ]
        members["seal"] = .string(Digest(of: [JSONValue.object(members).canonical]).hex)
        return JSONValue.object(members).canonical + "\n"
    }
}

extension HistoryStart {
    /// Nil for what is not exactly what was written.
    fileprivate init?(json: [UInt8]) {
        guard let object = try? JSONDecoder().decode(JSONValue.self, from: Data(json)),
            case .integer(let number)? = object["number"], case .integer(let steps)? = object["steps"],
            let digest = object["digest"]?.string, let last = object["last"]?.string
        else { return nil }
        self.init(number: Int(clamping: number), digest: digest, steps: Int(clamping: steps), last: last)
        guard Array(self.json.utf8) == json else { return nil }
    }
}

/// The history as jobs share it: the files of one commit on the remote, bounded, chained by digests.
struct SharedHistory: Sendable {
    static let folder = "steps"
    private static let startFile = "start.json"
    static let mostParts = 2_000
    static let mostBytes = 16 << 20
    /// Of one file.
    private static let longestPart = 4 << 20

    private(set) var start = HistoryStart.beginning
    /// By number.
    private(set) var parts: [HistoryPart] = []
    /// What Sphinx did not put there.
    private(set) var foreign: [String] = []

    init() {}

    // MARK: Reading and writing

    init(files: [SourceFile]) throws(Problem) {
        for file in files {
            if file.path == Self.startFile {
                start = try Self.start(file)
            } else if file.path.hasPrefix("\(Self.folder)/"), file.path.hasSuffix(".jsonl") {
                let part = try HistoryPart(file)
                parts.append(part)
                if part.path != file.path { foreign.append(file.path) }
            } else {
                foreign.append(file.path)
            }
        }
        parts.sort { $0.header.number < $1.header.number }
    }

    private static func start(_ file: SourceFile) throws(Problem) -> HistoryStart {
        guard let start = HistoryStart(json: file.bytes) else {
            throw Problem(.needsPerson, "\(file.path) of the shared history is not what this version writes")
        }
        return start
    }

    var files: [SourceFile] {
        guard start != .beginning else { return parts.map(\.file) }
        return [SourceFile(path: Self.startFile, text: start.json)] + parts.map(\.file)
    }

    // MARK: What it holds

    var steps: Int { parts.map(\.header.steps).reduce(0, +) }

    /// How many steps of each run were shared, those that are gone among them where later ones stand here.
    var shared: [String: Int] {
        Dictionary(parts.map { ($0.header.run, $0.end) }) { max($0, $1) }
    }

    /// Nil where every file is as it was written, and follows the one before.
    func firstBreak(in ref: String) -> Problem? {
        if let file = foreign.sorted().first {
            return Problem(.needsPerson, "\(ref) holds \(file), which Sphinx did not put there")
        }
        var previous = start
        for part in parts {
            guard part.header.number == previous.number + 1 else {
                return Problem(.needsPerson, "\(ref): file \(previous.number + 1) is missing")
            }
            guard part.header.previous == previous.digest, part.isWhole else {
                return Problem(.needsPerson, "\(ref): \(part.path) is not what was written")
            }
            previous = part.start(after: previous)
        }
        return nil
    }

    // MARK: Growing and shrinking

    /// Steps of one run, `from` of which are shared already.
    mutating func append(_ rows: [HistoryRow], from: Int, origin: String) {
        var (rest, done) = (rows.map(\.bounded)[...], from)
        while !rest.isEmpty {
            var (size, count) = (0, 0)
            for row in rest where count == 0 || size < Self.longestPart {
                size += row.entry.details.canonical.utf8.count
                count += 1
            }
            let part = HistoryPart(Array(rest.prefix(count)), from: done, origin: origin, after: end)
            if let part { parts.append(part) }
            rest = rest.dropFirst(count)
            done += count
        }
    }

    /// What the next file is chained to.
    var end: HistoryStart { parts.reduce(start) { $1.start(after: $0) } }

    /// Lets the oldest files go until the rest is small enough.
    mutating func bound(at now: Date, parts most: Int = mostParts, bytes mostBytes: Int = mostBytes) {
        var bytes = parts.map(\.size).reduce(0, +)
        drop(at: now) { part, left in
            guard left > most || bytes > mostBytes else { return false }
            bytes -= part.size
            return true
        }
    }

    /// Lets the first files go whose steps are all older than a time, and lets nothing that old come back.
    mutating func prune(before time: Date) {
        let text = EntryTexts.time(time)
        drop(at: time) { part, _ in part.header.last < text }
        start = HistoryStart(
            number: start.number, digest: start.digest, steps: start.steps, last: max(start.last, text))
    }

    /// A job whose clock is ahead does not shut the others out.
    private mutating func drop(at now: Date, while isDropped: (HistoryPart, Int) -> Bool) {
        var count = 0
        let now = EntryTexts.time(now)
        for part in parts {
            guard isDropped(part, parts.count - count) else { break }
            let (next, last) = (part.start(after: start), start.last)
            start = HistoryStart(
                number: next.number, digest: next.digest, steps: next.steps, last: next.last <= now ? next.last : last)
            count += 1
        }
        parts.removeFirst(count)
    }
}

extension HistoryRow {
    private static let longestDetails = 64 << 10

    private static let tokens = Redactor(rules: .formats)

    /// As it is shared: details of a bounded length, so that one log cannot push all other steps out, and without the
    /// tokens that a version before the redactor may have recorded.
    var bounded: HistoryRow {
        let details = entry.details.canonical
        return HistoryRow(
            sequence: sequence,
            entry: HistoryEntry(
                run: entry.run, time: entry.time, workspace: entry.workspace, action: entry.action,
                status: entry.status, subject: entry.subject,
                details: details.utf8.count > Self.longestDetails
                    ? Self.omitted(details) : Self.tokens.redact(entry.details)),
            hash: hash)
    }

    private static func omitted(_ details: String) -> JSONValue {
        .object([
            "omittedBytes": .integer(Int64(details.utf8.count)),
            "sha256": .string(Digest(ofBytes: details.utf8).hex),
        ])
    }
}
