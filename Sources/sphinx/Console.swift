import Domain
import Foundation
import Logging
import Reports
import Synchronization

/// What goes where: data to standard output, everything else to standard error.
struct Console: Sendable {
    private let logger: Logger
    /// Colours for standard output, where a person sees it and has not said `NO_COLOR`.
    let style: TerminalStyle
    /// For prose.
    private let redactor: Redactor
    /// For data, in which a name may be the word that a password is: only what is long enough to be none.
    private let dataRedactor: Redactor
    private static let shortestInData = 12

    /// The last net before a stream: what is told was redacted where its names and its workspace were known.
    init(level: Logger.Level, json: Bool, secrets: [String] = []) {
        logger = Logger(label: "sphinx") { _ in LineLog(level: level, json: json) }
        redactor = Redactor(secrets: secrets)
        dataRedactor = Redactor(secrets: secrets.filter { $0.count >= Self.shortestInData }, rules: .formats)
        let isPlain = ProcessInfo.processInfo.environment["NO_COLOR"].map { !$0.isEmpty } ?? false
        style = isatty(STDOUT_FILENO) == 1 && !isPlain ? .coloured : .plain
    }

    func progress(_ step: String) { logger.info("\(Escaping.line(redactor.redact(step), limit: 400))") }
    func warning(_ text: String) { logger.warning("\(redactor.redact(text))") }

    func problem(_ problem: Problem) {
        Self.write("sphinx: \(Escaping.plain(redactor.redact(problem).description))\n", to: .standardError)
    }

    func print(_ text: String) {
        do {
            try FileHandle.standardOutput.write(contentsOf: Data(redacted(text).utf8))
        } catch  where (error as? POSIXError)?.code != .EPIPE && !Self.isBrokenPipe(error) {
            Self.isCut.withLock { $0 = true }
        } catch {}
    }

    /// Whether a part of the data was lost, as on a full disk.
    static let isCut = Mutex(false)

    private static func isBrokenPipe(_ error: any Error) -> Bool {
        let inner = (error as NSError).userInfo[NSUnderlyingErrorKey] as? any Error ?? error
        return (inner as NSError).code == Int(EPIPE)
    }

    /// Whole lines on standard error that no log level silences.
    func note(_ lines: String) { Self.write(redacted(lines), to: .standardError) }

    /// Data, as every stream and file is given it.
    func redacted(_ text: String) -> String { dataRedactor.redact(text) }

    /// A reader that went away is no failure of the run.
    static func write(_ text: String, to file: FileHandle) {
        try? file.write(contentsOf: Data(text.utf8))
    }
}

/// One line a message on standard error, as text or as JSON.
struct LineLog: LogHandler {
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    private let json: Bool

    init(level: Logger.Level, json: Bool) {
        logLevel = level
        self.json = json
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let time = Date().formatted(.iso8601)
        let line =
            json
            ? JSONValue.object([
                "time": .string(time), "level": .string(event.level.rawValue), "message": .string("\(event.message)"),
            ]).canonical
            : "\(time) \(event.level.rawValue) \(event.message)"
        Console.write("\(line)\n", to: .standardError)
    }
}
