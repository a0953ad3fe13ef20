import Domain
import RulesFileAdapter
import Testing

@Suite("The earlier program's rules file")
struct EarlierRulesTests {
    static let text = """
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
            condition: {operator: "equals", threshold: 85, duration_minutes: 5}
            opportunity_title_template: "High Memory on '{resource_id}'"
            opportunity_description_template: "Memory usage exceeded {threshold}%"

        """

    @Test("loads unchanged: a query may be any expression, and the collector is a warning that is not evaluated")
    func unchanged() throws {
        let set = try RulesFile().rules(in: SourceFile(path: "rules.yml", text: Self.text))
        #expect(set.rules.map(\.id) == ["idle-cpu-detection", "ebs-volume-info-collector", "high-memory-usage"])
        #expect(set.rules.map(\.enabled) == [true, false, true])
        #expect(set.rules[0].expression == "rate(process_cpu_seconds_total[1m])")
        #expect(set.rules[0].condition == Rule.Condition(.lessThan, 0.1, duration: 600))
        #expect(
            set.warnings.map { $0.description.split(separator: "\n")[0] } == [
                "rules.yml:11:5: the rule 'ebs-volume-info-collector' has empty templates and is not evaluated; a plugin asks for its metrics itself; remove the rule, or give it a title"
            ])
    }
}
