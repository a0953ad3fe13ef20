import Analysis
import Domain
import Foundation
import HTTPClient
import PrometheusAdapter
import TestSupport
import Testing

/// Every metric rule of the library on a real Prometheus, once where it fires and once where it does not.
@Suite("The library's metric rules")
struct MetricRuleTests {
    /// An hour's end in UTC, at a day's end too.
    private static let end = 1_800_057_600.0 - 1_800_057_600.0.truncatingRemainder(dividingBy: 86_400)

    struct Case: Sendable {
        let rule: String
        let type: String
        /// What the resource is known by: its attribute, YACE's dimension and cloudwatch_exporter's label.
        let attribute: String
        let dimension: String
        let label: String
        /// Metric → its value where the rule fires, and where it does not; nil where CloudWatch reports nothing.
        let metrics: [String: (fires: Double?, clear: Double?)]
        var values: [String: JSONValue] = [:]
    }

    static let cases: [Case] = [
        Case(
            rule: "aws/ec2-idle", type: "aws_instance", attribute: "id", dimension: "InstanceId", label: "instance_id",
            metrics: [
                "aws_ec2_cpuutilization_maximum": (2, 50), "aws_ec2_network_in_sum": (100, 1e9),
                "aws_ec2_network_out_sum": (100, 1e9),
            ]),
        Case(
            rule: "aws/ec2-oversized", type: "aws_instance", attribute: "id", dimension: "InstanceId",
            label: "instance_id", metrics: ["aws_ec2_cpuutilization_maximum": (20, 80)]),
        Case(
            rule: "aws/ebs-idle", type: "aws_ebs_volume", attribute: "id", dimension: "VolumeId", label: "volume_id",
            metrics: ["aws_ebs_volume_read_ops_sum": (0, 900), "aws_ebs_volume_write_ops_sum": (0, 900)]),
        Case(
            rule: "aws/ebs-gp3-iops", type: "aws_ebs_volume", attribute: "id", dimension: "VolumeId",
            label: "volume_id",
            metrics: [
                "aws_ebs_volume_read_ops_sum": (60_000, 900_000), "aws_ebs_volume_write_ops_sum": (60_000, 900_000),
            ], values: ["type": "gp3", "iops": 6000, "throughput": 750]),
        Case(
            rule: "aws/ebs-gp3-throughput", type: "aws_ebs_volume", attribute: "id", dimension: "VolumeId",
            label: "volume_id",
            metrics: ["aws_ebs_volume_read_bytes_sum": (1e9, 9e10), "aws_ebs_volume_write_bytes_sum": (1e9, 9e10)],
            values: ["type": "gp3", "iops": 3000, "throughput": 300]),
        Case(
            rule: "aws/rds-idle", type: "aws_db_instance", attribute: "identifier", dimension: "DBInstanceIdentifier",
            label: "dbinstance_identifier", metrics: ["aws_rds_database_connections_maximum": (0, 12)]),
        Case(
            rule: "aws/rds-oversized", type: "aws_db_instance", attribute: "identifier",
            dimension: "DBInstanceIdentifier", label: "dbinstance_identifier",
            metrics: ["aws_rds_cpuutilization_maximum": (10, 60)]),
        Case(
            rule: "aws/rds-storage", type: "aws_db_instance", attribute: "identifier",
            dimension: "DBInstanceIdentifier", label: "dbinstance_identifier",
            metrics: ["aws_rds_free_storage_space_minimum": (95e9, 20e9)], values: ["allocated_storage": 100]),
        Case(
            rule: "aws/nat-idle", type: "aws_nat_gateway", attribute: "id", dimension: "NatGatewayId",
            label: "nat_gateway_id",
            metrics: [
                "aws_natgateway_bytes_out_to_destination_sum": (0, 1e6),
                "aws_natgateway_bytes_in_from_destination_sum": (0, 1e6),
            ]),
        Case(
            rule: "aws/alb-idle", type: "aws_lb", attribute: "arn_suffix", dimension: "LoadBalancer",
            label: "load_balancer",
            metrics: [
                "aws_applicationelb_request_count_sum": (nil, 5_000),
                "aws_applicationelb_consumed_lcus_average": (0.001, 2),
            ]),
        Case(
            rule: "aws/lambda-memory", type: "aws_lambda_function", attribute: "function_name",
            dimension: "function_name", label: "function_name",
            metrics: ["aws_lambdainsights_memory_utilization_maximum": (30, 90)]),
        Case(
            rule: "aws/dynamodb-capacity", type: "aws_dynamodb_table", attribute: "name", dimension: "TableName",
            label: "table_name",
            metrics: [
                "aws_dynamodb_consumed_read_capacity_units_sum": (nil, 30_000),
                "aws_dynamodb_provisioned_read_capacity_units_average": (100, 100),
            ], values: ["billing_mode": "PROVISIONED", "read_capacity": 100]),
        Case(
            rule: "aws/ecs-oversized", type: "aws_ecs_service", attribute: "name", dimension: "ServiceName",
            label: "service_name",
            metrics: ["aws_ecs_cpuutilization_maximum": (5, 70), "aws_ecs_memory_utilization_maximum": (20, 80)],
            values: ["cluster": "arn:aws:ecs:eu-west-1:1:cluster/main"]),
        Case(
            rule: "aws/elasticache-idle", type: "aws_elasticache_cluster", attribute: "cluster_id",
            dimension: "CacheClusterId", label: "cache_cluster_id",
            metrics: [
                "aws_elasticache_curr_connections_maximum": (5, 40), "aws_elasticache_cache_hits_sum": (0, 100),
                "aws_elasticache_cache_misses_sum": (0, 10),
            ]),
    ]

