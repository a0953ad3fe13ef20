import Domain
import TerraformAdapter
import TestSupport

/// A workspace whose state is in S3, as moto has it, with Terraform's own lock beside it.
struct S3Stage {
    static let bucket = "states"
    static let lock = """
        {"ID":"c968dd08-e2c2-d911-2b74-2c78cfc82473","Operation":"OperationTypeApply","Info":"","Who":"ada@laptop",\
        "Version":"1.11.4","Created":"2026-11-28T19:20:19.013617494Z","Path":"states/web.tfstate"}
        """

    let moto: MotoServer
    let stage: TerraformStage

    init() async throws {
        let moto = try await MotoServer()
        _ = try await moto.python("s3.create_bucket(Bucket=\"\(Self.bucket)\")")
        self.moto = moto
        stage = try TerraformStage(
            backend: .remote("s3", configured: ["bucket", "key", "region", "use_lockfile"])
        ) { settings, _ in settings.environment.merge(moto.environment) { $1 } }
    }

    static func code(_ resources: String, key: String = "web.tfstate") -> [String: String] {
        let backend = """
            terraform {
              backend "s3" {
                bucket       = "\(bucket)"
                key          = "\(key)"
                region       = "us-east-1"
                use_lockfile = true
              }
            }

            """
        return ["main.tf": backend + resources]
    }

    func keys() async throws -> [String] { try await moto.objects(in: Self.bucket) }

    func state(_ key: String = "web.tfstate") async throws -> String {
        try await moto.object(key, in: Self.bucket)
    }

    /// An apply that could not save its state: the bucket went away while it ran, and is back.
    func failedApply(of resources: String = "") async throws -> TerraformFailure? {
        let code = Self.code(resources + (try stage.waiting(name: "late")))
        let apply = Task { try await stage.apply(code) }
        try await stage.begun()
        try await moto.lose(Self.bucket)
        try stage.folder.remove("hold")
        let failure = await failure { _ = try await apply.value }
        try await moto.restore(Self.bucket)
        // It could not be given back.
        try await moto.delete("web.tfstate.tflock", in: Self.bucket)
        return failure
    }
}
