import ArgumentParser
import Domain
import Foundation
import PrometheusAdapter
import Reconciliation
import Reports
import RuleTestAdapter
import RulesFileAdapter
import TerraformAdapter

struct RulesTest: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Run rule tests: series and a state in, opportunities and statuses out.")

    @OptionGroup var options: GlobalOptions

    @Argument(help: "Files of rule tests.")
    var files: [String]

    @Option(help: "Write the results as JUnit's XML, too.")
    var junit: String?

    @Option(help: "Fail where less than this share of the rules has a test, in percent.")
    var minCoverage = 0

    func run() async throws {
        try await options.reporting { composition in
            var outcomes: [(file: String, outcome: RuleTestRun.Outcome)] = []
            var rules: Set<String> = []
            for file in files {
                let (set, results) = try await Self.results(file, composition)
                rules.formUnion(set.rules.filter(\.enabled).map(\.id))
                outcomes += results.map { (file, $0) }
            }
            let tested = rules.intersection(outcomes.flatMap(\.outcome.rules))
            if let junit { try Self.write(outcomes, to: junit) }
            let failures = outcomes.flatMap(\.outcome.failures)
            options.show(
                text: Self.text(outcomes, rules, tested), markdown: Self.table(outcomes).markdown,
                json: Self.table(outcomes).json(schema: "sphinx.rulestest/1", named: "tests"))
            let isCovered = rules.isEmpty || tested.count * 100 >= minCoverage * rules.count
            if !failures.isEmpty || !isCovered { throw Exit.failed }
        }
    }

    // MARK: Running

    private static func results(
        _ path: String, _ composition: Composition
    ) async throws -> (RuleSet, [RuleTestRun.Outcome]) {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Problem(.needsPerson, "there is no file '\(path)'")
        }
        let file = try RulesFile().tests(in: SourceFile(path: path, bytes: Array(data)))
        let folder = URL(filePath: path).deletingLastPathComponent().path(percentEncoded: false)
        let set = try rules(of: file, in: folder)
        var outcomes: [RuleTestRun.Outcome] = []
        for test in file.tests {
            let known = try test.state.map { try instances(at: "\(folder)\($0)", $0) } ?? []
            let outcome = try await outcome(test, set, known, composition)
            outcomes.append(try await alerts(of: test, set, interval: file.interval, outcome, composition))
        }
        return (set, outcomes)
    }

    private static func outcome(
        _ test: RuleTest, _ set: RuleSet, _ instances: [ResourceInstance], _ composition: Composition
    ) async throws -> RuleTestRun.Outcome {
        guard !test.series.isEmpty else {
            return await RuleTestRun(
                rules: set, test: test, instances: instances, metrics: WrittenAnswers(test)
            ).outcome()
        }
        let server = ThrowawayPrometheus(environment: ["PATH": composition.settings.text("PATH") ?? "/usr/bin:/bin"])
        return try await server.with(test) { url in
            let source = try PrometheusSource(PrometheusSource.Settings(url: url))
            return await RuleTestRun(rules: set, test: test, instances: instances, metrics: source).outcome()
        }
    }

    /// What promtool tests beside Sphinx's own assertions.
    private static func alerts(
        of test: RuleTest, _ set: RuleSet, interval: Double, _ outcome: RuleTestRun.Outcome, _ composition: Composition
    ) async throws -> RuleTestRun.Outcome {
        guard let alerts = test.alerts else { return outcome }
        let document = AlertTestDocument(alerts, rules: set, interval: interval)
        var failures = document.failures
        if failures.isEmpty {
            let promtool = Promtool(environment: ["PATH": composition.settings.text("PATH") ?? "/usr/bin:/bin"])
            failures = try await promtool.failures(of: document.test, rules: document.rules)
                .map { RuleTestRun.Failure(message: $0, location: alerts.location) }
        }
        return outcome.adding(alerts.assertions, failures, rules: document.tested)
    }

    private static func rules(of file: RuleTestFile, in folder: String) throws -> RuleSet {
        var sets: [RuleSet] = []
        for pattern in file.ruleFiles {
            if pattern.hasPrefix("sphinx:") {
                sets.append(try RulesOptions.libraryRules(pattern))
                continue
            }
            let url = URL(filePath: "\(folder)\(pattern)").standardizedFileURL
            let parent = url.deletingLastPathComponent().path(percentEncoded: false)
            let names = DiskFolder.files(directlyIn: "", below: parent).map(\.path)
            let found = names.filter { Glob(url.lastPathComponent).matches($0) }
            if found.isEmpty { throw Problem(.needsPerson, "\(file.file): there is no rules file '\(pattern)'") }
            sets += try found.map { try RulesOptions.rules(atDisk: "\(parent)\($0)") }
        }
        return RuleSet(
            rules: sets.flatMap(\.rules), suppressions: sets.flatMap(\.suppressions), warnings: sets.flatMap(\.warnings)
        )
    }

    private static func instances(at path: String, _ name: String) throws -> [ResourceInstance] {
        guard let data = FileManager.default.contents(atPath: path),
            let document = try? JSONDecoder().decode(JSONValue.self, from: data)
        else {
            throw Problem(
                .needsPerson, "the state '\(name)' cannot be read", hint: "write it with 'terraform show -json'")
        }
        return Terraform.instances(inShown: document)
    }

    // MARK: Showing

    private static func text(
        _ outcomes: [(file: String, outcome: RuleTestRun.Outcome)], _ rules: Set<String>, _ tested: Set<String>
    ) -> String {
        let lines = outcomes.map { file, outcome in
            "\(outcome.failures.isEmpty ? "passed" : "FAILED")  \(file): \(outcome.test) (\(outcome.assertions) assertions)\n"
                + outcome.failures.map { "    \($0.location): \($0.message)\n" }.joined()
        }.joined()
        let failed = outcomes.count { !$0.outcome.failures.isEmpty }
        let untested = rules.subtracting(tested).sorted()
        let missing = untested.isEmpty ? "" : "without a test: \(untested.joined(separator: ", "))\n"
        return lines + "\(outcomes.count - failed) passed, \(failed) failed; "
            + "\(tested.count) of \(rules.count) rules have a test\n" + missing
    }

    private static func table(_ outcomes: [(file: String, outcome: RuleTestRun.Outcome)]) -> Table {
        Table(
            columns: ["file", "test", "result", "failures"],
            rows: outcomes.map { file, outcome in
                [
                    file, outcome.test, outcome.failures.isEmpty ? "passed" : "failed",
                    outcome.failures.map { "\($0.location): \($0.message)" }.joined(separator: "; "),
                ]
            })
    }

    private static func write(
        _ outcomes: [(file: String, outcome: RuleTestRun.Outcome)], to path: String
    ) throws {
        let suites = Dictionary(grouping: outcomes, by: \.file).sorted { $0.key < $1.key }.map { file, outcomes in
            JUnitReport.Suite(
                name: file,
                cases: outcomes.map { each in
                    JUnitReport.Case(
                        name: each.outcome.test,
                        failures: each.outcome.failures.map { "\($0.location): \($0.message)" })
                })
        }
        do {
            try Data(JUnitReport(suites).xml.utf8).write(to: URL(filePath: path))
        } catch {
            throw Problem(.needsPerson, "'\(path)' cannot be written: \(FileReason.text(error))")
        }
    }
}
