import Domain
import Testing

@Suite("What proposals answer and cost")
struct CauseTests {
    private static let opportunity = Opportunity(
        workspace: "prod/web",
        rule: Rule(
            id: "idle", name: "Idle", queries: [:], condition: nil, title: .plain(""), description: .plain(""),
            location: SourceLocation(file: "rules.yml", line: 1, column: 1)),
        address: "t.n", title: "Idle t.n", description: "", since: 0, value: nil,
        evidence: Evidence(
            query: "up", condition: "", start: 0, end: 0, step: 0, threshold: nil, instances: [], series: [],
            located: ""))

    @Test("an opportunity speaks for its rule, its block and what was measured")
    func opportunity() {
        let cause = Cause.opportunity(Self.opportunity)
        #expect(cause.workspace == "prod/web" && cause.rule == "idle" && cause.title == "Idle t.n")
        #expect(cause.address == "t.n" && cause.evidence?.query == "up" && cause.opportunity == Self.opportunity)
        #expect(cause.key == ProposalKey(workspace: "prod/web", rule: "idle", address: "t.n"))
    }

    @Test("a person's request names no block and measures nothing, and its words are its title")
    func request() throws {
        let request = try ChangeRequest("Add\na  cache")
        let cause = Cause.request(request, workspace: "prod/web")
        #expect(cause.workspace == "prod/web" && cause.rule == "request" && cause.title == "Add a cache")
        #expect(cause.address == nil && cause.evidence == nil && cause.opportunity == nil)
        #expect(cause.key == request.key(in: "prod/web"))
        #expect(Cause.request(try ChangeRequest(String(repeating: "ä", count: 300)), workspace: "w").title.count == 200)
    }

    @Test(
        "requests that say nothing or too much are refused",
        arguments: [
            ("", nil, "the request is empty; say what should change"),
            (" \n\u{200B}\u{7} ", nil, "the request is empty; say what should change"),
            (
                String(repeating: "x", count: 8_001), nil,
                "the request has 8001 characters; 8000 are allowed; ask for one change at a time"
            ),
            (
                "x", "a/b.tf",
                "'a/b.tf' is no name of a file in the workspace's own folder; write it like --file cache.tf"
            ),
            ("x", "", "'' does not end in .tf; write it like --file cache.tf"),
        ] as [(String, String?, String)])
    func refusals(words: String, file: String?, sentence: String) {
        let problem = #expect(throws: Problem.self) { try ChangeRequest(words, file: file) }
        #expect(problem?.description == sentence && problem?.kind == .needsPerson)
    }

    @Test("a request may be as long as it may be, counted as people count")
    func longest() throws {
        let text = String(repeating: "e\u{301}", count: 8_000)
        #expect(try ChangeRequest(text).text.count == 8_000)
    }

    @Test("usage adds up, and one unknown price makes the sum's unknown")
    func usage() {
        let one = Usage(calls: 1, inputTokens: 10, outputTokens: 5, costUSD: 0.25)
        let unknown = Usage(calls: 2, inputTokens: 1, outputTokens: 1, isPriceKnown: false)
        #expect(one + Usage() == one && Usage() + one == one)
        #expect(
            one + unknown
                == Usage(calls: 3, inputTokens: 11, outputTokens: 6, costUSD: 0.25, isPriceKnown: false))
        #expect([one, unknown, one].reduce(Usage(), +) == [one, one, unknown].reduce(Usage(), +))
    }

    @Test("what was asked of the metrics is counted, and a failure counts nothing and keeps its reason")
    func asked() {
        let query = MetricQuery("up", .instant(0))
        let sample = Sample(time: 0, value: 1)
        let answer = MetricAnswer(
            series: [Series(labels: [:], samples: [sample, sample]), Series(labels: ["a": "b"], samples: [sample])],
            bytes: 42)
        let asked = AskedQuery(query: query, rules: ["a"], purposes: ["p"], result: .success(answer))
        #expect(asked.series == 2 && asked.points == 3 && asked.bytes == 42 && asked.problem == nil)
        let failed = AskedQuery(
            query: query, rules: [], purposes: [], result: .failure(Problem(.passing, "token=abcdef12")))
        #expect(failed.series == 0 && failed.points == 0 && failed.problem?.message == "token=abcdef12")
        #expect(failed.telling(Problem(.passing, "x")).problem?.message == "x")
    }

    @Test(
        "a change of the code is told with its place and both values",
        arguments: [
            ("t.n", "a.0.b", "1", "2", "t.n.a.0.b: 1 → 2"), ("t.n", "", nil, "{ … }", "t.n: not set → { … }"),
            ("", "size", "1", nil, "size: 1 → not set"), ("", "", nil, nil, ": not set → not set"),
        ] as [(String, String, String?, String?, String)])
    func codeChanges(address: String, attribute: String, before: String?, after: String?, words: String) {
        let change = CodeChange(file: "main.tf", address: address, attribute: attribute, before: before, after: after)
        #expect(change.description == words)
    }

    @Test("changes of the code sort by file, block and path")
    func codeOrder() {
        let change = { (file: String, address: String, attribute: String) in
            CodeChange(file: file, address: address, attribute: attribute, before: nil, after: nil)
        }
        let sorted = [
            change("a.tf", "t.a", "x"), change("a.tf", "t.a", "y"), change("a.tf", "t.b", "a"), change("b.tf", "", ""),
        ]
        #expect(Array(sorted.reversed()).sorted() == sorted)
    }
}
