/// A plugin for Sphinx: it says what it wants to see, and what it found in it.
///
/// A program is one type and one line:
///
///     @main struct IdleQueues: Plugin { … }
public protocol Plugin {
    init()

    /// What people call it.
    var name: String { get }
    var author: String { get }
    var version: String { get }
    /// The metrics that it wants to see.
    var queries: [Query] { get }
    /// Terraform types whose instances it wants to see.
    var resourceTypes: [String] { get }

    /// What ought to change; an error ends the plugin with its text, and closes nothing.
    func analyze(_ input: Input) throws -> [Opportunity]
}

extension Plugin {
    public var author: String { "" }
    public var version: String { "1" }
    public var queries: [Query] { [] }
    public var resourceTypes: [String] { [] }
}

/// Metrics that a plugin wants to see.
public struct Query: Encodable, Sendable {
    public var name: String
    /// PromQL.
    public var query: String
    /// A Prometheus duration such as `14d`; nil asks for the newest values alone.
    public var window: String?
    public var step: String?

    public init(name: String, query: String, window: String? = nil, step: String? = nil) {
        self.name = name
        self.query = query
        self.window = window
        self.step = step
    }
}

/// What ought to change, and why.
public struct Opportunity: Encodable, Sendable {
    public enum Severity: String, Encodable, Sendable {
        case info, low, medium, high, critical
    }

    public var title: String
    public var description: String
    /// A Terraform address; nil where `labels` lead to the resource.
    public var address: String?
    /// Needed where several workspaces have the address.
    public var workspace: String?
    public var labels: [String: String]
    public var severity: Severity
    public var value: Double?
    public var fix: Fix?
    public var evidence: [String: Value]

    public init(
        title: String, description: String, address: String? = nil, workspace: String? = nil,
        labels: [String: String] = [:], severity: Severity = .medium, value: Double? = nil, fix: Fix? = nil,
        evidence: [String: Value] = [:]
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

/// The change that answers it.
public struct Fix: Encodable, Sendable {
    public var attribute: String
    public var value: Value?
    /// Further attributes that are set with it.
    public var set: [String: Value]
    public var hint: String?
    /// Removes something, so that a person has to make it.
    public var destructive: Bool

    public init(
        attribute: String, value: Value? = nil, set: [String: Value] = [:], hint: String? = nil,
        destructive: Bool = false
    ) {
        self.attribute = attribute
        self.value = value
        self.set = set
        self.hint = hint
        self.destructive = destructive
    }
}
