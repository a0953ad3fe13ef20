import Domain
import Foundation
import Testing

@Suite("The forms of a secret")
struct SecretFormTests {
    private static func redacted(_ secret: String, _ text: String) -> String {
        Redactor(secrets: [secret], rules: []).redact(text)
    }

    @Test(
        "a known value goes in the escapes of Terraform, of Go's and of other JSON",
        arguments: [
            ("a<b>&c-d1", "{\"k\":\"a\\u003cb\\u003e\\u0026c-d1\"}", "{\"k\":\"(redacted)\"}"),
            ("a<b>&c-d1", "{\"k\":\"a<b>&c-d1\"}", "{\"k\":\"(redacted)\"}"),
            ("tab\tnew\nline1", "\"tab\\tnew\\nline1\"", "\"(redacted)\""),
            ("back\\slash", "\"back\\\\slash\"", "\"(redacted)\""),
            ("dollar${x}y", "v = \"dollar$${x}y\"", "v = \"(redacted)\""),
            ("percent%{x}y", "v = \"percent%%{x}y\"", "v = \"(redacted)\""),
            ("q\"${z}1", "v = \"q\\\"$${z}1\"", "v = \"(redacted)\""),
            ("a/b/c-d1", "\"a\\/b\\/c-d1\"", "\"(redacted)\""),
        ])
    func escapes(secret: String, text: String, expected: String) {
        #expect(Self.redacted(secret, text) == expected)
    }

    @Test(
        "and in the forms of URLs, with signs in either case and with either space",
        arguments: [
            ("p@ss w+rd/1", "p%40ss%20w%2Brd%2F1"), ("p@ss w+rd/1", "p%40ss%20w%2brd%2f1"),
            ("p@ss w+rd/1", "p%40ss+w%2Brd%2F1"), ("päss-wörd", "p%C3%A4ss-w%C3%B6rd"),
            ("päss-wörd", "p%c3%a4ss-w%c3%b6rd"), ("a:b@c/d?e", "a%3Ab%40c%2Fd%3Fe"),
        ])
    func urls(secret: String, form: String) {
        #expect(Self.redacted(secret, "https://x/?p=\(form)&q=1") == "https://x/?p=(redacted)&q=1")
    }

    @Test(
        "and in both alphabets of Base64, with and without its padding",
        arguments: ["??>>??>>", "a?>b?>c?>d", "~~~~~~~~~"])
    func base64(secret: String) {
        let standard = Data(secret.utf8).base64EncodedString()
        let url = standard.replacing("+", with: "-").replacing("/", with: "_")
        #expect(standard != url)
        for form in [standard, url, url.replacing("=", with: "")] {
            let rest = Self.redacted(secret, "x \(form) y").replacing("(redacted)", with: "")
            #expect(rest.filter { $0.isLetter || $0.isNumber }.count <= 4, "\(rest)")
        }
    }

    @Test(
        "what is short goes as a word, what is shorter stays",
        arguments: [
            ("hunter2", "hunter2.", "(redacted)."), ("hunter2", "Hunter2", "Hunter2"),
            ("hunter2", "a_hunter2", "a_(redacted)"),
            ("hunter2", "hunter2hunter2", "hunter2hunter2"), ("abc", "abc", "abc"), ("日本語", "日本語", "日本語"),
            ("日本語だ", "x日本語だy", "x(redacted)y"), ("null", "null", "null"), ("1234", "12345 1234", "12345 (redacted)"),
            ("hunter22", "hunter22hunter22", "(redacted)"), ("", "abc", "abc"), ("    ", "a    b", "a    b"),
        ])
    func lengths(secret: String, text: String, expected: String) {
        #expect(Self.redacted(secret, text) == expected)
    }

    @Test(
        "places that touch or overlap become one mark, whatever found them",
        arguments: [
            (["abcdefgh", "ijklmnop"], "abcdefghijklmnop", "(redacted)"),
            (["abcdefgh"], "abcdefgh abcdefgh", "(redacted) (redacted)"),
            (["abcdefgh", "cdef1234"], "abcdefgh1234", "(redacted)1234"), (["aaaaaaaa"], "aaaaaaaaaa", "(redacted)"),
            (["hunter2-long"], "password = \"x hunter2-long y\"", "password = \"(redacted)\""),
            (["AKIAIOSFODNN7"], "AKIAIOSFODNN7EXAMPLE", "(redacted)"), (["😀secret😀"], "a😀secret😀b", "a(redacted)b"),
        ])
    func overlaps(secrets: [String], text: String, expected: String) {
        let redactor = Redactor(secrets: secrets)
        #expect(redactor.redact(text) == expected && redactor.redact(expected) == expected)
        #expect(redactor.findsSecret(in: text) && !redactor.findsSecret(in: expected))
    }

    @Test("a document's members go one by one, and in their own forms")
    func members() {
        let secret = "{\"user\":\"ada-lovelace\",\"list\":[\"first-one\",{\"deep\":\"second-one\"}],\"n\":1234567}"
        #expect(
            Self.redacted(secret, "ada-lovelace first-one second-one 1234567 user deep")
                == "(redacted) (redacted) (redacted) (redacted) user deep")
        #expect(Self.redacted("{broken-json", "{broken-json") == "(redacted)")
    }

    @Test("bytes that are no text are passed over")
    func binary() {
        let text = String(decoding: [0x61, 0xFF, 0x00, 0x20] + Array("hunter22".utf8) + [0xC3], as: UTF8.self)
        #expect(Self.redacted("hunter22", text) == "a\u{FFFD}\u{0} (redacted)\u{FFFD}")
    }
}

