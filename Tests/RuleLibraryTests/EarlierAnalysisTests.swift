import Analysis
import Domain
import PrometheusAdapter
import RulesFileAdapter
import TestSupport
import Testing

/// The earlier program's rules in their documented form, on a real Prometheus.
@Suite("What the earlier program's rules find")
struct EarlierAnalysisTests {
    private static let rules = """
        rules:
          - name: "Idle CPU Detection"
            metric_name: "rate(process_cpu_seconds_total[1m])"
            condition:
              operator: "less_than"
              threshold: 0.1
              duration_minutes: 10
            opportunity_title_template: "Idle CPU on '{resource_id}'"
            opportunity_description_template: "CPU has been below {threshold} for {duration_minutes} minutes."

          - name: "EBS Volume Info Collector"
            metric_name: "aws_ebs_volume_info"
            condition:
              operator: "greater_than"
              threshold: 999
              duration_minutes: 1
            opportunity_title_template: ""
            opportunity_description_template: ""

          - name: "High Memory Usage"
            metric_name: "container_memory_usage_bytes"
            condition:
              operator: "greater_than"
              threshold: 85
              duration_minutes: 5
            opportunity_title_template: "High Memory on '{resource_id}'"
            opportunity_description_template: "Memory usage exceeded {threshold}%"

        """

    private static let end = 1_800_057_600.0

    @Test("an idle machine and a full one, each by its own rule; nothing is asked for the collector")
    func findings() async throws {
        let server = try await PrometheusServer(openMetrics: Self.metrics)
        let source = try PrometheusSource(PrometheusSource.Settings(url: server.url))
        let set = try RulesFile().rules(in: SourceFile(path: "rules.yml", text: Self.rules))
        #expect(set.warnings.count == 1)

        let analyzer = Analyzer(rules: set, now: Self.end)
        var answers = Answers()
        var asked: [String] = []
        while case let planned = analyzer.wanted(answers), !planned.isEmpty {
            for next in planned {
                asked.append(next.query.expression)
                answers.add(.success(try await source.answer(next.query)), to: next.query)
            }
        }
        #expect(!asked.isEmpty && !asked.contains { $0.contains("aws_ebs_volume_info") })

        let result = analyzer.analyse(answers, index: Self.index).result(answers)
        #expect(result.problems.isEmpty)
        #expect(
            result.opportunities.map { "\($0.title): \($0.description)" }.sorted() == [
                "High Memory on 'aws_instance.full': Memory usage exceeded 85%",
                "Idle CPU on 'aws_instance.idle': CPU has been below 0.1 for 10 minutes.",
            ])
    }

    /// Node exporters tell machines by their addresses.
    private static var index: ResourceIndex {
        let machines = [("idle", "10.0.0.1"), ("full", "10.0.0.2")]
        return ResourceIndex(workspaces: [
            .init(
                workspace: "w",
                instances: machines.map { name, address in
                    ResourceInstance(
                        address: "aws_instance.\(name)", type: "aws_instance",
                        values: .object(["private_ip": .string(address)]))
                })
        ])
    }

    /// Half an hour at 15 seconds: 0.02 and 0.5 CPU seconds a second, 40 and 90 percent.
    private static var metrics: String {
        let machines = [("10.0.0.1:9100", 0.02, 40), ("10.0.0.2:9100", 0.5, 90)]
        let times = (0...120).map { Int(end) - (120 - $0) * 15 }
        var lines = ["# TYPE process_cpu_seconds counter"]
        for (machine, share, _) in machines {
            for time in times {
                let total = Double(time - times[0]) * share
                lines.append("process_cpu_seconds_total{instance=\"\(machine)\"} \(total) \(time)")
            }
        }
        lines.append("# TYPE container_memory_usage_bytes gauge")
        for (machine, _, memory) in machines {
            for time in times {
                lines.append("container_memory_usage_bytes{instance=\"\(machine)\"} \(memory) \(time)")
            }
        }
        return (lines + ["# EOF", ""]).joined(separator: "\n")
    }
}
