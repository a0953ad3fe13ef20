import Analysis
import Domain
import Testing

@Suite("How a rule ends in a workspace")
struct StatusTests {
    private static let idle = "1 1 1 1"
    private static let busy = "9 9 9 9"
    private static func key(_ address: String, _ rule: String = "idle", in workspace: String = "web") -> ProposalKey {
        ProposalKey(workspace: workspace, rule: rule, address: address)
    }

    @Test(
        "blocks of several instances",
        arguments: [
            ([("i-1", idle), ("i-2", idle)], ["web idle firing 1"], 1, false),
            ([("i-1", idle)], ["web idle firing 1"], 1, false),
            ([("i-1", busy), ("i-2", busy)], ["web idle clear 1"], 0, true),
            (
                [("i-1", idle), ("i-2", busy)], ["web idle clear 1 (aws_instance.web: partial: 1 of 2 instances)"], 0,
                false
            ),
            (
                [("i-1", idle), ("i-2", "1 1 1 _")],
                ["web idle clear 1 (aws_instance.web: partial: 1 of 2 instances)"], 0, false
            ),
            (
                [("i-1", busy), ("i-2", "1 1 1 _ _")],
                ["web idle stale 1 (aws_instance.web: no value at the end; the newest is 2m old)"], 0, false
            ),
            (
                [("i-1", "1 1 1 1 _ _ _ _ _ _ _ _ _ _ _")],
                ["web idle stale 1 (aws_instance.web: no value for 11m)"], 0, false
            ),
            (
                [("i-1", "1 1 1 1 _ _ _ _ _ _ _ _ _ _")],
                ["web idle stale 1 (aws_instance.web: no value at the end; the newest is 10m old)"], 0, false
            ),
            ([("i-1", "NaN NaN")], ["web idle no_data 1 (aws_instance.web: no series has a value)"], 0, false),
            (
                [("i-1", "NaN"), ("i-2", busy)], ["web idle stale 1 (aws_instance.web: a series has no value)"], 0,
                false
            ),
        ] as [([(String, String)], [String], Int, Bool)])
    func blocks(series: [(String, String)], lines: [String], opportunities: Int, isClear: Bool) throws {
        let result = Stage(try .sample(), series: series.map { Stage.machine($0.0, $0.1) }).analyse()
        #expect(result.lines == lines)
        #expect(result.opportunities.count == opportunities)
        #expect(result.clear == (isClear ? [Self.key("aws_instance.web")] : []))
    }

