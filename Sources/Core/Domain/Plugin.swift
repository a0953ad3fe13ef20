/// An executable of the repository that detects what rules cannot express.
package struct Plugin: Hashable, Sendable {
    package static let standardTimeout = 30.0

    /// Its folder's or file's name below `plugins/`.
    package let name: String
    /// The program and its arguments; a program with a slash is a path from the plugin's folder.
    package let command: [String]
    /// Seconds that one call may take.
    package let timeout: Double
    /// Where it runs, from the top of the repository.
    package let folder: String
    /// What its `plugin.yml` wants asked, beside what it says itself.
    package let queries: [PluginQuery]

    package init(
        name: String, command: [String], timeout: Double = standardTimeout, folder: String,
        queries: [PluginQuery] = []
    ) {
        self.name = name
        self.command = command
        self.timeout = timeout
        self.folder = folder
        self.queries = queries
    }

    /// What its opportunities are filed under, as a rule's id.
    package var rule: String { "plugin/\(name)" }
}

/// Metrics that a plugin wants to see.
package struct PluginQuery: Hashable, Sendable {
    /// What the plugin calls it.
    package let name: String
    /// PromQL.
    package let expression: String
    /// Seconds before now; 0 asks for the newest values alone.
    package let window: Double
    /// Seconds between points; nil is one minute, doubled until the window fits into one request.
    package let step: Double?

    package init(name: String, expression: String, window: Double = 0, step: Double? = nil) {
        self.name = name
        self.expression = expression
        self.window = window
        self.step = step
    }
}

/// What a plugin says of itself.
package struct PluginDescription: Hashable, Sendable {
    package let name: String
    package let author: String?
    package let version: String?
    package let queries: [PluginQuery]
    /// Types whose instances it wants to see.
    package let resourceTypes: [String]

    package init(
        name: String, author: String? = nil, version: String? = nil, queries: [PluginQuery] = [],
        resourceTypes: [String] = []
    ) {
        self.name = name
        self.author = author
        self.version = version
        self.queries = queries
        self.resourceTypes = resourceTypes
    }
}

/// What a plugin looks at.
package struct PluginInput: Hashable, Sendable {
    /// Seconds since 1970.
    package let at: Double
    /// Query name → series.
    package let series: [String: [Series]]
    /// Workspace → instances, without sensitive values.
    package let resources: [String: [ResourceInstance]]

    package init(at: Double, series: [String: [Series]], resources: [String: [ResourceInstance]] = [:]) {
        self.at = at
        self.series = series
        self.resources = resources
    }
}

/// An opportunity in a plugin's words.
package struct PluginFinding: Hashable, Sendable {
    package let title: String
    package let description: String
    /// Nil leaves it to the labels; an address without a workspace has to be the only one of its kind.
    package let address: String?
    package let workspace: String?
    package let labels: Labels
    package let severity: Rule.Severity
    package let value: Double?
    package let fix: Rule.Fix?
    package let evidence: [String: JSONValue]

    package init(
        title: String, description: String, address: String?, workspace: String? = nil, labels: Labels = [:],
        severity: Rule.Severity = .medium, value: Double? = nil, fix: Rule.Fix? = nil,
        evidence: [String: JSONValue] = [:]
    ) {
        self.title = title
        self.description = description
        self.address = address
        self.workspace = workspace
        self.labels = labels
        self.severity = severity
        self.value = value
        self.fix = fix
        self.evidence = evidence
    }
}

/// `plugin.yml`, read and found valid.
package struct PluginSettings: Hashable, Sendable {
    package let command: [String]
    /// Seconds.
    package let timeout: Double
    package let queries: [PluginQuery]
    package let enabled: Bool

    package init(
        command: [String], timeout: Double = Plugin.standardTimeout, queries: [PluginQuery] = [],
        enabled: Bool = true
    ) {
        self.command = command
        self.timeout = timeout
        self.queries = queries
        self.enabled = enabled
    }
}
