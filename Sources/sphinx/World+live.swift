import Domain
import Foundation
import GeminiAdapter
import GitAdapter
import Glibc
import HistoryAdapter
import PluginAdapter
import PrometheusAdapter
import Reconciliation
import RulesFileAdapter
import SignatureAdapter
import TerraformAdapter

/// The parts that outside systems stand behind, made from settings; nothing else names the adapters.
struct Composition {
    let settings: Settings
    let repository: String
    let remote: String
    let console: Console
    let secrets: KnownSecrets

    init(settings: Settings, repository: String, remote: String, console: Console) {
        self.settings = settings
        self.repository = repository
        self.remote = remote
        self.console = console
        secrets = KnownSecrets(settings.knownSecrets)
    }

    /// The real world.
    func world() throws(Problem) -> World {
        let git = try gitRepository(scratch: nil)
        let world = try world(git, remote: git.remote, infrastructure: terraform(of: git), history: try history())
        #if FAULT_POINTS
            if let faults = FaultPoints(settings.values) { return world.with(faults) }
        #endif
        return world
    }

    /// The same without effects: new objects go to a scratch folder that the caller removes.
    func dryWorld(scratch: String) throws(Problem) -> World {
        let git = try gitRepository(scratch: scratch)
        return try world(
            git, remote: PrintingRemote(git.remote),
            infrastructure: PlanningInfrastructure(infrastructure: terraform(of: git)), history: NoHistory())
    }

    private func world(
        _ git: GitRepository, remote: any Remote, infrastructure: any Infrastructure, history: any Domain.History
    ) throws(Problem) -> World {
        let console = console
        return World(
            objects: git.objects, remote: remote, rules: RulesFile(), metrics: try prometheus(), plugins: plugins(),
            planChecker: planChecker(), writer: try gemini(),
            infrastructure: infrastructure, signer: signer(), verifier: SignatureTools(signatures(git)),
            history: history, cache: DiskCache(folder: settings.cacheFolder),
            secrets: secrets, now: { Date() }, isRunning: Holder.isRunning, progress: { console.progress($0) })
    }

    // MARK: Parts

    func gitRepository(scratch: String?) throws(Problem) -> GitRepository {
        var git = GitSettings(
            repository: repository, remote: remote, token: settings.secret("SPHINX_GIT_TOKEN"),
            cacheFolder: settings.cacheFolder, scratch: scratch, environment: settings.values)
        git.identity = GitIdentity(
            name: settings.text("SPHINX_AUTHOR_NAME") ?? "Sphinx",
            email: settings.text("SPHINX_AUTHOR_EMAIL") ?? "sphinx@localhost")
        if let user = settings.text("SPHINX_GIT_USER") { git.tokenUser = user }
        git.deadline = .seconds(try settings.number("SPHINX_GIT_DEADLINE", or: 300))
        git.fileBytes = try mebibytes("SPHINX_GIT_SIZE", or: 4_096)
        git.memoryBytes = try mebibytes("SPHINX_GIT_MEMORY", or: 2_048)
        git.signer = signer()
        return try GitRepository(git)
    }

    private func mebibytes(_ name: String, or standard: Double) throws(Problem) -> Int {
        Int(min(try settings.number(name, or: standard), 1e9)) << 20
    }

    /// The folder of checked-out files; nil for a bare repository and for a URL.
    func workTree() throws(Problem) -> String? { try gitRepository(scratch: nil).workTree }

    func prometheus() throws(Problem) -> PrometheusSource {
        var prometheus = PrometheusSource.Settings(url: settings.text("PROMETHEUS_URL") ?? "http://127.0.0.1:9090")
        prometheus.bearerToken = settings.secret("PROMETHEUS_BEARER_TOKEN")
        prometheus.user = settings.text("PROMETHEUS_USER")
        prometheus.password = settings.secret("PROMETHEUS_PASSWORD")
        prometheus.headers = try settings.headers("PROMETHEUS_HEADERS")
        prometheus.authoritiesFile = settings.text("PROMETHEUS_CA_FILE")
        prometheus.deadline = .seconds(try settings.number("PROMETHEUS_TIMEOUT", or: 120))
        return try PrometheusSource(prometheus)
    }

