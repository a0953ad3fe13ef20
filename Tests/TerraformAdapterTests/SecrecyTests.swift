import Domain
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import TerraformAdapter

@Suite("Secrets of a workspace", .timeLimit(.minutes(30)))
struct SecrecyTests {
    private static let canary = TerraformStage.canary
    /// The secret in a variable, an output, within an object, in JSON, and through a resource that does not mark it.
    private static let code = """
        variable "password" {
          type      = string
          sensitive = true
        }
        resource "terraform_data" "open" {
          input = nonsensitive(var.password)
        }
        resource "terraform_data" "closed" {
          input = { name = "x", password = var.password, text = jsonencode({ deep = [var.password] }) }
        }
        output "password" {
          value     = var.password
          sensitive = true
        }

        """

    private static func stage() throws -> TerraformStage {
        try TerraformStage { settings, _ in
            settings.environment["TF_VAR_password"] = canary
            settings.cache = nil
        }
    }

    private static func texts(of plan: Plan) -> String {
        plan.text + plan.changes.map { "\($0.before.canonical)\($0.after.canonical)\($0.address)" }.joined()
    }

    @Test("stand neither in a plan's text nor in its values, its digest does not need them")
    func plan() async throws {
        let stage = try Self.stage()
        let plan = try await stage.plan(["main.tf": Self.code])
        #expect(!Self.texts(of: plan).contains(Self.canary))
        let closed = try #require(plan.changes.first { $0.address == "terraform_data.closed" })
        #expect(closed.after.value(at: "input.name") == .string("x"))
        #expect(closed.after.value(at: "input.password") == Mask.mark)
        let open = try #require(plan.changes.first { $0.address == "terraform_data.open" })
        #expect(open.after.value(at: "input") == .string(Redactor.mark))
        #expect(try await stage.plan(["main.tf": Self.code]).digest == plan.digest)
    }

    @Test("stand nowhere in the document that a policy's command reads, before the apply and after it")
    func document() async throws {
        let stage = try Self.stage()
        let short = """
            variable "pin" {
              type      = number
              sensitive = true
              default   = 4711
            }
            resource "terraform_data" "pin" {
              input = { pin = var.pin }
            }

            """
        let bench = try await stage.bench(["main.tf": Self.code, "pin.tf": short])
        _ = try await bench.plan(PlanOptions(lock: true))
        let planned = try await bench.planDocument()
        #expect(!planned.canonical.contains(Self.canary) && !planned.canonical.contains("4711"))
        let addresses = planned["resource_changes"]?.array?.compactMap { $0["address"]?.string }.sorted()
        #expect(addresses == ["terraform_data.closed", "terraform_data.open", "terraform_data.pin"])
        let pin = planned["resource_changes"]?.array?.last?.value(at: "change.after.input.pin")
        #expect(pin == Mask.mark)
        _ = try await bench.apply()
        _ = try await bench.plan(PlanOptions(lock: true))
        let applied = try await bench.planDocument()
        #expect(!applied.canonical.contains(Self.canary))
        #expect(applied.value(at: "prior_state.values.outputs.password.value") == Mask.mark)
        await bench.close()
    }

    @Test("a plan's digest is the same with whichever credentials it was made, and tells what no mask hides")
    func digest() async throws {
        let code = { (password: String) in
            TerraformStage.machine("{ note = \"reader-credential-1\", password = \"\(password)\" }")
        }
        let planned = { (environment: [String: String], password: String) in
            try await TerraformStage { settings, _ in settings.environment.merge(environment) { $1 } }
                .plan(["main.tf": code(password)])
        }
        let plain = try await planned([:], "hunter2")
        let reader = try await planned(["AWS_SECRET_ACCESS_KEY": "reader-credential-1"], "hunter2")
        #expect(reader.text.contains("note     = \"(redacted)\"") && plain.text.contains("reader-credential-1"))
        #expect(reader.digest == plain.digest)
        // A name that tells hides a value from people, and no change of it from the comparison.
        #expect(!plain.text.contains("hunter2"))
        #expect(try await planned([:], "hunter3").digest != plain.digest)
    }

    @Test("what one plan marks is taken out of what is said of the workspace later, by whoever says it")
    func learned() async throws {
        let secrets = KnownSecrets()
        let stage = try TerraformStage { settings, _ in
            settings.environment["TF_VAR_password"] = Self.canary
            settings.secrets = secrets
        }
        _ = try await stage.plan(["main.tf": Self.code + TerraformStage.machine("{ api_key = \"named-canary-1\" }")])
        #expect(secrets.redactor(for: "prod/web").redact("\(Self.canary) named-canary-1") == "(redacted) (redacted)")
        #expect(secrets.redactor(for: "prod/db").redact("named-canary-1") == "named-canary-1")
    }

    @Test(
        "a state in which something unmarked looks secret is matched whole, and not kept",
        arguments: [("{ id = \"i-1\" }", true), ("{ id = \"i-1\", note = \"AKIAIOSFODNN7EXAMPLE\" }", false)])
    func unmarked(input: String, isKept: Bool) async throws {
        let cache = MemoryCache()
        let stage = try TerraformStage { settings, _ in settings.cache = cache }
        let files = ["main.tf": TerraformStage.machine(input)]
        try await stage.apply(files)
        let instances = try await stage.terraform.state(of: try stage.files(files))
        #expect(instances.first?.values.canonical.contains("AKIAIOSFODNN7EXAMPLE") == !isKept)
        let key = Digest(of: ["state", "2", Digest(ofBytes: Array(try stage.state.utf8)).hex])
        #expect((cache.value(for: key) != nil) == isKept)
    }

