import Domain
import Foundation
import Reports
import Testing

@Suite("An analysis in further forms")
struct AnalysisFormatTests {
    private static func result() throws -> AnalysisResult {
        var rule = Rule(
            id: "aws/ebs-gp2", name: "gp2 volume", queries: [:], condition: nil, severity: .high,
            title: try Template(parsing: "t"), description: try Template(parsing: ""),
            location: SourceLocation(file: "rules.yml", line: 4, column: 5))
        rule.source = .state
        let opportunity = Opportunity(
            workspace: "prod/web", rule: rule, address: "aws_ebs_volume.data", title: "gp2 → gp3",
            description: "Cheaper.",
            since: 0, value: nil,
            evidence: Evidence(
                query: "", condition: "type is gp2", start: 0, end: 0, step: 0, threshold: nil, instances: [],
                series: [], located: "the state"))
        let queries = [
            AskedQuery(
                query: MetricQuery("up", .range(start: 0, end: 3_600, step: 60)), rules: ["a", "b", "c", "d"],
                purposes: ["values"],
                result: .success(
                    MetricAnswer(series: [Series(labels: [:], samples: [Domain.Sample(time: 0, value: 1)])], bytes: 99))
            ),
            AskedQuery(
                query: MetricQuery("down", .instant(60)), rules: ["a"], purposes: ["coverage"],
                result: .failure(Problem(.passing, "away"))),
        ]
        return AnalysisResult(
            at: 0,
            statuses: [
                RuleStatus(workspace: "prod/web", rule: "aws/ebs-gp2", status: .firing, count: 1),
                RuleStatus(
                    workspace: nil, rule: "idle", status: .noData, count: 0, reason: "the query matched no series"),
                RuleStatus(workspace: "dev", rule: "idle", status: .error, count: 0, reason: "away"),
            ], opportunities: [opportunity], problems: [], queries: queries)
    }

    @Test("SARIF has what its schema requires, and one result an opportunity")
    func sarif() throws {
        let document = try Self.result().sarif
        #expect(document["version"] == .string("2.1.0"))
        let run = try #require(document.value(at: "runs.0"))
        #expect(run.value(at: "tool.driver.name") == .string("sphinx"))
        #expect(run.value(at: "tool.driver.rules.0.id") == .string("aws/ebs-gp2"))
        #expect(run.value(at: "invocations.0.executionSuccessful") == .bool(false))
        #expect(run["results"]?.array?.count == 1)
        let found = try #require(run.value(at: "results.0"))
        #expect(found["ruleId"] == .string("aws/ebs-gp2") && found["level"] == .string("error"))
        #expect(found.value(at: "message.text") == .string("gp2 → gp3. Cheaper."))
        #expect(found.value(at: "locations.0.physicalLocation.region.startLine") == .integer(4))
        #expect(
            found.value(at: "locations.0.logicalLocations.0.fullyQualifiedName")
                == .string("prod/web/aws_ebs_volume.data"))
        #expect(found["partialFingerprints"]?.object?.values.first?.string?.count == 10)
        let notes = run.value(at: "invocations.0.toolExecutionNotifications")?.array ?? []
        #expect(
            notes.compactMap { $0.value(at: "message.text")?.string } == [
                "no_data 0: the query matched no series", "error 0 in dev: away",
            ])
    }

    @Test("the explanation tells every request, why it was made and what it cost")
    func explanation() throws {
        let lines = try Self.result().explanation.split(separator: "\n").map { line in
            line.split(separator: " ").joined(separator: " ")
        }
        #expect(
            lines == [
                "Queries", "SERIES POINTS BYTES RULES WHY WHEN QUERY",
                "1 1 99 a, b, c and 1 more values 1h to 1970-01-01T01:00:00Z, step 1m up",
                "0 0 0 a coverage at 1970-01-01T00:01:00Z down: away",
                "2 requests for 4 rules: 1 points, 99 bytes",
            ])
        let json = try Self.result().explainedJSON
        #expect(json.value(at: "queries.1.problem") == .string("away"))
        #expect(json.value(at: "queries.0.when") == .string("1h to 1970-01-01T01:00:00Z, step 1m"))
    }
}
