/// Test results as JUnit's XML, which every CI system reads.
package struct JUnitReport: Sendable {
    package struct Case: Sendable {
        package let name: String
        /// Empty where it passed.
        package let failures: [String]

        package init(name: String, failures: [String]) {
            self.name = name
            self.failures = failures
        }
    }

    package struct Suite: Sendable {
        package let name: String
        package let cases: [Case]

        package init(name: String, cases: [Case]) {
            self.name = name
            self.cases = cases
        }
    }

    private let suites: [Suite]

    package init(_ suites: [Suite]) {
        self.suites = suites
    }

    package var xml: String {
        let all = suites.flatMap(\.cases)
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites\(counts(all))>\n"
            + suites.map(text).joined() + "</testsuites>\n"
    }

    private func text(_ suite: Suite) -> String {
        "  <testsuite name=\"\(Escaping.xml(suite.name))\"\(counts(suite.cases))>\n"
            + suite.cases.map { text($0, in: suite) }.joined() + "  </testsuite>\n"
    }

    private func text(_ test: Case, in suite: Suite) -> String {
        let head = "    <testcase classname=\"\(Escaping.xml(suite.name))\" name=\"\(Escaping.xml(test.name))\""
        guard !test.failures.isEmpty else { return "\(head)/>\n" }
        let failures = test.failures.map { "      <failure message=\"\(Escaping.xml($0))\"/>\n" }.joined()
        return "\(head)>\n\(failures)    </testcase>\n"
    }

    private func counts(_ cases: [Case]) -> String {
        " tests=\"\(cases.count)\" failures=\"\(cases.count { !$0.failures.isEmpty })\""
    }
}