    @Test("stand neither in what is read of the state nor in the cache")
    func state() async throws {
        let cache = MemoryCache()
        let stage = try TerraformStage { settings, _ in
            settings.environment["TF_VAR_password"] = Self.canary
            settings.cache = cache
        }
        try await stage.apply(["main.tf": Self.code])
        #expect(try stage.state.contains(Self.canary))
        let instances = try await stage.terraform.state(of: try stage.files(["main.tf": Self.code]))
        #expect(instances.map(\.address) == ["terraform_data.closed", "terraform_data.open"])
        #expect(!instances.map(\.values.canonical).joined().contains(Self.canary))
        #expect(instances[0].values["input"] == .object(["name": .string("x")]))
        let key = Digest(of: ["state", "2", Digest(ofBytes: Array(try stage.state.utf8)).hex])
        let kept = try #require(cache.value(for: key))
        #expect(!String(decoding: kept, as: UTF8.self).contains(Self.canary))
    }

    @Test("do not stand in the log of an apply, in its messages or in what is kept of a failed one")
    func apply() async throws {
        let messages = Mutex<[String]>([])
        let stage = try TerraformStage { settings, _ in
            settings.environment["TF_VAR_password"] = Self.canary
            settings.onApplyMessage = { workspace, message in
                messages.withLock { $0.append("\(workspace): \(message)") }
            }
        }
        let code =
            Self.code
            + TerraformStage.machine(
                "1", name: "talker",
                more:
                    "  provisioner \"local-exec\" {\n    command = \"echo said '${nonsensitive(var.password)}'; exit 3\"\n  }\n"
            )
        let bench = try await stage.bench(["main.tf": code])
        _ = try await bench.plan(PlanOptions(lock: true))
        let failure = await failure { _ = try await bench.apply() }
        await bench.close()
        let problem = try #require(failure?.problem)
        #expect(problem.message.contains("exit status 3"))
        let kept = try FileManager.default.contentsOfDirectory(atPath: stage.folder.file("kept/prod/web"))
        #expect(kept.count == 1 && kept[0].hasSuffix(".apply.log"))
        #expect(problem.hint == "its log is in \(stage.folder.file("kept/prod/web"))/\(kept[0])")
        let log = try stage.folder.read("kept/prod/web/\(kept[0])")
        #expect(log.contains("said \(Redactor.mark)"))
        let seen = messages.withLock { $0 }
        #expect(seen.contains { $0 == "prod/web: terraform_data.talker: Creating..." })
        let shown = failure.map { "\($0)" } ?? ""
        for text in [log, seen.joined(), shown] { #expect(!text.contains(Self.canary)) }
    }

    @Test("do not stand in an error of the code that quotes them")
    func diagnostics() async throws {
        let stage = try Self.stage()
        let code =
            Self.code
            + "locals {\n  number = tonumber(nonsensitive(var.password))\n}\noutput \"n\" {\n  value = local.number\n}\n"
        let failure = await failure { _ = try await stage.plan(["main.tf": code]) }
        let text = failure.map { "\($0)" } ?? ""
        #expect(failure?.diagnostics.first?.summary == "Invalid function argument")
        #expect(!text.contains(Self.canary))
    }

    @Test("reach Terraform only where its environment is made for them")
    func environment() async throws {
        let stage = try TerraformStage { settings, folder in
            TerraformStage.impostor("version) env > '\(folder.file("seen"))'; exec terraform \"$@\";;")(
                &settings, folder)
            for name in [
                "GOOGLE_API_KEY", "SPHINX_GIT_TOKEN", "PROMETHEUS_PASSWORD", "GITHUB_TOKEN", "TF_CLI_ARGS_apply",
                "TF_LOG",
                "TF_REATTACH_PROVIDERS", "TF_WORKSPACE", "LD_PRELOAD_X",
            ] { settings.environment[name] = Self.canary }
            settings.environment["AWS_PROFILE"] = "reader"
            settings.environment["TF_VAR_a"] = "b"
        }
        _ = try await stage.terraform.version()
        let seen = try stage.folder.read("seen")
        #expect(!seen.contains(Self.canary))
        let names = Set(seen.split(separator: "\n").compactMap { $0.split(separator: "=").first.map(String.init) })
        #expect(
            names.isSubset(of: [
                "PATH", "HOME", "TMPDIR", "AWS_PROFILE", "TF_VAR_a", "TF_DATA_DIR", "TF_CLI_CONFIG_FILE",
                "TF_IN_AUTOMATION", "TF_INPUT", "CHECKPOINT_DISABLE", "PWD", "_", "SHLVL", "OLDPWD",
            ]))
        #expect(names.isSuperset(of: ["AWS_PROFILE", "TF_VAR_a", "TF_CLI_CONFIG_FILE"]))
    }

    @Test("lie in no file that others can read")
    func permissions() async throws {
        let stage = try Self.stage()
        try await stage.apply(["main.tf": Self.code])
        let bench = try await stage.bench(["main.tf": Self.code])
        _ = try await bench.plan(PlanOptions(lock: false))
        let places = FileManager.default.enumerator(atPath: stage.folder.file("scratch"))?.allObjects ?? []
        #expect(places.contains { ($0 as? String)?.hasSuffix("/plan") == true })
        for place in places.compactMap({ $0 as? String })
        where !place.hasSuffix(".tf") && !place.hasSuffix("terraformrc") {
            let attributes = try FileManager.default.attributesOfItem(atPath: stage.folder.file("scratch/\(place)"))
            let mode = try #require(attributes[.posixPermissions] as? Int)
            #expect(mode & 0o077 == 0, "\(place) has the mode \(String(mode, radix: 8))")
        }
        await bench.close()
        #expect(try FileManager.default.contentsOfDirectory(atPath: stage.folder.file("scratch")).isEmpty)
    }
}
