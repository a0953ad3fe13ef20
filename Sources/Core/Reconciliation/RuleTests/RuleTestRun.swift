import Analysis
package import Domain

/// Runs one rule test: the rules over its series and its state, at the times that it speaks of.
package struct RuleTestRun: Sendable {
    /// What did not come as the test says.
    package struct Failure: Hashable, Sendable {
        package let message: String
        package let location: SourceLocation

        package init(message: String, location: SourceLocation) {
            self.message = message
            self.location = location
        }
    }

    package struct Outcome: Hashable, Sendable {
        package let test: String
        package let assertions: Int
        package let failures: [Failure]
        /// Rules that an assertion speaks of.
        package let rules: Set<String>

        /// The same with what promtool says of the test's alerts.
        package func adding(_ assertions: Int, _ failures: [Failure], rules: Set<String>) -> Outcome {
            Outcome(
                test: test, assertions: self.assertions + assertions, failures: self.failures + failures,
                rules: self.rules.union(rules))
        }
    }

    let rules: RuleSet
    let test: RuleTest
    let instances: [ResourceInstance]
    let metrics: any MetricSource

    package init(rules: RuleSet, test: RuleTest, instances: [ResourceInstance], metrics: any MetricSource) {
        self.rules = rules
        self.test = test
        self.instances = instances
        self.metrics = metrics
    }

    package func outcome() async -> Outcome {
        var failures: [Failure] = []
        for assertion in test.assertions { failures += await self.failures(assertion) }
        return Outcome(
            test: test.name, assertions: test.assertions.count, failures: failures,
            rules: Set(test.assertions.map(\.rule)))
    }

    // MARK: One assertion

    private func failures(_ assertion: RuleTest.Assertion) async -> [Failure] {
        guard let rule = rules.rules.first(where: { $0.id == assertion.rule }) else {
            let near = Spelling.nearest(to: assertion.rule, among: rules.rules.map(\.id))
            return [
                Failure(
                    message: "no rule is called '\(assertion.rule)'" + (near.map { "; did you mean '\($0)'?" } ?? ""),
                    location: assertion.location)
            ]
        }
        let result = await analysed(rule, at: test.start + assertion.time)
        let problems = result.problems.map { Failure(message: $0.message, location: assertion.location) }
        return problems + statusFailures(assertion, result) + opportunityFailures(assertion, result)
    }

    private func analysed(_ rule: Rule, at now: Double) async -> AnalysisResult {
        var queries = QueryStage(metrics: metrics)
        let analyzer = Analyzer(rules: RuleSet(rules: [rule], suppressions: rules.suppressions), now: now)
        await queries.ask { analyzer.wanted($0) }
        let index = ResourceIndex(workspaces: [.init(workspace: test.workspace, instances: instances)])
        return analyzer.analyse(queries.answers, index: index).result(queries.answers)
    }

    private func statusFailures(_ assertion: RuleTest.Assertion, _ result: AnalysisResult) -> [Failure] {
        guard let wanted = assertion.status else { return [] }
        let found = Set(result.statuses.map(\.status.rawValue)).sorted()
        guard found != [wanted] else { return [] }
        let reasons = result.statuses.compactMap(\.reason).map { " (\($0))" }.joined()
        return [
            Failure(
                message: "the status of '\(assertion.rule)' is \(found.joined(separator: " and "))\(reasons); "
                    + "'\(wanted)' is expected", location: assertion.location)
        ]
    }

    /// Both ways: what is expected has to be found, and what is found expected.
    private func opportunityFailures(_ assertion: RuleTest.Assertion, _ result: AnalysisResult) -> [Failure] {
        var left = result.opportunities
        var failures: [Failure] = []
        for expectation in assertion.opportunities {
            guard let index = left.firstIndex(where: { expectation.matches($0) }) else {
                failures.append(
                    Failure(message: "there is no opportunity with \(expectation.text)", location: expectation.location)
                )
                continue
            }
            left.remove(at: index)
        }
        failures += left.map {
            Failure(
                message: "an opportunity that is not expected: \($0.address): \($0.title)", location: assertion.location
            )
        }
        return failures
    }
}

extension RuleTest.Expectation {
    fileprivate func matches(_ opportunity: Opportunity) -> Bool {
        parts.allSatisfy { key, text in
            switch key {
            case "address": opportunity.address == text
            case "severity": opportunity.rule.severity.rawValue == text
            case "title": opportunity.title == text
            case "description": opportunity.description == text
            case "workspace": opportunity.workspace == text
            default: Double(text).map { abs(($0) - (opportunity.value ?? .nan)) < 1e-9 } ?? false
            }
        }
    }

    fileprivate var text: String {
        parts.sorted { $0.key < $1.key }.map { "\($0.key) '\($0.value)'" }.joined(separator: ", ")
    }
}