    func plugins() -> any OpportunityFinder {
        PluginRunner(PluginRunner.Settings(path: settings.text("PATH") ?? "/usr/bin:/bin"))
    }

    func planChecker() -> any PlanChecker {
        PolicyCommand(PluginRunner.Settings(path: settings.text("PATH") ?? "/usr/bin:/bin"))
    }

    func gemini() throws(Problem) -> Gemini? {
        guard let key = settings.secret("GOOGLE_API_KEY") ?? settings.secret("GEMINI_API_KEY") else { return nil }
        var gemini = Gemini.Settings(key: key)
        if let model = settings.text("GEMINI_MODEL") { gemini.model = model }
        if let url = settings.text("GEMINI_BASE_URL") ?? settings.text("GOOGLE_GEMINI_BASE_URL") {
            gemini.baseURL = url
        }
        if let version = settings.text("GEMINI_API_VERSION") { gemini.version = version }
        gemini.thinkingLevel = settings.text("GEMINI_THINKING_LEVEL")
        gemini.deadline = .seconds(try settings.number("GEMINI_TIMEOUT", or: 300))
        return try Gemini(gemini, now: { Date() })
    }

    /// States, kept or left in scratch folders, are apart by repository, as workspaces of two may have one name.
    func terraform(of git: GitRepository? = nil) -> Terraform {
        let place = git.map { Digest(of: [$0.place]).prefix(16) }
        let kept = place.map { "errored/\($0)" } ?? "errored"
        let scratch = "sphinx-\(getuid())" + (place.map { "-\($0)" } ?? "")
        var terraform = Terraform.Settings(
            binary: settings.text("TERRAFORM_BINARY") ?? "terraform",
            scratchFolder: "\(NSTemporaryDirectory())\(scratch)", keptFolder: "\(settings.cacheFolder)/\(kept)",
            environment: settings.values, secrets: secrets,
            cache: DiskCache(folder: settings.cacheFolder))
        terraform.holder = Holder.current
        let console = console
        terraform.onApplyMessage = { workspace, message in console.progress("\(workspace): \(message)") }
        terraform.pluginCacheFolder = settings.text("TF_PLUGIN_CACHE_DIR").map(Settings.absolute)
        terraform.localStateFolder = settings.text("SPHINX_LOCAL_STATE_DIR").map(Settings.absolute)
        for (name, variable) in [("bucket", "BUCKET"), ("key", "KEY"), ("region", "REGION")] {
            terraform.s3[name] = settings.text("TF_BACKEND_S3_\(variable)")
        }
        if let file = settings.text("TF_CLI_CONFIG_FILE"), FileManager.default.fileExists(atPath: file) {
            terraform.cliConfigFile = Settings.absolute(file)
        }
        return Terraform(terraform)
    }

    func history() throws(Problem) -> any Domain.History {
        try SQLiteHistory(path: historyPath)
    }

    var historyPath: String { Settings.absolute(settings.text("SQLITE_DB_PATH") ?? "sphinx.db") }
}

// What `doctor` asks of the parts.
extension Composition {
    func baseCommit(_ base: String?) async throws(Problem) -> String {
        let snapshot = try await gitRepository(scratch: nil).remote.snapshot(base: base, prefixes: [])
        return "\(snapshot.baseBranch) at \(snapshot.base.short)"
    }

    func terraformVersion() async throws(Problem) -> String { try await terraform().version() }
    func prometheusVersion() async throws(Problem) -> String { try await prometheus().version() }

    /// Nil without a key.
    func geminiModel() async throws(Problem) -> String? {
        guard let gemini = try gemini() else { return nil }
        do throws(ModelFailure) {
            return try await gemini.check()
        } catch {
            throw error.problem
        }
    }
}

/// This process, as locks name it.
enum Holder {
    static let current = "\(host)/\(ProcessInfo.processInfo.processIdentifier)"

    private static var host: String { ProcessInfo.processInfo.hostName }

    /// Only for a process of this machine can it be known.
    static func isRunning(_ lock: Lock) -> Bool? {
        let parts = lock.holder.split(separator: "/")
        guard parts.count == 2, parts[0] == host, let pid = Int32(parts[1]) else { return nil }
        return kill(pid, 0) == 0 || errno == EPERM
    }
}
