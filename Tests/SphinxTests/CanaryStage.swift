import ChildProcess
import Domain
import Foundation
import Synchronization
import TestSupport
import Testing

/// The eight ways in which a secret comes into a run.
enum Canary: String, CaseIterable, Sendable {
    /// Marked as sensitive in plan and state.
    case marked
    /// Marked where it goes into a resource, and not where it comes out again.
    case computed
    /// The default and the file value of sensitive variables.
    case variable
    /// Literals under telling names.
    case literal
    /// Tokens and keys under names that tell nothing.
    case format
    /// A random word under a name that tells nothing.
    case random
    /// What Sphinx signs in with, told by servers.
    case own
    /// In labels of series, and in what a plugin says.
    case label

    /// What must be found nowhere, not even its first ten characters.
    var texts: [String] {
        switch self {
        case .marked: ["canary-marked \"q\" 1/2+3"]
        case .computed: ["canary-computed-7f3a"]
        case .variable: ["canary-default-11", "canary-tfvars-22"]
        case .literal: ["canary-password-33", "canary-userdata-44", "canary-connection-55", "canary-env-66"]
        case .format:
            [
                "ghp_canary0123456789abcdefghijABCDEF0123", "AKIACANARY0123456789", "glpat-canary0A1b2C3d4E5f6G",
                "AIzaCanary0123456789abcdefghijklmnopqr", "xoxb-canary-1234567890", "MIICANARYKEYBODY0123456789abc",
                "eyJjYW5hcnkiOiIxIn0.eyJjYW5hcnkiOiIyIn0.c2lnbmF0dXJlQ2FuYXJ5", "canary-url-77",
            ]
        case .random: ["cA6nArY9xQ2mZ7kL4pT8wR3vB5nJ1hG0sD6f"]
        case .own: ["canary-gemini-key-88", "canary-git-token-99", "canary-bearer-aa", "canary-header-bb-0123"]
        case .label: ["ghp_label00123456789abcdefghijABCDEF0123", "canary-label-token-cc", "xoxb-stderr-1234567890ab"]
        }
    }

    static var all: [String] { allCases.flatMap(\.texts) }
}

/// One idle machine whose code, state, metrics and servers hold secrets of every kind.
final class CanaryStage: Sendable {
    static let variables = ["marked": Canary.marked.texts[0], "computed": Canary.computed.texts[0]]

    let stage: LoopStage
    /// Sink → what was written to it.
    private let sinks = Mutex<[String: [String]]>([:])

    /// With `more` within the machine's block.
    init(more: String = "") async throws {
        let code = try await Shell.run("terraform", ["fmt", "-"], input: Self.code(more))
        stage = try await LoopStage(
            [
                "workspaces/web/main.tf": code, "workspaces/web/terraform.tfvars": Self.values,
                "plugins/teller": Self.plugin,
            ], rules: Self.rules, applied: false)
        try await Shell.git("update-index", "--chmod=+x", "plugins/teller", in: stage.person)
        try await Shell.git("commit", "-q", "-m", "Let the plugin run", in: stage.person)
        try await Shell.git("push", "-q", "origin", "HEAD:main", in: stage.person)
        try await stage.applyByHand(variables: Self.variables)
    }

    private static func code(_ more: String) -> String {
        """
        variable "marked" {
          type      = string
          sensitive = true
        }

        variable "computed" {
          type      = string
          sensitive = true
        }

        variable "pin" {
          type      = string
          sensitive = true
          default   = "canary-default-11"
        }

        variable "filed" {
          type      = string
          sensitive = true
        }

        # one carries the load.
        resource "terraform_data" "one" {
          input = {
            id       = "i-1"
            password = "canary-password-33"
            user_data = <<-EOT
              #!/bin/sh
              echo first
              echo second
              export KEY=canary-userdata-44
            EOT
            size = "large" # chosen by hand
            connection_string = "Server=db;canary-connection-55"
            env    = [{ name = "API_TOKEN", value = "canary-env-66" }, { name = "TIER", value = "gold" }]
            lost   = var.computed
            closed = var.marked
            both   = "${var.pin} ${var.filed} ${jsonencode([var.marked])} ${base64encode(var.computed)}"
            notes  = ["ghp_canary0123456789abcdefghijABCDEF0123", "AKIACANARY0123456789", "glpat-canary0A1b2C3d4E5f6G"]
            more   = "AIzaCanary0123456789abcdefghijklmnopqr xoxb-canary-1234567890"
            signed = "eyJjYW5hcnkiOiIxIn0.eyJjYW5hcnkiOiIyIn0.c2lnbmF0dXJlQ2FuYXJ5"
            pem    = "-----BEGIN PRIVATE KEY-----\\nMIICANARYKEYBODY0123456789abc\\n-----END PRIVATE KEY-----\\n"
            place  = "https://robot:canary-url-77@example.com/x"
            word   = "cA6nArY9xQ2mZ7kL4pT8wR3vB5nJ1hG0sD6f"
          }

          lifecycle {
            postcondition {
              condition     = self.input.size != "tiny"
              error_message = "too small for ${nonsensitive(var.marked)}, ${nonsensitive(var.computed)}, ${self.input.password} and ${self.input.word}."
            }
        \(more)  }
        }

        output "closed" {
          value     = var.marked
          sensitive = true
        }

        """
    }

    private static let values = "filed = \"canary-tfvars-22\"\n"
    private static let plugin =
        "#!/bin/sh\necho 'cannot sign in with xoxb-stderr-1234567890ab, token=canary-label-token-cc' >&2\nexit 1\n"

