import Domain
import RulesFileAdapter
import Testing

/// The condition of a rule with the queries `cpu` and `net`, from its one line.
private func condition(_ text: String, queries: String = "query: up") throws -> Rule.Condition? {
    let file = "rules: [{name: A, \(queries), condition: \(text)}]\n"
    return try RulesFile().rules(in: SourceFile(path: "rules.yml", text: file)).rules.first?.condition
}

@Suite("The language of rules")
struct LanguageTests {
    static let whole = """
        version: 1
        vars: {idle_cpu: 5, region: eu-west-1}
        defaults: {window: 15m, step: auto, offset: 0s, severity: low, min_ratio: 0, limit: 900, datasource: default}
        rules:
          - id: aws/ec2-idle
            name: "Idle EC2 instance"
            kind: idle
            severity: high
            labels: {team: "{labels.tag_Team}"}
            queries:
              cpu: aws_ec2_cpuutilization_maximum{region="${region}"}
              net: aws_ec2_network_in_sum / 300 * 86400
            window: 14d
            offset: 10m
            condition:
              all:
                - {query: cpu, reduce: max, operator: less_than, threshold: "${idle_cpu}"}
                - {query: net, bucket: 1d, reduce: avg, operator: less_than, threshold: 5e6, at_least: 4, of: 14}
            coverage: {min_ratio: 0.9, min_span: 30h, min_samples: 10, nodata: match}
            resource:
              type: aws_instance
              match: [{attribute: arn, label: name}, {attribute: ebs_block_device.*.volume_id, label: volume}]
              where: {not: {attributes: {tags.keep: "true"}}}
              scope: instance
              workspace: "{labels.env}/{labels.app}"
            supersedes: [aws/ebs-gp2]
            opportunity:
              title: "Idle {address}"
              description: "Peak CPU {value|round:1}% in {window}"
              fix: {attribute: instance_type, hint: "stop it", destructive: true}
            clear_for: 24h
            cooldown: 7d

          - id: aws/ebs-gp2
            name: "gp2 volume"
            source: state
            resource: {type: aws_ebs_volume, where: {attributes: {type: gp2, size: {operator: ">", threshold: 170}}}}
            opportunity:
              title: "gp2 on {address}"
              fix:
                attribute: type
                value: gp3
                set: {iops: "{attr.size|times:3|at_least:3000}", throughput: 250}

        """

