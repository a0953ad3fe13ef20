import Domain
import Foundation
import GitAdapter

/// Where settings come from: flags come first and are not here; then the environment, `.env`, and the defaults.
struct Settings: Sendable {
    /// Environment over `.env`.
    let values: [String: String]

    init(environment: [String: String], environmentFile: SourceFile?) throws(Problem) {
        let file = try environmentFile.map(EnvironmentFile.values) ?? [:]
        values = file.merging(environment) { _, given in given }
    }

    /// The process's own environment, and `.env` in the working folder.
    ///
    /// A `.env` that is committed would let a merge say which programs a job starts, and whose signatures count.
    static func current() throws(Problem) -> Settings {
        let path = ".env"
        let folder = URL(filePath: FileManager.default.currentDirectoryPath).resolvingSymlinksInPath()
        guard !GitIndex.contains(path, in: folder.path(percentEncoded: false)) else {
            throw Problem(
                .needsPerson, "the file '.env' is committed, and settings are not taken from a repository",
                hint: "run 'git rm --cached .env' and ignore it, or run in another folder")
        }
        let file = FileManager.default.contents(atPath: path).map { SourceFile(path: path, bytes: Array($0)) }
        return try Settings(environment: ProcessInfo.processInfo.environment, environmentFile: file)
    }

    /// Nil where the setting is absent or empty.
    func text(_ name: String) -> String? {
        values[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    func secret(_ name: String) -> Secret? { text(name).map(Secret.init) }

    /// What Sphinx itself signs in with.
    var knownSecrets: [String] {
        ["GOOGLE_API_KEY", "GEMINI_API_KEY", "SPHINX_GIT_TOKEN", "PROMETHEUS_BEARER_TOKEN", "PROMETHEUS_PASSWORD"]
            .compactMap(text) + secretHeaders
    }

    /// A tenant's short name is no secret, and stands in many texts.
    private var secretHeaders: [String] {
        ((try? headers("PROMETHEUS_HEADERS")) ?? [:]).filter { name, value in
            SensitiveName.matches(name) || name.lowercased() == "authorization" || value.reveal().count >= 16
        }.map { $0.value.reveal() }
    }

    /// A number of seconds, minutes, and so on; refuses what is none.
    func number(_ name: String, or standard: Double) throws(Problem) -> Double {
        guard let text = text(name) else { return standard }
        guard let number = Double(text), number >= 0, number.isFinite else {
            throw Problem(.needsPerson, "\(name) is '\(text)'", hint: "write a number from 0")
        }
        return number
    }

    /// `Name=value` pairs with commas between, such as `X-Scope-OrgID=team-a`.
    func headers(_ name: String) throws(Problem) -> [String: Secret] {
        var headers: [String: Secret] = [:]
        for pair in (text(name) ?? "").split(separator: ",") {
            let parts = pair.split(separator: "=", maxSplits: 1).map { $0.trimmed }
            guard parts.count == 2, !parts[0].isEmpty, !parts[0].contains(where: { $0.isWhitespace || $0 == ":" })
            else {
                throw Problem(
                    .needsPerson, "\(name) is not a list of Name=value", hint: "write it like X-Scope-OrgID=team-a")
            }
            headers[parts[0]] = Secret(parts[1])
        }
        return headers
    }

    var cacheFolder: String {
        if let folder = text("SPHINX_CACHE_DIR") { return Self.absolute(folder) }
        let base = text("XDG_CACHE_HOME") ?? "\(text("HOME") ?? NSTemporaryDirectory())/.cache"
        return "\(base)/sphinx"
    }

    static func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : "\(FileManager.default.currentDirectoryPath)/\(path)"
    }
}

/// `.env` files: `NAME=value` lines, `export` allowed, quotes taken off, `#` comments.
enum EnvironmentFile {
    static func values(in file: SourceFile) throws(Problem) -> [String: String] {
        var values: [String: String] = [:]
        let lines = file.text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (index, line) in lines.enumerated() {
            let text = line.trimmed
            if text.isEmpty || text.hasPrefix("#") { continue }
            let assignment = text.hasPrefix("export ") ? text.dropFirst(7).trimmed : text
            guard let sign = assignment.firstIndex(of: "="), isName(assignment[..<sign]) else {
                // The line itself may hold a secret, so that it is not shown.
                throw Problem(
                    .needsPerson, "this is not NAME=value", hint: "write one setting a line",
                    location: SourceLocation(file: file.path, line: index + 1, column: 1))
            }
            values[String(assignment[..<sign])] = value(assignment[assignment.index(after: sign)...])
        }
        return values
    }

    private static func isName(_ text: Substring) -> Bool {
        text.first.map { $0.isASCII && ($0.isLetter || $0 == "_") } == true
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
    }

    private static func value(_ raw: Substring) -> String {
        let text = raw.trimmed
        for quote in ["\"", "'"] where text.hasPrefix(quote) {
            let inside = text.dropFirst()
            if let end = inside.firstIndex(of: Character(quote)) { return String(inside[..<end]) }
        }
        guard let comment = text.firstRange(of: " #") else { return text }
        return text[..<comment.lowerBound].trimmed
    }
}
