import Domain
import Testing

@testable import Analysis

@Suite("The label table")
struct LabelTableTests {
    private static func text(_ values: [String: String]) -> [String: JSONValue] { values.mapValues { .string($0) } }

    private static func kubernetes(_ namespace: String, _ name: String) -> [String: JSONValue] {
        ["metadata": .array([.object(["namespace": .string(namespace), "name": .string(name)])])]
    }

    private static let volume = JSONValue.array([.object(["volume_id": .string("vol-1")])])
    private static let azureID = "/subscriptions/1/resourceGroups/RG/providers/Microsoft.Compute/virtualMachines/vm"

    @Test(
        "every row finds its resource by either spelling",
        arguments: [
            (
                "aws_instance", text(["id": "i-1"]),
                [["dimension_InstanceId": "i-1"], ["dimension_instance_id": "i-1"], ["instance_id": "i-1"]]
            ),
            ("aws_ebs_volume", text(["id": "vol-1"]), [["dimension_VolumeId": "vol-1"], ["volume_id": "vol-1"]]),
            ("aws_instance", ["root_block_device": volume], [["dimension_VolumeId": "vol-1"], ["volume_id": "vol-1"]]),
            ("aws_instance", ["ebs_block_device": volume], [["dimension_VolumeId": "vol-1"]]),
            (
                "aws_db_instance", text(["identifier": "d"]),
                [["dimension_DBInstanceIdentifier": "d"], ["dbinstance_identifier": "d"]]
            ),
            ("aws_rds_cluster_instance", text(["identifier": "d"]), [["dimension_DBInstanceIdentifier": "d"]]),
            (
                "aws_rds_cluster", text(["cluster_identifier": "c"]),
                [["dimension_DBClusterIdentifier": "c"], ["dbcluster_identifier": "c"]]
            ),
            (
                "aws_lambda_function", text(["function_name": "f"]),
                [["dimension_FunctionName": "f"], ["dimension_function_name": "f"], ["function_name": "f"]]
            ),
            (
                "aws_lb", text(["arn_suffix": "app/a/1"]),
                [["dimension_LoadBalancer": "app/a/1"], ["load_balancer": "app/a/1"]]
            ),
            ("aws_elb", text(["name": "c"]), [["dimension_LoadBalancerName": "c"], ["load_balancer_name": "c"]]),
            (
                "aws_lb_target_group", text(["arn_suffix": "targetgroup/t/1"]),
                [["dimension_TargetGroup": "targetgroup/t/1"], ["target_group": "targetgroup/t/1"]]
            ),
            ("aws_nat_gateway", text(["id": "n"]), [["dimension_NatGatewayId": "n"], ["nat_gateway_id": "n"]]),
            ("aws_s3_bucket", text(["bucket": "b"]), [["dimension_BucketName": "b"], ["bucket_name": "b"]]),
            (
                "aws_cloudwatch_log_group", text(["name": "/l"]),
                [["dimension_LogGroupName": "/l"], ["log_group_name": "/l"]]
            ),
            ("aws_dynamodb_table", text(["name": "t"]), [["dimension_TableName": "t"], ["table_name": "t"]]),
            (
                "aws_elasticache_cluster", text(["cluster_id": "c"]),
                [["dimension_CacheClusterId": "c"], ["cache_cluster_id": "c"]]
            ),
            (
                "aws_elasticache_replication_group", ["member_clusters": .array([.string("c-1"), .string("c-2")])],
                [["dimension_CacheClusterId": "c-2"], ["cache_cluster_id": "c-1"]]
            ),
            (
                "aws_ecs_service", text(["name": "s", "cluster": "arn:aws:ecs:r:1:cluster/main"]),
                [
                    ["dimension_ServiceName": "s", "dimension_ClusterName": "main"],
                    ["dimension_service_name": "s", "dimension_cluster_name": "main"],
                    ["service_name": "s", "cluster_name": "main"],
                ]
            ),
            (
                "kubernetes_deployment", kubernetes("shop", "web"),
                [
                    ["namespace": "shop", "deployment": "web"], ["namespace": "shop", "pod": "web-7d9f8b6c5d-x2x4z"],
                    ["exported_namespace": "shop", "exported_pod": "web-7d9f8b6c5d-x2x4z"],
                ]
            ),
            ("kubernetes_stateful_set_v1", kubernetes("shop", "db"), [["namespace": "shop", "pod": "db-12"]]),
            ("kubernetes_daemonset", kubernetes("logs", "agent"), [["namespace": "logs", "pod": "agent-x2x4z"]]),
            (
                "helm_release", text(["namespace": "shop", "name": "cart"]),
                [["namespace": "shop", "label_app_kubernetes_io_instance": "cart"]]
            ),
            (
                "aws_autoscaling_group", text(["name": "g"]),
                [
                    ["dimension_AutoScalingGroupName": "g"], ["auto_scaling_group_name": "g"],
                    ["tag_aws_autoscaling_groupName": "g"],
                ]
            ),
            ("google_compute_instance", text(["instance_id": "123"]), [["instance_id": "123"]]),
            (
                "google_compute_instance", text(["name": "vm", "zone": "z-1", "project": "p"]),
                [
                    ["instance_name": "vm", "zone": "z-1", "project_id": "p"],
                    ["instance_name": "vm", "zone": "projects/p/zones/z-1", "project": "p"],
                ]
            ),
            (
                "azurerm_linux_virtual_machine", text(["id": azureID]),
                [["resourceID": azureID], ["resourceID": azureID.lowercased()], ["resource_id": azureID.uppercased()]]
            ),
        ] as [(String, [String: JSONValue], [Labels])])
    func rows(type: String, values: [String: JSONValue], spellings: [Labels]) {
        let instance = ResourceInstance(address: "\(type).x", type: type, values: .object(values))
        let index = ResourceIndex(workspaces: [.init(workspace: "w", instances: [instance])])
        for labels in spellings {
            for selector in [Rule.ResourceSelector(), Rule.ResourceSelector(type: type)] {
                guard case .found("w", instance.address, "\(type).x", _) = index.locate(labels, selector) else {
                    Issue.record("\(labels): \(index.locate(labels, selector))")
                    continue
                }
            }
        }
    }