@Suite("Reports without secrets")
struct RedactedReportTests {
    private static let secrets: KnownSecrets = {
        let secrets = KnownSecrets(["given-secret"])
        secrets.learn(["web-secret"], of: "web")
        return secrets
    }()
    private static let words = "given-secret web-secret"
    private static let key = ProposalKey(workspace: "web", rule: "r", address: "t.n")

    private static func opportunity(_ workspace: String) -> Opportunity {
        Opportunity(
            workspace: workspace,
            rule: Rule(
                id: "r", name: "R", queries: [:], condition: nil, title: .plain(""), description: .plain(""),
                location: SourceLocation(file: "rules.yml", line: 1, column: 1)),
            address: "t.n", title: words, description: words, since: 0, value: nil, labels: ["a": words],
            evidence: Evidence(
                query: "up", condition: words, start: 0, end: 0, step: 0, threshold: nil, instances: [words],
                series: [Series(labels: ["l": words], samples: [])], located: words,
                attributes: ["password": .string("p"), "x": .string(words)]))
    }

    private static func outcome(_ workspace: String) -> ProposalOutcome {
        ProposalOutcome(
            key: key, branch: "b", workspace: workspace, rule: "r", address: "t.n", title: words, state: .failed,
            reason: words, message: words, difference: words)
    }

    @Test("every part of a report is told without its own workspace's secrets, and what is about any without all")
    func report() {
        var report = RunReport(run: "r", baseBranch: "main", isDryRun: false)
        report.statuses = ["web", "db", nil].map {
            RuleStatus(workspace: $0, rule: "r", status: .error, count: 1, reason: Self.words)
        }
        report.opportunities = [Self.opportunity("web"), Self.opportunity("db")]
        report.proposals = [Self.outcome("web"), Self.outcome("db")]
        report.applies = ["web", "db"].map {
            ApplyOutcome(key: Self.key, approval: nil, workspace: $0, result: .failed, reason: Self.words)
        }
        report.findings = ["web", "db"].map { Finding(workspace: $0, sentence: Self.words, runsAtPlan: true) }
        report.problems = [Problem(.bug, Self.words, hint: Self.words)]
        (report.notices, report.questions) = ([Self.words], [Self.words])
        let told = Self.secrets.redact(report)
        let (all, given) = ("(redacted) (redacted)", "(redacted) web-secret")
        #expect(told.statuses.map(\.reason) == [all, given, all])
        #expect(
            told.opportunities.map(\.title) == [all, given] && told.opportunities.map(\.description) == [all, given])
        #expect(told.opportunities[0].evidence.located == all && told.opportunities[0].evidence.instances == [all])
        #expect(told.opportunities[0].evidence.series[0].labels == ["l": all])
        #expect(told.opportunities[0].evidence.attributes == ["password": .string("(redacted)"), "x": .string(all)])
        #expect(told.opportunities[0].labels == ["a": all] && told.opportunities[0].evidence.condition == all)
        for part in [\ProposalOutcome.reason, \.message, \.difference] {
            #expect(told.proposals.map { $0[keyPath: part] } == [all, given])
        }
        #expect(told.proposals.map(\.title) == [all, given] && told.applies.map(\.reason) == [all, given])
        #expect(told.findings.map(\.sentence) == [all, given] && told.findings.allSatisfy(\.runsAtPlan))
        #expect(told.problems.map(\.description) == ["\(all); \(all)"])
        #expect(told.notices == [all] && told.questions == [all] && told.run == "r")
    }

    @Test("the parts of an analysis, too")
    func analysis() {
        let query = AskedQuery(
            query: MetricQuery("up", .instant(0)), rules: [], purposes: [],
            result: .failure(Problem(.passing, Self.words)))
        let told = Self.secrets.redact(
            AnalysisResult(
                at: 1, statuses: [], opportunities: [Self.opportunity("db")], problems: [Problem(.bug, Self.words)],
                clear: [Self.key], withdrawn: [Self.key: Self.words], held: [Self.key: Self.words], queries: [query],
                plugins: ["p"]))
        let all = "(redacted) (redacted)"
        #expect(told.withdrawn == [Self.key: all] && told.held == [Self.key: all] && told.clear == [Self.key])
        #expect(told.queries.map(\.problem?.message) == [all] && told.problems.map(\.message) == [all])
        #expect(told.opportunities[0].title == "(redacted) web-secret" && told.plugins == ["p"] && told.at == 1)
    }

    @Test("what a model answers is told without secrets; its edits are code, and stay")
    func correction() {
        let edit = Edit(path: "web-secret", search: "web-secret", replace: "web-secret")
        let told = Self.secrets.redactor(for: "web").redact(
            Correction(
                analysis: Self.words, decision: .change, edits: [edit], impact: Self.words, risk: .low,
                questions: [Self.words]))
        let all = "(redacted) (redacted)"
        #expect(told.analysis == all && told.impact == all && told.questions == [all] && told.edits == [edit])
    }

    @Test("a cause is told without secrets, but for what a person asked")
    func causes() throws {
        let redactor = Self.secrets.redactor(for: "web")
        #expect(redactor.redact(Cause.opportunity(Self.opportunity("web"))).title == "(redacted) (redacted)")
        let request = Cause.request(try ChangeRequest(Self.words), workspace: "web")
        #expect(redactor.redact(request) == request)
    }

    @Test("an instance keeps its address and its type")
    func instance() {
        let instance = ResourceInstance(
            address: "t.web-secret", type: "t", values: .object(["token": .string("x1"), "size": .integer(3)]))
        let told = Self.secrets.redactor(for: "web").redact(instance)
        #expect(told.address == "t.web-secret" && told.type == "t")
        #expect(told.values == .object(["token": .string("(redacted)"), "size": .integer(3)]))
    }
}
