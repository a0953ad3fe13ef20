import Domain
import Foundation
import Reconciliation
import TerraformAdapter
import TestSupport
import Testing

/// The backend block changes: what is there is in no state then, and would be made a second time.
@Suite("A backend that changes", .timeLimit(.minutes(30)))
struct MovedBackendTests {
    private let stage: LoopStage
    private let moto: MotoServer

    init() async throws {
        moto = try await MotoServer()
        _ = try await moto.python("s3.create_bucket(Bucket=\"states\")")
        stage = try await LoopStage(["workspaces/web/main.tf": Self.code("web.tfstate")], applied: false)
        stage.metrics.set(LoopStage.query, [(["id": "i-1"], 0.01)])
        try await stage.applyBase(with: terraform)
    }

    private static func code(_ key: String, size: String = "large") -> String {
        """
        terraform {
          backend "s3" {
            bucket       = "states"
            key          = "\(key)"
            region       = "us-east-1"
            use_lockfile = true
          }
        }

        """ + LoopStage.machine("one", id: "i-1", size: size)
    }

    private var terraform: Terraform {
        Terraform(
            Terraform.Settings(
                scratchFolder: stage.folder.file("scratch"), keptFolder: stage.folder.file("kept"),
                environment: stage.environment.merging(moto.environment) { $1 }))
    }

    private func reconcile() async throws -> RunReport {
        var world = try stage.world()
        world.infrastructure = terraform
        return try await Reconciler(world: world, settings: stage.settings()).run()
    }

    private func states() async throws -> [String] { try await moto.objects(in: "states") }

    @Test("after a merge stops the apply: the plan is not what was approved, and nothing is made twice")
    func merged() async throws {
        let proposal = try #require(try await reconcile().proposals.first)
        #expect(proposal.state == .created)
        try await stage.merge(proposal.branch)
        try await stage.commit(
            ["workspaces/web/main.tf": Self.code("elsewhere.tfstate", size: "small")], "Move the state")
        for _ in 0..<2 {
            let report = try await reconcile()
            #expect(report.applies.map(\.result) == [.needsApproval])
            #expect(report.applies.map(\.reason) == ["planned differently now: terraform_data.one"])
            #expect(try await states() == ["web.tfstate"])
        }
        #expect(try await moto.object("web.tfstate", in: "states").contains("\"size\": \"large\""))
    }

    @Test("without a merge holds proposals back, as the base does not plan to nothing")
    func unmerged() async throws {
        try await stage.commit(["workspaces/web/main.tf": Self.code("elsewhere.tfstate")], "Move the state")
        let report = try await reconcile()
        #expect(report.proposals.map(\.state) == [.waiting])
        #expect(report.proposals.map(\.reason) == ["base not applied (1 to add, 0 to change, 0 to destroy)"])
        #expect(try await states() == ["web.tfstate"])
    }

    @Test("after an apply is told as a change that nobody planned")
    func applied() async throws {
        let proposal = try #require(try await reconcile().proposals.first)
        try await stage.merge(proposal.branch)
        #expect(try await reconcile().applies.map(\.result) == [.applied])
        try await stage.commit(
            ["workspaces/web/main.tf": Self.code("elsewhere.tfstate", size: "small")], "Move the state")
        let report = try await reconcile()
        #expect(report.applies.map(\.result) == [.unplannedChange])
        #expect(
            report.applies.first?.reason?.hasSuffix("without an approved plan: 1 to add, 0 to change, 0 to destroy")
                == true)
        #expect(try await states() == ["web.tfstate"])
    }
}
