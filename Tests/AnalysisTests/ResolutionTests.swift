import Analysis
import Domain
import Testing

@Suite("Whether an opportunity is gone once a plan is applied")
struct ResolutionTests {
    private static func rule(
        _ source: Rule.Source, filter: Rule.Predicate? = nil, threshold: Rule.Threshold = .number(1)
    ) throws -> Rule {
        var rule = try Rule.sample(
            "r", "up", .compares(Rule.Leaf(measure: .reduced(.max), .lessThan, threshold)),
            resource: Rule.ResourceSelector(type: "t", filter: filter))
        rule.source = source
        return rule
    }

    private static func objection(
        _ rule: Rule, value: Double?, to planned: JSONValue, unknown: JSONValue = .null
    ) -> String? {
        let evidence = Evidence(
            query: "", condition: "", start: 0, end: 0, step: 0, threshold: nil, instances: [], series: [],
            located: "")
        let opportunity = Opportunity(
            workspace: "w", rule: rule, address: "t.n", title: "", description: "", since: 0, value: value,
            evidence: evidence)
        return Resolution(of: opportunity).objection(to: planned, unknown: unknown)
    }

    private static let isOld = Rule.Predicate.all([
        .attribute("type", .oneOf([.string("gp2")])), .attribute("spec.size", .compares(.greaterThan, .number(1))),
    ])

    @Test(
        "a rule on state is evaluated on the planned values",
        arguments: [
            (JSONValue.object(["type": .string("gp3"), "spec": .object(["size": .integer(8)])]), nil as String?),
            (
                .object(["type": .string("gp2"), "spec": .object(["size": .integer(8)])]),
                "'all of (type is gp2; spec.size greater than 1)' still holds: spec.size is 8; type is gp2"
            ),
            (.object(["type": .string("gp2"), "spec": .object(["size": .integer(1)])]), nil),
            (.null, nil),
        ])
    func state(planned: JSONValue, sentence: String?) throws {
        #expect(try Self.objection(Self.rule(.state, filter: Self.isOld), value: nil, to: planned) == sentence)
    }

    @Test(
        "what is known only after the apply says nothing yet, wherever the mask marks it",
        arguments: [
            JSONValue.object(["spec": .bool(true)]), .object(["spec": .object(["size": .bool(true)])]),
            .object(["type": .bool(true)]), .bool(true),
        ])
    func unknown(mask: JSONValue) throws {
        let absent = Rule.Predicate.all([.attribute("type", .absent), .attribute("spec.size", .absent)])
        let rule = try Self.rule(.state, filter: absent)
        #expect(Self.objection(rule, value: nil, to: .object([:]), unknown: mask) == nil)
        #expect(
            Self.objection(rule, value: nil, to: .object([:]), unknown: .object(["other": .bool(true)]))
                == "'all of (type is absent; spec.size is absent)' still holds: spec.size is absent; type is absent")
    }

    @Test(
        "a threshold that is an attribute moves with it; the measurement stays",
        arguments: [
            (100 as Int64, nil as String?), (400, "60 is still less than 200, which is 'size' times 0.5"), (120, nil),
            (121, "60 is still less than 60.5, which is 'size' times 0.5"),
        ])
    func attribute(size: Int64, sentence: String?) throws {
        let rule = try Self.rule(.metrics, threshold: .attribute("size", scale: 0.5))
        #expect(Self.objection(rule, value: 60, to: .object(["size": .integer(size)])) == sentence)
    }

    @Test("a number is not moved by an edit: only a measurement can tell; what the rule leaves out is gone")
    func number() throws {
        #expect(try Self.objection(Self.rule(.metrics), value: 0.5, to: .object([:])) == nil)
        let rule = try Self.rule(.metrics, filter: Self.isOld, threshold: .attribute("size", scale: 1))
        let left = JSONValue.object(["type": .string("gp3"), "size": .integer(100)])
        #expect(Self.objection(rule, value: 60, to: left) == nil)
        #expect(try Self.objection(Self.rule(.plugin), value: 60, to: .object([:])) == nil)
    }
}