    @Test("a workspace that has what the rule is about, and no series, is told; others are not")
    func silent() throws {
        var stage = Stage(
            try .sample(resource: Rule.ResourceSelector(type: "aws_instance")),
            series: [Stage.machine("i-1", Self.idle)])
        stage.instances = [
            "web": ["aws_instance.web": "i-1"], "db": ["aws_instance.b": "i-2", "aws_instance.a": "i-3"],
            "empty": [:],
        ]
        #expect(
            stage.analyse().lines == [
                "db idle no_data 2 (aws_instance.a: no series leads to it)", "web idle firing 1",
            ])
        stage.unreadable = ["db": Problem(.passing, "the backend does not answer")]
        #expect(
            stage.analyse().lines.first == "db idle error 2 (the state could not be read: the backend does not answer)")
        stage.unreadable = [:]
        stage.answers["cpu"] = .success(MetricAnswer(series: []))
        #expect(
            stage.analyse().lines == [
                "db idle no_data 2 (aws_instance.a: the query matched no series)",
                "web idle no_data 1 (aws_instance.web: the query matched no series)",
            ])
    }

    @Test("an instance fires with its worst series, as an alert would")
    func worstSeries() throws {
        let series = [("i-1", "a", Self.idle), ("i-1", "b", Self.busy), ("i-2", "a", "2 2 2 2")]
            .map { Stage.machine($0.0, $0.2, ["disk": $0.1]) }
        let result = Stage(try .sample(), series: series).analyse()
        #expect(result.lines == ["web idle firing 1"])
        let opportunity = try #require(result.opportunities.first)
        #expect(opportunity.value == 1 && opportunity.evidence.series.map { $0.labels["disk"] } == ["a", "a", "b"])
        #expect(result.clear.isEmpty)
    }

    @Test("series of which only the block is known count as instances of their own")
    func blockOnly() throws {
        let home = ["terraform_workspace": "web", "terraform_address": "aws_instance.web"]
        let series = [Stage.machine("x", Self.idle, home), Stage.machine("y", Self.busy, home)]
        let result = Stage(try .sample(), series: series).analyse()
        #expect(result.lines == ["web idle clear 1 (aws_instance.web: partial: 1 of 2 instances)"])
        #expect(result.opportunities.isEmpty && result.clear.isEmpty)
    }

    @Test("blocks are counted, and every status of a workspace is its own row, in order")
    func rows() throws {
        var stage = Stage(try .sample("b"), try .sample("a"))
        stage.instances = [
            "z": ["aws_instance.a": "i-1", "aws_instance.b": "i-2", "aws_instance.c": "i-3"],
            "m": ["aws_instance.a": "i-4"],
        ]
        let series = [
            ("i-4", Self.idle), ("i-3", Self.busy), ("i-2", Self.idle), ("i-1", Self.idle), ("i-9", Self.idle),
        ]
        stage.answers = ["cpu": .success(MetricAnswer(series: series.map { Stage.machine($0.0, $0.1) }))]
        let result = stage.analyse()
        let lost = "unmapped 1 (no resource has these labels: {instance_id=\"i-9\"})"
        #expect(
            result.lines == [
                "- a \(lost)", "- b \(lost)", "m a firing 1", "m b firing 1", "z a clear 1", "z a firing 2",
                "z b clear 1", "z b firing 2",
            ])
        #expect(
            result.opportunities.map { "\($0.workspace) \($0.rule.id) \($0.address)" } == [
                "m a aws_instance.a", "m b aws_instance.a", "z a aws_instance.a", "z a aws_instance.b",
                "z b aws_instance.a", "z b aws_instance.b",
            ])
        #expect(result.clear == [Self.key("aws_instance.c", "a", in: "z"), Self.key("aws_instance.c", "b", in: "z")])
        #expect(result.at == Stage.now)
    }

    // MARK: Answers

    private static let series = [Stage.machine("i-1", idle), Stage.machine("i-2", busy)]

    @Test(
        "failed, partial and empty answers find nothing and clear nothing",
        arguments: [
            (
                .failure(Problem(.passing, "Prometheus is away")), ["- idle error 0 (Prometheus is away)"],
                ["the rule 'idle': Prometheus is away"]
            ),
            (
                .success(MetricAnswer(series: series, warnings: ["store a is down", "b too"])),
                ["- idle partial 2 (store a is down; b too)"], []
            ),
            (.success(MetricAnswer(series: [])), ["- idle no_data 0 (the query matched no series)"], []),
            (
                .success(MetricAnswer(series: [Stage.machine("i-1", "_")])),
                ["- idle no_data 0 (the query matched no series)"], []
            ),
            (
                nil, ["- idle error 0 (the query of the rule 'idle' was not asked)"],
                ["the query of the rule 'idle' was not asked"]
            ),
        ] as [(Result<MetricAnswer, Problem>?, [String], [String])])
    func answers(answer: Result<MetricAnswer, Problem>?, lines: [String], problems: [String]) throws {
        var stage = Stage(try .sample())
        stage.answers["cpu"] = answer
        let result = stage.analyse()
        #expect(result.lines == lines)
        #expect(result.problems.map(\.message) == problems)
        #expect(result.opportunities.isEmpty && result.clear.isEmpty)
    }

    @Test("one failed query leaves the other rules alone, and a disabled rule says nothing")
    func alone() throws {
        var stage = Stage(
            try .sample(series: "x"), try .sample("other", "mem"), try .sample("off", "y", enabled: false))
        stage.answers = [
            "x": .failure(Problem(.passing, "away")),
            "mem": .success(MetricAnswer(series: [Stage.machine("i-1", Self.busy)])),
        ]
        let result = stage.analyse()
        #expect(result.lines == ["- idle error 0 (away)", "web other clear 1"])
        #expect(result.clear == [Self.key("aws_instance.web", "other")])
    }
}

extension Rule {
    fileprivate static func sample(series query: String) throws -> Rule { try sample("idle", query) }
}
