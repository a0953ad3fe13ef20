/// What a plugin looks at.
public struct Input: Decodable, Sendable {
    /// The time of the run, ISO 8601.
    public let at: String
    /// Query name → series.
    public let metrics: [String: [Series]]
    /// Without sensitive values.
    public let resources: [Resource]

    public init(at: String, metrics: [String: [Series]] = [:], resources: [Resource] = []) {
        self.at = at
        self.metrics = metrics
        self.resources = resources
    }
}

/// Samples of one label set, in the order of time.
public struct Series: Decodable, Sendable {
    public let labels: [String: String]
    public let samples: [Sample]

    public init(labels: [String: String], samples: [Sample]) {
        self.labels = labels
        self.samples = samples
    }

    public var newest: Double? { samples.last?.value }
}

/// One value at one moment.
public struct Sample: Decodable, Sendable {
    /// Seconds since 1970.
    public let time: Double
    public let value: Double

    public init(time: Double, value: Double) {
        self.time = time
        self.value = value
    }

    /// `[time, value]`; what JSON has no number for is a text, as in Prometheus.
    public init(from decoder: any Decoder) throws {
        var container = try decoder.unkeyedContainer()
        time = try container.decode(Double.self)
        value =
            if let number = try? container.decode(Double.self) { number } else {
                Double(try container.decode(String.self)) ?? .nan
            }
    }
}

/// One instance in Terraform's state.
public struct Resource: Decodable, Sendable {
    public let workspace: String
    public let address: String
    public let type: String
    public let values: Value

    public init(workspace: String, address: String, type: String, values: Value) {
        self.workspace = workspace
        self.address = address
        self.type = type
        self.values = values
    }
}
