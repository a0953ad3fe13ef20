/// A file of rule tests, in the format of promtool's unit tests with what Sphinx adds.
package struct RuleTestFile: Hashable, Sendable {
    /// Paths or globs, from the file's own folder.
    package let ruleFiles: [String]
    package let tests: [RuleTest]
    package let file: String
    /// Seconds between evaluations.
    package let interval: Double

    package init(ruleFiles: [String], tests: [RuleTest], file: String, interval: Double = 60) {
        self.ruleFiles = ruleFiles
        self.tests = tests
        self.file = file
        self.interval = interval
    }
}

/// Series, a state, and what the rules have to find in them.
package struct RuleTest: Hashable, Sendable {
    /// A series in Prometheus's notation.
    package struct InputSeries: Hashable, Sendable {
        package let labels: Labels
        /// One word an interval; nil is a gap.
        package let values: [SeriesNotation.Value?]

        package init(labels: Labels, values: [SeriesNotation.Value?]) {
            self.labels = labels
            self.values = values
        }
    }

    /// What a query answers, where no server shall be asked.
    package struct QueryResult: Hashable, Sendable {
        package let expression: String
        package let series: InputSeries

        package init(expression: String, series: InputSeries) {
            self.expression = expression
            self.series = series
        }
    }

    /// What one rule finds at one time.
    package struct Assertion: Hashable, Sendable {
        /// Seconds after the start.
        package let time: Double
        package let rule: String
        package let opportunities: [Expectation]
        /// Statuses of the rule in the workspace, or nil for any.
        package let status: String?
        package let location: SourceLocation

        package init(
            time: Double, rule: String, opportunities: [Expectation], status: String?, location: SourceLocation
        ) {
            self.time = time
            self.rule = rule
            self.opportunities = opportunities
            self.status = status
            self.location = location
        }
    }

    /// The parts of an opportunity that a test speaks of: key → text.
    package struct Expectation: Hashable, Sendable {
        package static let keys = ["address", "severity", "title", "description", "value", "workspace"]

        package let parts: [String: String]
        package let location: SourceLocation

        package init(parts: [String: String], location: SourceLocation) {
            self.parts = parts
            self.location = location
        }
    }

    /// What promtool itself tests of the exported alerts.
    package struct AlertTest: Hashable, Sendable {
        /// The alerts or rules that are spoken of, with their places.
        package let alerts: [Alert]
        /// The test as promtool's format has it.
        package let document: JSONValue
        package let assertions: Int
        package let location: SourceLocation

        package struct Alert: Hashable, Sendable {
            package let name: String
            package let location: SourceLocation

            package init(name: String, location: SourceLocation) {
                self.name = name
                self.location = location
            }
        }

        package init(alerts: [Alert], document: JSONValue, assertions: Int, location: SourceLocation) {
            self.alerts = alerts
            self.document = document
            self.assertions = assertions
            self.location = location
        }
    }

    package let name: String
    /// Seconds between words of a series.
    package let interval: Double
    /// Seconds since 1970.
    package let start: Double
    package let series: [InputSeries]
    package let results: [QueryResult]
    /// A file with `terraform show -json`, from the test file's folder.
    package let state: String?
    package let workspace: String
    package let assertions: [Assertion]
    package let alerts: AlertTest?
    package let location: SourceLocation

    package init(
        name: String, interval: Double, start: Double, series: [InputSeries], results: [QueryResult], state: String?,
        workspace: String, assertions: [Assertion], alerts: AlertTest? = nil, location: SourceLocation
    ) {
        self.name = name
        self.interval = interval
        self.start = start
        self.series = series
        self.results = results
        self.state = state
        self.workspace = workspace
        self.assertions = assertions
        self.alerts = alerts
        self.location = location
    }
}
