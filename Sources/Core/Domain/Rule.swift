/// A check on metrics or state that names the resource to change.
package struct Rule: Hashable, Sendable {
    /// The name of the query of a rule that has only one.
    package static let onlyQuery = "value"
    package static let standardLimit = 1_000

    package let id: String
    package let name: String
    package var source: Source
    /// Name → PromQL, unfiltered, as the comparison is made by Sphinx; empty for a rule on state.
    package var queries: [String: String]
    /// Nil for a rule on state whose `where` says everything.
    package var condition: Condition?
    package var kind: Kind?
    package var severity: Severity
    package var enabled: Bool
    /// Seconds that a condition looks back; nil leaves it to the condition.
    package var window: Double?
    /// Seconds between evaluations; nil is one minute, doubled until the window fits into one request.
    package var step: Double?
    /// Seconds before now at which the rule is evaluated, for metrics that come late.
    package var offset: Double
    package var coverage: Coverage
    /// The most series that the query may match; more is an error, as in Prometheus's rule groups.
    package var limit: Int
    package var resource: ResourceSelector
    package var fix: Fix?
    package var labels: [String: Template]
    package var title: Template
    package var description: Template
    /// Ids of rules whose opportunities on the same block this one takes the place of.
    package var supersedes: [String]
    /// Seconds for which the condition has to be false before an open proposal is closed; nil takes the standard.
    package var clearFor: Double?
    /// Seconds after a rejected or applied proposal in which none is made again; nil leaves it to the run's settings.
    package var coolDown: Double?
    package var location: SourceLocation

    package init(
        id: String, name: String, queries: [String: String], condition: Condition?, severity: Severity = .medium,
        enabled: Bool = true, resource: ResourceSelector = ResourceSelector(), fix: Fix? = nil, title: Template,
        description: Template, location: SourceLocation
    ) {
        self.id = id
        self.name = name
        self.queries = queries
        self.condition = condition
        self.severity = severity
        self.enabled = enabled
        self.resource = resource
        self.fix = fix
        self.title = title
        self.description = description
        self.location = location
        source = .metrics
        kind = nil
        (window, step, offset) = (nil, nil, 0)
        coverage = Coverage()
        limit = Self.standardLimit
        labels = [:]
        supersedes = []
        (clearFor, coolDown) = (nil, nil)
    }

    /// A rule with one query.
    package init(
        id: String, name: String, query: String, condition: Condition, severity: Severity = .medium,
        enabled: Bool = true, resource: ResourceSelector = ResourceSelector(), fix: Fix? = nil, title: Template,
        description: Template, location: SourceLocation
    ) {
        self.init(
            id: id, name: name, queries: [Self.onlyQuery: query], condition: condition, severity: severity,
            enabled: enabled, resource: resource, fix: fix, title: title, description: description,
            location: location)
    }
}

extension Rule {
    package enum Source: String, CaseIterable, Sendable {
        case metrics, state, plugin
    }

    package enum Kind: String, CaseIterable, Sendable {
        case idle, oversized, undersized, unattached, outdated, misconfigured, anomaly, forecast
    }

    package enum Severity: String, CaseIterable, Comparable, Codable, Sendable {
        case info, low, medium, high, critical

        package static func < (left: Severity, right: Severity) -> Bool {
            (allCases.firstIndex(of: left) ?? 0) < (allCases.firstIndex(of: right) ?? 0)
        }
    }

    /// How much has to be known before a condition counts, and what its absence means.
    package struct Coverage: Hashable, Sendable {
        package enum NoData: Hashable, Sendable {
            /// Neither fires nor is clear.
            case skip
            /// The condition counts as true.
            case match
            case error
            /// Taken as if this had been measured.
            case value(Double)
        }

        /// Present over expected points, 0 to 1; nil takes 0.9 for a window of a day or more, else 0.
        package var minRatio: Double?
        /// Points in the window; nil takes 3 for what looks at a window, and none for a sustained comparison.
        package var minSamples: Int?
        /// Seconds from the first to the last point; nil takes 30 hours for a window of a week or more, else 0.
        package var minSpan: Double?
        package var noData: NoData

        package init(
            minRatio: Double? = nil, minSamples: Int? = nil, minSpan: Double? = nil, noData: NoData = .skip
        ) {
            self.minRatio = minRatio
            self.minSamples = minSamples
            self.minSpan = minSpan
            self.noData = noData
        }
    }

    /// The queries as one text for people.
    package var expression: String {
        queries.count == 1
            ? queries.values.joined()
            : queries.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: "\n")
    }

    /// What the rule means, as one text; its place in the file is not part of it.
    package var meaning: String {
        let parts: [String] = [
            id, name, source.rawValue, queries.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(),
            condition?.description ?? "", kind?.rawValue ?? "", severity.rawValue, "\(window ?? -1)", "\(step ?? -1)",
            "\(offset)", "\(coverage)", resource.meaning, fix?.meaning ?? "",
            labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.source)" }.joined(separator: ","),
            title.source, description.source, supersedes.joined(separator: ","),
        ]
        return parts.joined(separator: "\u{1F}")
    }
}