    @Test("the whole of it, key by key")
    func everything() throws {
        let set = try RulesFile().rules(in: SourceFile(path: "rules.yml", text: Self.whole))
        let idle = try #require(set.rules.first)
        #expect(idle.queries["cpu"] == #"aws_ec2_cpuutilization_maximum{region="eu-west-1"}"#)
        #expect(
            idle.condition?.description
                == "all of (max of cpu less than 5; avg of net less than 5000000 in at least 4 of 14 buckets of 1d)")
        #expect(idle.kind == .idle && idle.severity == .high && idle.window == 1_209_600 && idle.offset == 600)
        #expect(idle.limit == 900 && idle.clearFor == 86_400 && idle.coolDown == 604_800)
        #expect(
            idle.coverage
                == Rule.Coverage(minRatio: 0.9, minSamples: 10, minSpan: 108_000, noData: .match))
        #expect(idle.resource.scope == .instance && idle.resource.workspace?.source == "{labels.env}/{labels.app}")
        #expect(idle.resource.filter?.description == "not (tags.keep is true)")
        #expect(idle.supersedes == ["aws/ebs-gp2"] && idle.fix?.isDestructive == true)
        #expect(idle.labels["team"]?.source == "{labels.tag_Team}")
        let volume = try #require(set.rules.last)
        #expect(volume.source == .state && volume.queries.isEmpty && volume.condition == nil)
        #expect(volume.severity == .low && volume.description.source.isEmpty)
        #expect(volume.resource.filter?.description == "all of (type is gp2; size greater than 170)")
        #expect(volume.fix?.value == .string("gp3") && volume.fix?.also == ["throughput": .integer(250)])
        #expect(volume.fix?.computed["iops"]?.source == "{attr.size|times:3|at_least:3000}")
        #expect(set.warnings.isEmpty && set.variants.isEmpty)
    }

    @Test(
        "every form of a comparison, in words",
        arguments: [
            ("{operator: less_than, threshold: 5}", "value less than 5"),
            ("{operator: '>=', threshold: 0.5, for: 1h30m}", "value greater than or equal 0.5 for 1h30m"),
            (
                "{operator: '<', threshold: 1, for: 6h, max_gap: 10m}",
                "value less than 1 for 6h, gaps up to 10m bridged"
            ),
            ("{operator: less_than, threshold: 1, duration_minutes: 5}", "value less than 1 for 5m"),
            ("{operator: less_than, threshold: 1, fraction: 0.97}", "value less than 1 in 97% of the window"),
            ("{operator: less_than, threshold: 1, reduce: p99.5}", "p99.5 of value less than 1"),
            ("{operator: less_than, threshold: 1, reduce: median}", "median of value less than 1"),
            ("{operator: between, threshold: [1, 2], reduce: last}", "last of value between 1 and 2"),
            ("{operator: outside, threshold: [-1, 2]}", "value outside -1 and 2"),
            (
                "{operator: less_than, threshold: {attribute: allocated_storage, scale: 1073741824}, reduce: min}",
                "min of value less than attribute allocated_storage × 1073741824"
            ),
            (
                "{operator: less_than, threshold: 0, forecast: {horizon: 4d}}",
                "value in 4d (linear, fit from 0.5) less than 0"
            ),
            (
                "{anomaly: {method: mad, k: 3, direction: above, baseline: 7d, recent: 30m, utc_offset: 1}}",
                "value is an anomaly (mad, k 3, above, 30m against 7d, at least 25% and 0 away, 16 samples, 1h east of UTC)"
            ),
            ("{not: {operator: less_than, threshold: 5}}", "not (value less than 5)"),
            (
                "{any: [{operator: '<', threshold: 1}, {all: [{operator: '>', threshold: 2}]}]}",
                "any of (value less than 1; all of (value greater than 2))"
            ),
        ])
    func forms(text: String, words: String) throws {
        #expect(try condition(text)?.description == words)
    }

    @Test("a threshold may be another query of the rule")
    func queryThreshold() throws {
        let read = try condition(
            "{query: cpu, operator: greater_than, threshold: {query: net, scale: 0.5}}",
            queries: "queries: {cpu: a, net: b}")
        #expect(
            read
                == .compares(
                    Rule.Leaf(
                        query: "cpu", measure: .sustained(duration: 0, maxGap: 0), .greaterThan,
                        .query("net", scale: 0.5))))
    }

    @Test("anomalies take the standards of their method")
    func anomalies() throws {
        guard case .anomaly(_, let seasonal)? = try condition("{anomaly: {}}"),
            case .anomaly(_, let shift)? = try condition("{anomaly: {method: level_shift, transform: log}}")
        else {
            Issue.record("no anomaly was read")
            return
        }
        #expect(seasonal == Anomaly() && seasonal.baseline == 1_209_600 && seasonal.recent == 3_600)
        #expect(shift == Anomaly(method: .levelShift, transform: .log) && shift.recent == 86_400)
    }

    @Test(
        "where: scalars, lists, comparisons, patterns and absence",
        arguments: [
            ("{attributes: {type: gp2}}", "type is gp2"), ("{attributes: {type: [io1, io2]}}", "type is io1 or io2"),
            ("{attributes: {a: {matches: 't2\\..*'}}}", "a matches t2\\..*"),
            ("{attributes: {a: {absent: true}}}", "a is absent"),
            ("{attributes: {a: {present: true}}}", "a is present"),
            ("{attributes: {a: {absent: false}}}", "a is present"),
            ("{attributes: {a.0.b: {operator: '<=', threshold: 3}}}", "a.0.b less than or equal 3"),
            (
                "{attributes: {a: 1}, any: [{attributes: {b: true}}, {not: {attributes: {c: x}}}]}",
                "all of (a is 1; any of (b is true; not (c is x)))"
            ),
        ])
    func predicates(text: String, words: String) throws {
        let file = "rules: [{name: A, source: state, resource: {type: t, where: \(text)}}]\n"
        let set = try RulesFile().rules(in: SourceFile(path: "rules.yml", text: file))
        #expect(set.rules.first?.resource.filter?.description == words)
    }
}
