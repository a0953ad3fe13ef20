import Analysis
import Domain
import Testing

@Suite("Lint")
struct LintTests {
    private static func rule(
        _ query: String, _ condition: Rule.Condition = Rule.Condition(.lessThan, 5, duration: 300), id: String = "r",
        offset: Double = 0, title: String = "t"
    ) throws -> Rule {
        var rule = try Rule.sample(id, query, condition, title: title, description: "d")
        rule.fix = Rule.Fix(attribute: "size", value: .string("small"))
        rule.offset = offset
        return rule
    }

    private static func findings(_ rules: Rule...) -> [String] {
        Lint.findings(in: RuleSet(rules: rules), at: 0).map { finding in
            "\(finding.check): \(finding.problem.message); \(finding.problem.hint ?? "")"
        }
    }

    @Test(
        "what is wrong with a query",
        arguments: [
            (
                "up > 5",
                "query/comparison: the rule 'r': the query compares, so that no series can mean 'clear' and 'no data' alike; leave the comparison to 'condition'"
            ),
            (
                "rate(x_total[1m])",
                "query/range: the rule 'r': the query takes 'rate' over 1m; with a scrape each minute take 4m or more, or the value is often absent"
            ),
            (
                "rate(memory_bytes[5m])",
                "query/counter: the rule 'r': the query takes a rate of 'memory_bytes', which is not named as a counter; if it is a gauge, take 'delta' or 'deriv'"
            ),
            (
                #"up{job=~"api"}"#,
                "query/regexp: the rule 'r': the query matches 'api', which is no pattern; write =\"api\""
            ),
            (
                #"up{job!~"^api.*$"}"#,
                "query/regexp: the rule 'r': the query anchors '^api.*$'; leave out ^ and $: Prometheus matches whole values"
            ),
            (
                "sum(up)",
                "resource/unmapped: the rule 'r': the query aggregates all labels away, so that it leads to no resource; keep what names the resource, such as in 'sum by (instance_id) (…)'"
            ),
        ])
    func queries(query: String, sentence: String) throws {
        #expect(Self.findings(try Self.rule(query)) == [sentence])
    }

    @Test(
        "what is right",
        arguments: [
            "up", "up == bool 1", "sum by (a) (rate(x_total[5m]))", #"up{job=~"a|b"}"#, "sum(up) by (instance)",
            "rate(job:x:rate5m[5m])", #"up{a="x > 5"}"#, "max(up > 1) by (a)", "up # > 5",
        ])
    func right(query: String) throws {
        #expect(Self.findings(try Self.rule(query)) == [])
    }

    @Test("an offset twice, a label that is dropped, a rule that is there twice, one without a fix")
    func others() throws {
        #expect(
            Self.findings(try Self.rule("up offset 5m", offset: 60)) == [
                "query/offset: the rule 'r': the query has an offset, and the rule another of 1m; keep the rule's 'offset', which moves coverage and evidence, too"
            ])
        #expect(
            Self.findings(try Self.rule("sum by (a) (up)", title: "{labels.a} {labels.b}")) == [
                "template/label: the rule 'r': its texts name the label 'b', which 'by' does not keep; add it to 'by (…)'"
            ])
        #expect(
            Self.findings(try Self.rule("up"), try Self.rule("up", id: "again")) == [
                "rule/duplicate: the rule 'again': it looks at the same as 'r'; keep one of them"
            ])
        var bare = try Self.rule("up")
        bare.fix = nil
        #expect(
            Self.findings(bare) == [
                "fix/missing: the rule 'r': it has no fix; say at least which attribute has to change, and how, in 'fix'"
            ])
    }

    @Test("comparisons that never hold together, and suppressions that are over")
    func contradiction() throws {
        let part = { (comparison: Rule.Comparison, number: Double) in
            Rule.Condition.compares(Rule.Leaf(measure: .reduced(.max), comparison, .number(number)))
        }
        let never = try Self.rule("up", .all([part(.lessThan, 3), part(.greaterThan, 5)]))
        #expect(
            Self.findings(never) == [
                "condition/impossible: the rule 'r': 'max of value less than 3' and 'max of value greater than 5' never hold together; correct a threshold, or write 'any'"
            ])
        #expect(Self.findings(try Self.rule("up", .all([part(.lessThan, 5), part(.greaterThan, 3)]))).isEmpty)
        let place = SourceLocation(file: "rules.yml", line: 9, column: 3)
        let set = RuleSet(
            rules: [try Self.rule("up")],
            suppressions: [Suppression(rule: Glob("r"), until: 10, reason: "x", location: place)])
        #expect(Lint.findings(in: set, at: 10).isEmpty)
        #expect(
            Lint.findings(in: set, at: 11).map(\.problem.description) == [
                "rules.yml:9:3: the suppression of 'r' has expired; remove it, or give it a later 'until'"
            ])
    }
}