    @Test(
        "half of what a row needs is not enough",
        arguments: [
            (
                "aws_ecs_service", text(["name": "s", "cluster": "arn:aws:ecs:r:1:cluster/main"]),
                ["dimension_ServiceName": "s"]
            ),
            (
                "aws_ecs_service", text(["name": "s", "cluster": "arn:aws:ecs:r:1:cluster/main"]),
                ["dimension_ServiceName": "s", "dimension_ClusterName": "spare"]
            ),
            (
                "google_compute_instance", text(["name": "vm", "zone": "z-1", "project": "p"]),
                ["instance_name": "vm", "project_id": "p"]
            ),
            ("aws_db_instance", text(["id": "d", "identifier": "main"]), ["dbinstance_identifier": "d"]),
            ("aws_s3_bucket", text(["bucket": ""]), ["bucket_name": ""]),
        ] as [(String, [String: JSONValue], Labels)])
    func missing(type: String, values: [String: JSONValue], labels: Labels) {
        let instance = ResourceInstance(address: "\(type).x", type: type, values: .object(values))
        let index = ResourceIndex(workspaces: [.init(workspace: "w", instances: [instance])])
        guard case .unmapped = index.locate(labels, Rule.ResourceSelector()) else {
            Issue.record("\(index.locate(labels, Rule.ResourceSelector()))")
            return
        }
    }

    @Test("rows are equally believed: one label that leads to two types is ambiguous")
    func twoRows() {
        let instances = ["aws_db_instance", "aws_rds_cluster_instance"].map {
            ResourceInstance(address: "\($0).x", type: $0, values: .object(["identifier": .string("d")]))
        }
        let index = ResourceIndex(workspaces: [.init(workspace: "w", instances: instances)])
        let labels = ["dbinstance_identifier": "d"]
        guard case .ambiguous(let blocks, _) = index.locate(labels, Rule.ResourceSelector()) else {
            Issue.record("not ambiguous")
            return
        }
        #expect(blocks.count == 2)
        guard case .found = index.locate(labels, Rule.ResourceSelector(type: "aws_db_instance")) else {
            Issue.record("not found by type")
            return
        }
    }

    @Test(
        "a pod's name tells what made it, if it has the form",
        arguments: [
            ("web-7d9f8b6c5d-x2x4z", "web"), ("my-web-59fc7b7b64-zzzzz", "my-web"), ("db-0", "db"),
            ("agent-x2x4z", "agent"), ("job-x2x4", "job-x2x4"), ("bare", "bare"), ("web-abcde", "web-abcde"),
            ("shop-bcdfgh-x2x4z", "shop-bcdfgh"), ("", ""), ("-", "-"),
        ])
    func pods(pod: String, workload: String) {
        #expect(PodName.workload(of: pod) == workload)
    }

    @Test(
        "a group's series lead a rule about launch templates to the group's, within one state",
        arguments: [
            JSONValue.object(["name": .string("g"), "launch_template": .array([.object(["id": .string("lt-1")])])]),
            .object([
                "name": .string("g"),
                "mixed_instances_policy": .array([
                    .object([
                        "launch_template": .array([
                            .object([
                                "launch_template_specification": .array([
                                    .object(["launch_template_id": .string("lt-1")])
                                ])
                            ])
                        ])
                    ])
                ]),
            ]),
        ])
    func launchTemplate(group: JSONValue) {
        let template = { (name: String, id: String) in
            ResourceInstance(
                address: "aws_launch_template.\(name)", type: "aws_launch_template",
                values: .object(["id": .string(id)]))
        }
        let groups = ResourceInstance(address: "aws_autoscaling_group.g", type: "aws_autoscaling_group", values: group)
        let index = ResourceIndex(workspaces: [
            .init(workspace: "w", instances: [template("one", "lt-1"), template("two", "lt-2"), groups]),
            .init(workspace: "v", instances: [template("one", "lt-1")]),
        ])
        let labels = ["dimension_AutoScalingGroupName": "g"]
        #expect(
            index.locate(labels, Rule.ResourceSelector(type: "aws_launch_template"))
                == .found(
                    workspace: "w", instance: "aws_launch_template.one", block: "aws_launch_template.one",
                    how: "label dimension_AutoScalingGroupName = aws_autoscaling_group.name in the state"))
        #expect(
            index.locate(labels, Rule.ResourceSelector())
                == .found(
                    workspace: "w", instance: "aws_autoscaling_group.g", block: "aws_autoscaling_group.g",
                    how: "label dimension_AutoScalingGroupName = aws_autoscaling_group.name in the state"))
    }
}