    private static let rules = """
        rules:
          - id: idle
            name: Idle machine
            query: cpu
            condition: {operator: less_than, threshold: 0.05, duration_minutes: 10}
            resource: {type: terraform_data, match: [{attribute: input.id, label: id}]}
            fix: {attribute: input.size, hint: a smaller one}
            opportunity_title_template: "{address} is idle: {labels.note}"
            opportunity_description_template: "CPU of {labels.id} is {value} with {labels.api_token}, {attr.input.password}, {attr.input.word}."

        """

    /// One idle machine over the last hour, and one that is nowhere.
    func prometheus() async throws -> PrometheusServer {
        let end = Int(Date().timeIntervalSince1970) / 60 * 60
        let note = Canary.label.texts[0]
        let samples = ["i-1", "i-9"].map { id in
            (0...60).map {
                "cpu{id=\"\(id)\",note=\"\(note)\",api_token=\"canary-label-token-cc\"} 0.01 \(end - (60 - $0) * 60)\n"
            }.joined()
        }.joined()
        return try await PrometheusServer(openMetrics: "# TYPE cpu gauge\n\(samples)# EOF\n")
    }

    static func answer(size: String) -> GeminiEmulator.Step {
        .text(
            "{\"analysis\":\"The machine is idle.\",\"decision\":\"change\",\"edits\":[{\"path\":\"workspaces/web/main.tf\",\"search\":\"\\\"large\\\"\",\"replace\":\"\\\"\(size)\\\"\"}],\"impact\":\"Less room.\",\"risk\":\"low\",\"questions\":[]}"
        )
    }

    // MARK: Running

    /// Runs the command with every secret in its environment, and keeps what it writes.
    @discardableResult
    func sphinx(_ arguments: [String], _ environment: [String: String]) async throws -> Completion {
        let own = Canary.own.texts
        var all = [
            "GOOGLE_API_KEY": own[0], "SPHINX_GIT_TOKEN": own[1], "PROMETHEUS_BEARER_TOKEN": own[2],
            "PROMETHEUS_HEADERS": "X-Api-Key=\(own[3])", "GEMINI_BASE_URL": "http://127.0.0.1:1",
        ]
        for (name, value) in Self.variables { all["TF_VAR_\(name)"] = value }
        let result = try await stage.sphinx(arguments, all.merging(environment) { $1 })
        note("standard output", result.outputText)
        note("standard error", result.errorText)
        return result
    }

    private func note(_ sink: String, _ text: String) {
        sinks.withLock { $0[sink, default: []].append(text) }
    }

    // MARK: Looking

    /// Sink → canaries that are found in it; code that a person committed is no sink.
    func findings(asked emulator: GeminiEmulator? = nil) async throws -> [String: Set<String>] {
        var all = sinks.withLock { $0 }
        all["requests to Gemini"] = (emulator?.requests ?? []).map { String(decoding: $0.body, as: UTF8.self) }
        all["git objects"] = [try await writtenObjects()]
        all["history"] = ["sphinx.db", "sphinx.db-wal"].filter(stage.folder.exists).map { bytes(stage.folder.file($0)) }
        all["cache"] = files(below: stage.folder.file("cache")).map(bytes)
        return all.mapValues { texts in Set(texts.flatMap(Self.found)) }
    }

    func text(of sink: String) -> String { sinks.withLock { $0[sink] ?? [] }.joined() }

    /// The beginning of a canary, as it is, without the escapes of whatever it stands in, and in Base64; with its context.
    private static func found(in text: String) -> [String] {
        let plain = text.filter { $0 != "\\" }
        return Canary.all.flatMap { canary in
            let (start, encoded) = (canary.prefix(10), Data(canary.utf8).base64EncodedString().prefix(12))
            return [(text, start), (plain, start), (text, encoded)].flatMap { text, form in
                text.ranges(of: form).map { place in
                    "\(text[..<place.lowerBound].suffix(60))\(text[place.lowerBound...].prefix(60))"
                }
            }
        }
    }

    private func bytes(_ file: String) -> String {
        String(decoding: FileManager.default.contents(atPath: file) ?? Data(), as: UTF8.self)
    }

    private func files(below folder: String) -> [String] {
        (FileManager.default.enumerator(atPath: folder)?.allObjects ?? []).compactMap { $0 as? String }
            .map { "\(folder)/\($0)" }
    }

    /// Every object of the remote but the blobs that stand outside of `proposals/`: commits, trees, pages, plans.
    private func writtenObjects() async throws -> String {
        let git = ["--git-dir", stage.remote]
        let commits = try await Shell.run(
            "git", git + ["log", "--all", "--format=%H"], environment: Shell.gitEnvironment)
        var code: Set<Substring> = []
        for commit in commits.split(separator: "\n") {
            let tree = try await Shell.run(
                "git", git + ["ls-tree", "-r", String(commit)], environment: Shell.gitEnvironment)
            for line in tree.split(separator: "\n") {
                let columns = line.split(separator: "\t")
                if !columns[1].hasPrefix("proposals/") { code.insert(columns[0].split(separator: " ")[2]) }
            }
        }
        let names = try await Shell.run(
            "git", git + ["cat-file", "--batch-all-objects", "--batch-check=%(objectname)"],
            environment: Shell.gitEnvironment)
        let wanted = names.split(separator: "\n").filter { !code.contains($0) }.joined(separator: "\n")
        return try await Shell.run(
            "git", git + ["cat-file", "--batch"], environment: Shell.gitEnvironment, input: wanted + "\n")
    }
}
