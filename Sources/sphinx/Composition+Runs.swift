import Domain
import Foundation
import Reconciliation

extension Composition {
    /// What a run is called, and the names and times that the environment sets for it.
    func runSettings(base: String?, workspaces: [String]) throws(Problem) -> RunSettings {
        let stamp = Date().formatted(
            Date.ISO8601FormatStyle(dateSeparator: .omitted, timeSeparator: .omitted, timeZone: .gmt))
        let process = ProcessInfo.processInfo.processIdentifier
        // Two containers may begin in the same second with the same number of process.
        let suffix = String(UInt32.random(in: 0x1000_0000...UInt32.max), radix: 16)
        var run = RunSettings(run: "\(stamp)-\(process)-\(suffix)", holder: Holder.current, version: Sphinx.version)
        run.baseBranch = base
        run.workspaces = workspaces.map(Glob.init)
        run.names = try names()
        run.concurrency = Int(
            try settings.number("SPHINX_CONCURRENCY", or: Double(ProcessInfo.processInfo.activeProcessorCount)))
        run.pluginsFolder = settings.text("PLUGINS_DIR") ?? "plugins"
        run.rulesFile = settings.text("RULES_FILE_PATH") ?? "rules.yml"
        run.settle = try settings.number("SPHINX_SETTLE_MINUTES", or: 60) * 60
        run.coolDown = try settings.number("SPHINX_COOL_DOWN_DAYS", or: 30) * 86_400
        run.lease = try settings.number("SPHINX_LOCK_MINUTES", or: 30) * 60
        run.metricsPage = try metricsPage()
        run.forge = try forge()
        run.signatures = try requiredSignatures()
        return run
    }

    private func forge() throws(Problem) -> MergeRequest.Forge? {
        guard let text = settings.text("SPHINX_MERGE_REQUESTS") else { return nil }
        if let forge = MergeRequest.Forge(rawValue: text) { return forge }
        throw Problem(
            .needsPerson, "SPHINX_MERGE_REQUESTS is '\(text)'",
            hint: "write gitlab, or agit for Gitea and Forgejo; leave it out to open none")
    }

    /// Stands on branches, so that nothing but a plain address is taken.
    private func metricsPage() throws(Problem) -> String? {
        guard let text = settings.text("PROMETHEUS_EXTERNAL_URL") else { return nil }
        let isPlain = text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || ":/.-_~%".contains($0)) }
        guard isPlain, let url = URL(string: text), ["http", "https"].contains(url.scheme), url.host() != nil else {
            throw Problem(
                .needsPerson, "PROMETHEUS_EXTERNAL_URL is not a plain http or https address",
                hint: "write what people open, like https://prometheus.example.com")
        }
        return text.hasSuffix("/") ? String(text.dropLast()) : text
    }

    func names() throws(Problem) -> RefNames {
        let prefix = settings.text("SPHINX_BRANCH_PREFIX") ?? "sphinx"
        let namespace = settings.text("SPHINX_LEDGER_NAMESPACE") ?? "refs/sphinx"
        let isPlain = { (text: String) in
            !text.isEmpty && !text.contains("..") && !text.hasPrefix("/") && !text.hasSuffix("/")
                && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "/-_.".contains($0)) }
        }
        guard isPlain(prefix) else {
            throw Problem(.needsPerson, "SPHINX_BRANCH_PREFIX is '\(prefix)', which no branch can begin with")
        }
        guard isPlain(namespace), namespace.hasPrefix("refs/") else {
            throw Problem(.needsPerson, "SPHINX_LEDGER_NAMESPACE is '\(namespace)'", hint: "write it like refs/sphinx")
        }
        return RefNames(branchPrefix: prefix, namespace: namespace)
    }

    /// The real world, or one without effects.
    func withWorld<Value>(dry: Bool, _ body: (World) async throws -> Value) async throws -> Value {
        guard dry else { return try await body(try world()) }
        return try await withScratch { try await body(try dryWorld(scratch: $0)) }
    }

    /// A folder for the objects of a run without effects; it is gone afterwards.
    func withScratch<Value>(_ body: (String) async throws -> Value) async throws -> Value {
        let folder = "\(NSTemporaryDirectory())sphinx-dry-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        return try await body(folder)
    }
}
