import Analysis
import Domain
import Testing

@Suite("From labels to a resource")
struct ResourceIndexTests {
    private static func instance(_ address: String, _ type: String, _ values: [String: JSONValue]) -> ResourceInstance {
        ResourceInstance(address: address, type: type, values: .object(values))
    }

    private static let index = ResourceIndex(workspaces: [
        ResourceIndex.Entry(
            workspace: "prod/web", labels: ["env": "prod"],
            instances: [
                instance(
                    "aws_instance.web[0]", "aws_instance",
                    ["id": .string("i-1"), "arn": .string("arn:aws:ec2:eu:1:instance/i-1")]),
                instance("aws_instance.web[1]", "aws_instance", ["id": .string("i-2")]),
                instance(
                    "module.db.aws_db_instance.main", "aws_db_instance",
                    ["id": .string("db-ABC"), "identifier": .string("main")]),
                instance(
                    "terraform_data.a", "terraform_data",
                    ["input": .object(["id": .string("x"), "port": .integer(80)])]),
            ],
            declared: [
                DeclaredResource(address: "aws_instance.web", type: "aws_instance", literals: [:], file: "f"),
                DeclaredResource(
                    address: "aws_ebs_volume.new", type: "aws_ebs_volume", literals: ["tags.Name": .string("data")],
                    file: "f"),
            ]),
        ResourceIndex.Entry(
            workspace: "staging/web", labels: ["env": "staging"],
            instances: [
                instance("aws_instance.web", "aws_instance", ["id": .string("i-3")]),
                instance("aws_instance.twin", "aws_instance", ["id": .string("i-dup")]),
                instance("aws_instance.other", "aws_instance", ["id": .string("i-dup")]),
            ],
            declared: [DeclaredResource(address: "aws_instance.web", type: "aws_instance", literals: [:], file: "f")]),
    ])

    private static let match = Rule.ResourceSelector(
        type: "terraform_data", match: [Rule.Match(attribute: "input.id", label: "id")])

    @Test(
        "each way leads to one block, or says why not",
        arguments: [
            (
                ["dimension_InstanceId": "i-2"], Rule.ResourceSelector(),
                Location.found(
                    workspace: "prod/web", instance: "aws_instance.web[1]", block: "aws_instance.web",
                    how: "label dimension_InstanceId = aws_instance.id in the state")
            ),
            (
                ["name": "arn:aws:ec2:eu:1:instance/i-1"], Rule.ResourceSelector(),
                .found(
                    workspace: "prod/web", instance: "aws_instance.web[0]", block: "aws_instance.web", how: "its ARN")
            ),
            (
                ["dbinstance_identifier": "main"], Rule.ResourceSelector(),
                .found(
                    workspace: "prod/web", instance: "module.db.aws_db_instance.main",
                    block: "module.db.aws_db_instance.main",
                    how: "label dbinstance_identifier = aws_db_instance.identifier in the state")
            ),
            (
                ["dbinstance_identifier": "db-ABC"], Rule.ResourceSelector(),
                .unmapped(reason: "no resource has these labels: {dbinstance_identifier=\"db-ABC\"}")
            ),
            (
                ["id": "x"], match,
                .found(
                    workspace: "prod/web", instance: "terraform_data.a", block: "terraform_data.a",
                    how: "label id = input.id in the state")
            ),
            (
                ["Name": "data"],
                Rule.ResourceSelector(
                    type: "aws_ebs_volume", match: [Rule.Match(attribute: "tags.Name", label: "Name")]),
                .found(
                    workspace: "prod/web", instance: "aws_ebs_volume.new", block: "aws_ebs_volume.new",
                    how: "label Name = tags.Name in the code")
            ),
            (
                ["instance_id": "i-dup"], Rule.ResourceSelector(),
                .ambiguous(
                    among: [
                        .init(workspace: "staging/web", address: "aws_instance.other"),
                        .init(workspace: "staging/web", address: "aws_instance.twin"),
                    ],
                    reason:
                        "label instance_id = aws_instance.id in the state leads to 2 resources: staging/web aws_instance.other, staging/web aws_instance.twin"
                )
            ),
            (
                ["instance_id": "i-3", "env": "prod"], Rule.ResourceSelector(),
                .unmapped(reason: "no resource has these labels: {env=\"prod\", instance_id=\"i-3\"}")
            ),
            (
                ["terraform_workspace": "staging/web", "terraform_address": "aws_instance.web"],
                Rule.ResourceSelector(),
                .found(
                    workspace: "staging/web", instance: "aws_instance.web", block: "aws_instance.web",
                    how: "label terraform_address")
            ),
            (
                ["terraform_address": "aws_instance.web"], Rule.ResourceSelector(),
                .ambiguous(
                    among: [
                        .init(workspace: "prod/web", address: "aws_instance.web"),
                        .init(workspace: "staging/web", address: "aws_instance.web"),
                    ], reason: "aws_instance.web stands in prod/web, staging/web")
            ),
            (
                ["terraform_address": "aws_instance.none"], Rule.ResourceSelector(),
                .unmapped(reason: "no workspace has aws_instance.none")
            ),
            (
                ["terraform_workspace": "dev", "terraform_address": "aws_instance.web"], Rule.ResourceSelector(),
                .unmapped(reason: "the workspace 'dev' has no aws_instance.web")
            ),
        ] as [(Labels, Rule.ResourceSelector, Location)])
    func locate(labels: Labels, selector: Rule.ResourceSelector, expected: Location) {
        #expect(Self.index.locate(labels, selector) == expected)
    }
}

