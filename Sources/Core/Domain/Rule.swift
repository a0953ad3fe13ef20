/// A check on metrics that names the resource to change.
package struct Rule: Hashable, Sendable {
    package let id: String
    package let name: String
    /// PromQL; unfiltered, as the comparison is made by Sphinx.
    package let query: String
    package let condition: Condition
    package let severity: Severity
    package let enabled: Bool
    package let resource: ResourceSelector
    package let fix: Fix?
    package let title: Template
    package let description: Template
    package let location: SourceLocation

    package init(
        id: String, name: String, query: String, condition: Condition, severity: Severity = .medium,
        enabled: Bool = true, resource: ResourceSelector = ResourceSelector(), fix: Fix? = nil, title: Template,
        description: Template, location: SourceLocation
    ) {
        self.id = id
        self.name = name
        self.query = query
        self.condition = condition
        self.severity = severity
        self.enabled = enabled
        self.resource = resource
        self.fix = fix
        self.title = title
        self.description = description
        self.location = location
    }

    /// What the rule means, as one text; its place in the file is not part of it.
    package var meaning: String {
        [
            id, name, query, condition.comparison.rawValue, String(condition.threshold), String(condition.duration),
            severity.rawValue, resource.type ?? "",
            resource.match.map { "\($0.attribute)=\($0.label)" }.joined(separator: ","),
            fix?.attribute ?? "", fix?.value?.canonical ?? "", fix?.hint ?? "", title.source, description.source,
        ].joined(separator: "\u{1F}")
    }
}

extension Rule {
    /// A comparison that has to hold for a while.
    package struct Condition: Hashable, Sendable {
        package let comparison: Comparison
        package let threshold: Double
        /// Seconds, as Prometheus's `for`; 0 fires at once.
        package let duration: Double

        package init(_ comparison: Comparison, _ threshold: Double, duration: Double) {
            self.comparison = comparison
            self.threshold = threshold
            self.duration = duration
        }
    }

    package enum Comparison: String, CaseIterable, Sendable {
        case lessThan = "less_than"
        case lessThanOrEqual = "less_than_or_equal"
        case greaterThan = "greater_than"
        case greaterThanOrEqual = "greater_than_or_equal"
        case equals
        case notEquals = "not_equals"
    }

    package enum Severity: String, CaseIterable, Comparable, Codable, Sendable {
        case info, low, medium, high, critical

        package static func < (left: Severity, right: Severity) -> Bool {
            (allCases.firstIndex(of: left) ?? 0) < (allCases.firstIndex(of: right) ?? 0)
        }
    }

    /// Where a series' resource is looked for.
    package struct ResourceSelector: Hashable, Sendable {
        /// A Terraform type such as `aws_ebs_volume`; nil accepts the types of the label table.
        package let type: String?
        package let match: [Match]

        package init(type: String? = nil, match: [Match] = []) {
            self.type = type
            self.match = match
        }
    }

    /// The attribute of the resource that equals a label of the series.
    package struct Match: Hashable, Sendable {
        /// A dotted path such as `input.instance_id`.
        package let attribute: String
        package let label: String

        package init(attribute: String, label: String) {
            self.attribute = attribute
            self.label = label
        }
    }

    /// The change that answers the rule.
    package struct Fix: Hashable, Sendable {
        /// A dotted path such as `type` or `input.size`.
        package let attribute: String
        /// A scalar to set; nil where only the hint is given, so that a model has to find it.
        package let value: JSONValue?
        package let hint: String?

        package init(attribute: String, value: JSONValue?, hint: String? = nil) {
            self.attribute = attribute
            self.value = value
            self.hint = hint
        }
    }
}

/// How much one run may do.
package struct Limits: Hashable, Sendable {
    package var openProposals: Int
    package var newPerRun: Int
    package var newPerWorkspace: Int
    package var geminiCalls: Int
    package var geminiTokens: Int
    package var geminiCostUSD: Double

    package init(
        openProposals: Int = 10, newPerRun: Int = 10, newPerWorkspace: Int = 2, geminiCalls: Int = 30,
        geminiTokens: Int = 500_000, geminiCostUSD: Double = 5
    ) {
        self.openProposals = openProposals
        self.newPerRun = newPerRun
        self.newPerWorkspace = newPerWorkspace
        self.geminiCalls = geminiCalls
        self.geminiTokens = geminiTokens
        self.geminiCostUSD = geminiCostUSD
    }
}

/// A rules file, read and found valid.
package struct RuleSet: Hashable, Sendable {
    package let rules: [Rule]
    package let limits: Limits
    /// What loads but deserves a look.
    package let warnings: [Problem]

    package init(rules: [Rule] = [], limits: Limits = Limits(), warnings: [Problem] = []) {
        self.rules = rules
        self.limits = limits
        self.warnings = warnings
    }
}