    @Test("fires and is clear by the exporters' own names", arguments: ["aws-yace", "aws-cloudwatch-exporter"])
    func everyRule(file: String) async throws {
        let isYACE = file == "aws-yace"
        let server = try await PrometheusServer(openMetrics: Self.text(isYACE: isYACE))
        let source = try PrometheusSource(PrometheusSource.Settings(url: server.url))
        let rules = try RuleLibraryTests.rules(file)
        #expect(Set(rules.map(\.id)) == Set(Self.cases.map(\.rule)))
        for each in Self.cases {
            let rule = try #require(rules.first { $0.id == each.rule })
            let found = try await Self.opportunities(rule, each, source)
            #expect(found.addresses == ["\(each.type).fires"], "\(file) \(each.rule): \(found.statuses)")
        }
    }

    private static func opportunities(
        _ rule: Rule, _ each: Case, _ source: PrometheusSource
    ) async throws -> (addresses: [String], statuses: [RuleStatus]) {
        let analyzer = Analyzer(rules: RuleSet(rules: [rule]), now: end + 600)
        var answers = Answers()
        while case let planned = analyzer.wanted(answers), !planned.isEmpty {
            for next in planned { answers.add(.success(try await source.answer(next.query)), to: next.query) }
        }
        let instances = ["fires", "clear"].map { name in
            ResourceInstance(
                address: "\(each.type).\(name)", type: each.type,
                values: .object(each.values.merging([each.attribute: .string("\(each.rule)-\(name)")]) { $1 }))
        }
        let index = ResourceIndex(workspaces: [.init(workspace: "w", instances: instances)])
        let result = analyzer.analyse(answers, index: index).result(answers)
        return (result.opportunities.map(\.address), result.statuses)
    }

    /// Sixteen days at five minutes; a metric of several rules has the series of each.
    private static func text(isYACE: Bool) -> String {
        var series: [String: [(labels: String, value: String)]] = [:]
        for each in cases {
            for (metric, value) in each.metrics {
                for (name, number) in [("fires", value.fires), ("clear", value.clear)] {
                    // YACE reports NaN for what CloudWatch does not report, cloudwatch_exporter nothing.
                    guard let text = number.map({ "\($0)" }) ?? (isYACE ? "NaN" : nil) else { continue }
                    series[Self.metric(metric, isYACE: isYACE), default: []].append(
                        (labels(each, "\(each.rule)-\(name)", isYACE: isYACE), text))
                }
            }
        }
        var lines: [String] = []
        for (metric, all) in series.sorted(by: { $0.key < $1.key }) {
            lines.append("# TYPE \(metric) gauge")
            for (labels, value) in all {
                for step in 0...4_608 { lines.append("\(metric)\(labels) \(value) \(Int(end) - (4_608 - step) * 300)") }
            }
        }
        return (lines + ["# EOF", ""]).joined(separator: "\n")
    }

    /// YACE puts `aws_` before every namespace, cloudwatch_exporter takes it from the namespace `AWS/`.
    private static func metric(_ name: String, isYACE: Bool) -> String {
        isYACE || !name.hasPrefix("aws_lambdainsights") ? name : String(name.dropFirst("aws_".count))
    }

    private static func labels(_ each: Case, _ id: String, isYACE: Bool) -> String {
        let isService = each.type == "aws_ecs_service"
        guard isYACE else {
            let cluster = isService ? ",cluster_name=\"main\"" : ""
            return "{job=\"aws\",\(each.label)=\"\(id)\"\(cluster)}"
        }
        let cluster = isService ? ",dimension_ClusterName=\"main\"" : ""
        return "{name=\"arn:aws:x:eu-west-1:1:\(id)\",region=\"eu-west-1\",account_id=\"1\","
            + "dimension_\(each.dimension)=\"\(id)\"\(cluster)}"
    }
}
