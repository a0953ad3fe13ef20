import Domain
import Foundation
import PluginAdapter
import Reconciliation
import RulesFileAdapter
import TerraformAdapter
import TestSupport
import Testing

/// Real Terraform with an AWS provider over moto, and the state in S3 there.
@Suite("AWS, from a rule to the EC2 API")
struct AWSLoopTests {
    private static let code = """
        terraform {
          required_providers {
            aws = {
              source  = "hashicorp/aws"
              version = "~> 5.0"
            }
          }
          backend "s3" {
            bucket = "states"
            key    = "data/terraform.tfstate"
            region = "us-east-1"
          }
        }

        # Holds the orders.
        resource "aws_ebs_volume" "data" {
          availability_zone = "us-east-1a"
          size              = 100
          type              = "gp2" # chosen by hand
        }

        """

    private static let library = "include: [\"sphinx:aws-state\"]\nrules: []\n"
    private static let metric = """
        rules:
          - id: busy
            name: Busy volume
            query: aws_ebs_burst_balance_average
            condition: {operator: less_than, threshold: 10, for: 10m}
            resource: {type: aws_ebs_volume}
            fix: {attribute: type, value: gp3, set: {iops: 3000, throughput: 125}}

        """

    /// A loop stage whose Terraform knows AWS as moto has it.
    private struct AWS {
        let stage: LoopStage
        let moto: MotoServer
        let terraform: Terraform

        init(rules: String) async throws {
            stage = try await LoopStage(["workspaces/data/main.tf": AWSLoopTests.code], rules: rules, applied: false)
            moto = try await MotoServer()
            _ = try await moto.python("s3.create_bucket(Bucket=\"states\")")
            var environment = stage.environment
            environment["HOME"] = stage.folder.path
            terraform = Terraform(
                Terraform.Settings(
                    scratchFolder: stage.folder.file("scratch"), localStateFolder: nil,
                    cliConfigFile: try AWSMirror(in: stage.folder).cliConfiguration,
                    keptFolder: stage.folder.file("kept"),
                    environment: environment.merging(moto.environment) { $1 }))
            try await apply()
        }

        var world: World {
            get throws {
                var world = try stage.world()
                world.infrastructure = terraform
                world.plugins = PluginRunner(
                    PluginRunner.Settings(
                        scratchFolder: stage.folder.file("plugins"),
                        path: AWSLoopTests.products + ":" + (stage.environment["PATH"] ?? "")))
                return world
            }
        }

        /// What a person did before there was Sphinx.
        private func apply() async throws {
            let world = try world
            let observation = try await Inspection(world: world, settings: stage.settings()).observed()
            let workspace = try #require(observation.workspaces.first)
            let bench = try await terraform.workbench(
                for: WorkspaceFiles(
                    workspace: workspace,
                    files: try world.objects.files(below: workspace.folder, in: observation.snapshot.base)))
            _ = try await bench.plan(PlanOptions(lock: true))
            _ = try await bench.apply()
            await bench.close()
        }

        func reconcile() async throws -> RunReport {
            try await Reconciler(world: try world, settings: stage.settings()).run()
        }

        /// Type, IOPS and throughput, as the API says them.
        func volume() async throws -> String {
            try await moto.python(
                "v = ec2.describe_volumes()[\"Volumes\"][0]\nprint(v[\"VolumeType\"], v.get(\"Iops\"), v.get(\"Throughput\"))"
            )
        }
    }

    /// Where the build puts programs.
    private static var products: String {
        URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().path(percentEncoded: false)
    }

    /// Proposes, merges, applies, and looks at what the API says.
    private func closes(_ aws: AWS, rule: String) async throws {
        #expect(try await aws.volume().hasPrefix("gp2"))
        let first = try await aws.reconcile()
        let proposal = try #require(first.proposals.first, "\(first.statuses) \(first.problems)")
        #expect(proposal.state == .created && proposal.rule == rule, "\(proposal)")
        #expect(proposal.planSummary == "0 to add, 1 to change, 0 to destroy")
        let code = try await aws.stage.show("workspaces/data/main.tf", on: proposal.branch)
        #expect(code.contains("\"gp3\" # chosen by hand") && code.contains("iops              = 3000"))
        try await aws.stage.merge(proposal.branch)
        let second = try await aws.reconcile()
        #expect(second.applies.map(\.result) == [.applied], "\(second.applies)")
        #expect(try await aws.volume() == "gp3 3000 125")
        let third = try await aws.reconcile()
        #expect(third.proposals.isEmpty && third.applies.isEmpty && third.pushes == 0, "\(third.proposals)")
    }

    @Test("a gp2 volume found by the library's rule on state")
    func byState() async throws {
        try await closes(try await AWS(rules: Self.library), rule: "aws/ebs-gp2")
    }

    @Test("a gp2 volume found by a metric under YACE's labels")
    func byMetric() async throws {
        let aws = try await AWS(rules: Self.metric)
        let id = try await aws.moto.python("print(ec2.describe_volumes()[\"Volumes\"][0][\"VolumeId\"])")
        let name = "arn:aws:ec2:us-east-1:123456789012:volume/\(id)"
        aws.stage.metrics.set(
            "aws_ebs_burst_balance_average", [(["name": name, "dimension_VolumeId": id, "region": "us-east-1"], 3)])
        let first = try await aws.reconcile()
        #expect(first.opportunities.map(\.evidence.located) == ["its ARN"])
        try await closes(aws, rule: "busy", after: first)
    }

    @Test("a gp2 volume found by the shipped plugin in Swift")
    func byPlugin() async throws {
        let aws = try await AWS(rules: "rules: []\n")
        try await aws.stage.commit(
            ["plugins/ebs-gp2-to-gp3/plugin.yml": "command: [sphinx-ebs-gp2-to-gp3]\n"], "Add the plugin")
        try await closes(aws, rule: "plugin/ebs-gp2-to-gp3")
    }

    /// The metric's proposal is open already.
    private func closes(_ aws: AWS, rule: String, after first: RunReport) async throws {
        let proposal = try #require(first.proposals.first)
        #expect(proposal.state == .created && proposal.rule == rule)
        try await aws.stage.merge(proposal.branch)
        #expect(try await aws.reconcile().applies.map(\.result) == [.applied])
        #expect(try await aws.volume() == "gp3 3000 125")
    }

    @Test("what someone changed in AWS after the merge is not applied over")
    func changedBetween() async throws {
        let aws = try await AWS(rules: Self.library)
        let proposal = try #require(try await aws.reconcile().proposals.first)
        try await aws.stage.merge(proposal.branch)
        _ = try await aws.moto.python(
            "ec2.modify_volume(VolumeId=ec2.describe_volumes()[\"Volumes\"][0][\"VolumeId\"], Size=200)")
        let report = try await aws.reconcile()
        #expect(report.applies.map(\.result) == [.needsApproval], "\(report.applies)")
        #expect(try await aws.volume().hasPrefix("gp2"))
    }
}