@Suite("Analysing")
struct AnalyzerTests {
    private static let now = 1_000_020.0

    private static func constant(_ value: Double, _ labels: Labels, for rule: Rule) -> Series {
        let step = 60.0
        let end = (now / step).rounded(.down) * step
        return Series(
            labels: labels, samples: (0...20).reversed().map { Sample(time: end - Double($0) * step, value: value) })
    }

    private static func index(_ instances: [(String, String)]) -> ResourceIndex {
        ResourceIndex(workspaces: [
            ResourceIndex.Entry(
                workspace: "web",
                instances: instances.map {
                    ResourceInstance(address: $0.0, type: "aws_instance", values: .object(["id": .string($0.1)]))
                })
        ])
    }

    private static func analyse(
        _ rule: Rule, _ answer: Result<MetricAnswer, Problem>, _ instances: [(String, String)],
        unreadable: [String: Problem] = [:]
    ) -> AnalysisResult {
        RuleSet(rules: [rule]).analysed(at: now, index: index(instances), unreadable: unreadable) { _ in answer }
    }

    @Test("series of one block are one opportunity with the worst first")
    func worst() throws {
        let rule = try Rule.fixture(
            title:
                "{resource_id} {labels.instance_id} {value|round:1} of {threshold} for {duration_minutes} in {workspace} by {rule}"
        )
        let series = [("i-1", 3.0), ("i-2", 1.0)].map { Self.constant($0.1, ["instance_id": $0.0], for: rule) }
        let result = Self.analyse(
            rule, .success(MetricAnswer(series: series)),
            [("aws_instance.web[0]", "i-1"), ("aws_instance.web[1]", "i-2")])
        let opportunity = try #require(result.opportunities.first)
        #expect(result.opportunities.count == 1)
        #expect(opportunity.title == "aws_instance.web[1] i-2 1 of 5 for 2 in web by idle")
        #expect(opportunity.evidence.instances == ["aws_instance.web[0]", "aws_instance.web[1]"])
        #expect(
            opportunity.value == 1 && opportunity.evidence.series.map { $0.labels["instance_id"] } == ["i-2", "i-1"])
        #expect(result.statuses == [RuleStatus(workspace: "web", rule: "idle", status: .firing, count: 1)])
    }

    @Test("a block of which one instance is busy does not fire, and is not clear either")
    func partly() throws {
        let rule = try Rule.fixture()
        let series = [("i-1", 1.0), ("i-2", 9.0)].map { Self.constant($0.1, ["instance_id": $0.0], for: rule) }
        let result = Self.analyse(
            rule, .success(MetricAnswer(series: series)),
            [("aws_instance.web[0]", "i-1"), ("aws_instance.web[1]", "i-2")])
        #expect(result.opportunities.isEmpty && result.clear.isEmpty)
        #expect(result.statuses.map(\.reason) == ["aws_instance.web: partial: 1 of 2 instances"])
    }

    @Test("what does not fire is clear, and only that")
    func clear() throws {
        let rule = try Rule.fixture()
        let series = [Self.constant(9, ["instance_id": "i-1"], for: rule)]
        let result = Self.analyse(rule, .success(MetricAnswer(series: series)), [("aws_instance.web", "i-1")])
        #expect(result.clear == [ProposalKey(workspace: "web", rule: "idle", address: "aws_instance.web")])
        #expect(result.statuses.map(\.status) == [.clear])
    }

    @Test("failed, partial and empty answers find nothing and clear nothing")
    func nothing() throws {
        let rule = try Rule.fixture()
        let series = [Self.constant(1, ["instance_id": "i-1"], for: rule)]
        let cases: [(Result<MetricAnswer, Problem>, RuleStatus)] = [
            (
                .failure(Problem(.passing, "away")),
                RuleStatus(workspace: nil, rule: "idle", status: .error, count: 0, reason: "away")
            ),
            (
                .success(MetricAnswer(series: series, warnings: ["one store"])),
                RuleStatus(workspace: nil, rule: "idle", status: .partial, count: 1, reason: "one store")
            ),
            (
                .success(MetricAnswer(series: [])),
                RuleStatus(
                    workspace: nil, rule: "idle", status: .noData, count: 0, reason: "the query matched no series")
            ),
        ]
        for (answer, status) in cases {
            let result = Self.analyse(rule, answer, [("aws_instance.web", "i-1")])
            #expect(result.statuses == [status])
            #expect(result.opportunities.isEmpty && result.clear.isEmpty)
        }
    }

    @Test("a series that ended is stale, one without a home unmapped")
    func lost() throws {
        let rule = try Rule.fixture()
        let old = Series(labels: ["instance_id": "i-1"], samples: [Sample(time: 999_900, value: 1)])
        let stranger = Self.constant(1, ["instance_id": "i-9"], for: rule)
        let result = Self.analyse(
            rule, .success(MetricAnswer(series: [old, stranger])), [("aws_instance.web", "i-1")],
            unreadable: ["db": Problem(.needsPerson, "no state")])
        #expect(result.opportunities.isEmpty && result.clear.isEmpty)
        #expect(result.statuses.map(\.status) == [.unmapped, .stale])
        #expect(
            result.statuses.first?.reason
                == "no resource has these labels: {instance_id=\"i-9\"}; the state of db could not be read")
        #expect(result.problems.map(\.message) == ["no state"])
    }

    @Test("evidence is thinned, and keeps its first, its last and its peaks")
    func thinned() throws {
        let rule = try Rule.fixture(condition: Rule.Condition(.lessThan, 1_000, duration: 25_000))
        let end = (Self.now / 60).rounded(.down) * 60
        let samples = (0...420).reversed().map { Sample(time: end - Double($0) * 60, value: $0 == 200 ? 999 : 1) }
        let series = Series(labels: ["instance_id": "i-1"], samples: samples)
        let result = Self.analyse(rule, .success(MetricAnswer(series: [series])), [("aws_instance.web", "i-1")])
        let kept = try #require(result.opportunities.first?.evidence.series.first?.samples)
        #expect(kept.count <= 200 && kept.first == samples.first && kept.last == samples.last)
        #expect(kept.contains { $0.value == 999 })
    }

    @Test("hostile labels come out without control and direction characters")
    func hostile() throws {
        let rule = try Rule.fixture(title: "{labels.tag}!")
        let series = [Self.constant(1, ["instance_id": "i-1", "tag": "a\u{1B}[31m\u{202E}b\u{200B}\nc"], for: rule)]
        let result = Self.analyse(rule, .success(MetricAnswer(series: series)), [("aws_instance.web", "i-1")])
        #expect(result.opportunities.map(\.title) == ["a[31mbc!"])
    }
}
