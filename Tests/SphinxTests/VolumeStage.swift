import ChildProcess
import Domain
import Foundation
import TestSupport
import Testing

/// A volume whose plan was merged and not applied yet: the built command, real Terraform, and moto in the place of AWS.
final class VolumeStage: Sendable {
    enum Store: String, CaseIterable, Sendable {
        case file, s3
    }

    private static let path = "workspaces/data/main.tf"
    static let volume = """

        resource "aws_ebs_volume" "data" {
          availability_zone = "us-east-1a"
          size              = 100
        }

        """

    let stage: LoopStage
    let moto: MotoServer
    private let store: Store
    private let mirror: AWSMirror

    init(_ store: Store) async throws {
        self.store = store
        stage = try await LoopStage([Self.path: Self.head(store)], applied: false)
        moto = try await MotoServer()
        mirror = try AWSMirror(in: stage.folder)
        _ = try await moto.python("s3.create_bucket(Bucket=\"states\")")
        try FileManager.default.createDirectory(
            atPath: stage.folder.file("tmp"), withIntermediateDirectories: false)
        try await Shell.git("push", "-q", "origin", "HEAD:more", in: stage.person)
        try await stage.commit(on: "more", Self.path, Self.head(store) + Self.volume)
        let planned = try await sphinx(["propose", "--branch", "more"])
        #expect(planned.outputText.contains("1 to add, 0 to change, 0 to destroy"), "\(planned.errorText)")
        try await stage.merge("more")
    }

    private static func head(_ store: Store) -> String {
        let backend = """

              backend "s3" {
                bucket       = "states"
                key          = "data.tfstate"
                region       = "us-east-1"
                use_lockfile = true
              }
            """
        return """
            terraform {
              required_providers {
                aws = {
                  source  = "hashicorp/aws"
                  version = "~> 5.0"
                }
              }\(store == .s3 ? backend : "")
            }

            """
    }

    // MARK: Commands

    private var environment: [String: String] {
        moto.environment.merging([
            "TMPDIR": stage.folder.file("tmp"), "TF_CLI_CONFIG_FILE": mirror.cliConfiguration,
            "AWS_TEST_HOLD": stage.folder.file("hold"),
        ]) { $1 }
    }

    func sphinx(
        _ arguments: [String], onStart: (@Sendable (Int32) -> Void)? = nil
    ) async throws -> Completion {
        try await stage.sphinx(arguments, environment, onStart: onStart)
    }

    func apply(onStart: (@Sendable (Int32) -> Void)? = nil) async throws -> Completion {
        try await sphinx(["reconcile", "--only", "apply", "--format", "json"], onStart: onStart)
    }

    /// What the report of an apply says, by a path in it.
    func said(_ completion: Completion, _ path: String) throws -> String? {
        try JSONDecoder().decode(JSONValue.self, from: Data(completion.output)).value(at: path)?.string
    }

    /// Terraform's own command in a person's clone.
    @discardableResult
    func terraform(_ arguments: String...) async throws -> String {
        let own = stage.environment.merging(environment) { $1 }.merging(["HOME": stage.folder.path]) { $1 }
        try await Shell.git("pull", "-q", "origin", "main", in: stage.person)
        return try await Shell.run(
            "terraform", ["-chdir=\(stage.person)/workspaces/data"] + arguments, environment: own)
    }

    // MARK: An apply that waits in the middle

    /// From now on a volume that was made is not answered for.
    func hold() throws { try stage.folder.write("", to: "hold") }

    func made() async throws {
        try await eventually("the volume is made") { stage.folder.exists("hold.reached") }
    }

    func release() throws { try stage.folder.remove("hold") }

    /// Runs an apply up to the made volume, where something is done to Sphinx (its pid is given) or to Terraform.
    func struck(_ strike: (Int32) async throws -> Void) async throws -> Completion {
        try hold()
        let process = StartedProcess()
        async let run = apply(onStart: process.note)
        try await made()
        try await strike(try await process.id)
        return try await run
    }

    /// Terraform's process, as the mark of a running apply names it.
    func terraformProcess() throws -> Int32 {
        let top = stage.folder.file("tmp")
        let mark = try #require(
            try FileManager.default.subpathsOfDirectory(atPath: top).first { $0.hasSuffix(".applying.json") })
        let content = try JSONDecoder().decode(
            JSONValue.self, from: try #require(FileManager.default.contents(atPath: "\(top)/\(mark)")))
        return try #require(content["pid"]?.scalarText.flatMap { Int32($0) })
    }

    // MARK: What is there

    /// Ids of all volumes, as the API says them.
    func volumes() async throws -> [String] {
        try await moto.python("print(*[v[\"VolumeId\"] for v in ec2.describe_volumes()[\"Volumes\"]])")
            .split(separator: " ").map(String.init)
    }

    /// Empty where there is none.
    func state() async throws -> String {
        switch store {
        case .file: return (try? stage.state("data")) ?? ""
        case .s3:
            let has = try await moto.objects(in: "states").contains("data.tfstate")
            return has ? try await moto.object("data.tfstate", in: "states") : ""
        }
    }

    func lock() async throws -> String? { try await stage.refs()["refs/sphinx/locks/data"] }

    /// The kinds of refs that the ledger holds, sorted.
    func ledger() async throws -> [String] {
        try await stage.refs().keys.filter { $0.hasPrefix("refs/sphinx/") }
            .map { String($0.dropFirst("refs/sphinx/".count).prefix { $0 != "/" }) }.sorted()
    }
}
