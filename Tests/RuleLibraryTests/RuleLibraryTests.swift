import Analysis
import Domain
import Foundation
import Reports
import RuleLibrary
import RulesFileAdapter
import Testing

@Suite("The rules that come with Sphinx")
struct RuleLibraryTests {
    static func rules(_ name: String) throws -> [Rule] {
        try RulesFile().rules(in: try #require(RuleLibrary.file(named: name))).rules
    }

    @Test(
        "every file reads without a warning, every rule names its source and what to do", arguments: RuleLibrary.files)
    func loads(file: SourceFile) throws {
        let set = try RulesFile().rules(in: file)
        #expect(set.warnings.isEmpty && set.rules.count >= 12)
        let sources = RuleCatalogue.sources(in: file)
        for rule in set.rules {
            #expect(sources[rule.id]?.isEmpty == false, "\(rule.id) names no source")
            #expect(rule.fix != nil && rule.kind != nil && rule.resource.type != nil, "\(rule.id)")
            #expect(rule.source == .state || rule.severity == .info, "\(rule.id) is a metric rule with a severity")
        }
        #expect(Lint.findings(in: set, at: 0).isEmpty, "\(Lint.findings(in: set, at: 0))")
    }

    @Test("every variable of a file is used in it", arguments: RuleLibrary.files)
    func variables(file: SourceFile) {
        let names = file.text.matches(of: /(?m)^  ([a-z0-9_]+): [0-9.]+$/).map { String($0.output.1) }
        #expect(!names.isEmpty)
        for name in names { #expect(file.text.contains("${\(name)}"), "\(name) is set and changes nothing") }
    }

    @Test("both spellings of the metric rules are the same rules")
    func spellings() throws {
        let (yace, exporter) = (try Self.rules("aws-yace"), try Self.rules("aws-cloudwatch-exporter"))
        #expect(yace.map(\.id) == exporter.map(\.id) && yace.map(\.condition) == exporter.map(\.condition))
    }

    @Test("the page is what its files say; SPHINX_RENEW_GOLDENS=1 writes it anew")
    func page() throws {
        let chapters = try RuleLibrary.files.map { file in
            RuleCatalogue.Chapter(file: file, rules: try RulesFile().rules(in: file).rules)
        }
        let url = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Sources/sphinx/Documentation.docc/Rules.md")
        let text = RuleCatalogue.markdown(chapters)
        if ProcessInfo.processInfo.environment["SPHINX_RENEW_GOLDENS"] != nil {
            try Data(text.utf8).write(to: url)
        }
        #expect(try String(contentsOf: url, encoding: .utf8) == text)
    }

    // MARK: State rules

    struct StateCase: CustomTestStringConvertible, Sendable {
        let rule: String
        let type: String
        let values: [String: JSONValue]
        /// The settings of the fix, or nil where the rule does not fire.
        let fix: [String]?

        init(_ rule: String, _ type: String, _ values: [String: JSONValue], _ fix: [String]?) {
            self.rule = rule
            self.type = type
            self.values = values
            self.fix = fix
        }

        var testDescription: String { "\(rule) \(values) \(fix == nil ? "clear" : "fires")" }
    }

    static let stateCases: [StateCase] = [
        StateCase(
            "aws/ebs-gp2", "aws_ebs_volume", ["type": "gp2", "size": 170],
            ["iops=3000", "throughput=125", "type=gp3"]),
        StateCase("aws/ebs-gp2", "aws_ebs_volume", ["type": "gp2", "size": 171], nil),
        StateCase("aws/ebs-gp2", "aws_ebs_volume", ["type": "gp3", "size": 100], nil),
        StateCase(
            "aws/ebs-gp2-large", "aws_ebs_volume", ["type": "gp2", "size": 171],
            ["iops=3000", "throughput=250", "type=gp3"]),
        StateCase(
            "aws/ebs-gp2-large", "aws_ebs_volume", ["type": "gp2", "size": 2000],
            ["iops=6000", "throughput=250", "type=gp3"]),
        StateCase(
            "aws/ebs-gp2-large", "aws_ebs_volume", ["type": "gp2", "size": 9000],
            ["iops=16000", "throughput=250", "type=gp3"]),
        StateCase("aws/ebs-gp2-large", "aws_ebs_volume", ["type": "gp2", "size": 170], nil),
        StateCase(
            "aws/ec2-root-gp2", "aws_instance",
            ["root_block_device": .array([.object(["volume_type": "gp2"])])], []),
        StateCase(
            "aws/ec2-root-gp2", "aws_instance",
            ["root_block_device": .array([.object(["volume_type": "gp3"])])], nil),
        StateCase(
            "aws/launch-template-gp2", "aws_launch_template",
            ["block_device_mappings": mappings("gp3", "gp2")], []),
        StateCase("aws/launch-template-gp2", "aws_launch_template", ["block_device_mappings": mappings("gp3")], nil),
        StateCase("aws/launch-template-gp2", "aws_launch_template", ["block_device_mappings": .array([])], nil),
        StateCase(
            "aws/rds-gp2", "aws_db_instance", ["storage_type": "gp2", "allocated_storage": 170], ["storage_type=gp3"]),
        StateCase("aws/rds-gp2", "aws_db_instance", ["storage_type": "gp2", "allocated_storage": 171], nil),
        StateCase("aws/rds-gp2", "aws_db_instance", ["storage_type": "io1", "allocated_storage": 100], nil),
        StateCase("aws/rds-gp2-large", "aws_db_instance", ["storage_type": "gp2", "allocated_storage": 171], []),
        StateCase("aws/rds-gp2-large", "aws_db_instance", ["storage_type": "gp2", "allocated_storage": 170], nil),
        StateCase("aws/rds-gp2-large", "aws_db_instance", ["storage_type": "gp3", "allocated_storage": 500], nil),
        StateCase("aws/ebs-io-to-gp3", "aws_ebs_volume", ["type": "io1", "iops": 16000], []),
        StateCase("aws/ebs-io-to-gp3", "aws_ebs_volume", ["type": "io2", "iops": 16001], nil),
        StateCase("aws/ec2-old-generation", "aws_instance", ["instance_type": "m4.large"], []),
        StateCase("aws/ec2-old-generation", "aws_instance", ["instance_type": "m5.large"], nil),
        StateCase("aws/ec2-old-generation", "aws_instance", ["instance_type": "t2.micro"], []),
        StateCase("aws/rds-old-generation", "aws_db_instance", ["instance_class": "db.m4.large"], []),
        StateCase("aws/rds-old-generation", "aws_db_instance", ["instance_class": "db.m6g.large"], nil),
        StateCase(
            "aws/log-retention", "aws_cloudwatch_log_group", ["retention_in_days": 0], ["retention_in_days=30"]),
        StateCase("aws/log-retention", "aws_cloudwatch_log_group", ["retention_in_days": 7], nil),
        StateCase("aws/s3-no-lifecycle", "aws_s3_bucket", ["bucket": "b", "lifecycle_rule": .array([])], []),
        StateCase(
            "aws/s3-no-lifecycle", "aws_s3_bucket", ["lifecycle_rule": .array([.object(["enabled": true])])], nil),
        StateCase("aws/eip-unassociated", "aws_eip", ["instance": "", "network_interface": .null], []),
        StateCase("aws/eip-unassociated", "aws_eip", ["instance": "i-1"], nil),
        StateCase("aws/eip-unassociated", "aws_eip", ["instance": "", "association_id": "eipassoc-1"], nil),
        StateCase("aws/ec2-detailed-monitoring", "aws_instance", ["monitoring": true], ["monitoring=false"]),
        StateCase("aws/ec2-detailed-monitoring", "aws_instance", ["monitoring": false], nil),
        StateCase(
            "aws/lambda-arm64", "aws_lambda_function",
            ["architectures": .array(["x86_64"]), "runtime": "python3.13"], []),
        StateCase("aws/lambda-arm64", "aws_lambda_function", ["architectures": .array(["x86_64"])], nil),
        StateCase("aws/rds-multi-az", "aws_db_instance", ["multi_az": true], ["multi_az=false"]),
        StateCase("aws/rds-multi-az", "aws_db_instance", ["multi_az": false], nil),
        StateCase(
            "aws/rds-backup-retention", "aws_db_instance", ["backup_retention_period": 30],
            ["backup_retention_period=7"]),
        StateCase("aws/rds-backup-retention", "aws_db_instance", ["backup_retention_period": 7], nil),
        StateCase(
            "aws/rds-insights-retention", "aws_db_instance", ["performance_insights_retention_period": 731],
            ["performance_insights_retention_period=7"]),
        StateCase(
            "aws/rds-insights-retention", "aws_db_instance", ["performance_insights_retention_period": 7], nil),
    ]

    /// As `terraform show -json` has a launch template's devices.
    private static func mappings(_ types: String...) -> JSONValue {
        .array(types.map { .object(["ebs": .array([.object(["volume_type": .string($0)])])]) })
    }

    @Test("rules on state fire where they should, and set what keeps the performance", arguments: stateCases)
    func state(each: StateCase) throws {
        var rule = try #require(try Self.rules("aws-state").first { $0.id == each.rule })
        rule.enabled = true
        let index = ResourceIndex(workspaces: [
            .init(
                workspace: "w",
                instances: [ResourceInstance(address: "\(each.type).a", type: each.type, values: .object(each.values))])
        ])
        let result = Analyzer(rules: RuleSet(rules: [rule]), now: 0).analyse(Answers(), index: index).result(Answers())
        let settings = result.opportunities.first.map { opportunity in
            (opportunity.rule.fix?.settings ?? []).map { "\($0.attribute)=\($0.value.scalarText ?? "")" }
        }
        #expect(settings == each.fix)
        #expect(result.problems.isEmpty)
    }

    @Test("every rule on state has a case that fires and one that does not")
    func everyStateRule() throws {
        for rule in try Self.rules("aws-state") {
            let own = Self.stateCases.filter { $0.rule == rule.id }
            #expect(own.contains { $0.fix != nil } && own.contains { $0.fix == nil }, "\(rule.id)")
        }
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByBooleanLiteral
{
    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int64) { self = .integer(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
}
