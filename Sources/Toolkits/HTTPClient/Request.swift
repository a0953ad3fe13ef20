/// One HTTP request.
package struct Request: Sendable {
    package var method: String
    package var url: String
    /// In the order in which they are sent; values are never logged.
    package var headers: [(name: String, value: String)]
    package var body: [UInt8]
    package var deadline: Duration
    /// Of the decoded body; a longer answer is an error.
    package var responseBytes: Int
    /// Asks for a compressed answer.
    package var compressed: Bool

    package init(
        _ method: String, _ url: String, headers: [(name: String, value: String)] = [], body: [UInt8] = [],
        deadline: Duration = .seconds(30), responseBytes: Int = 64 << 20, compressed: Bool = false
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.deadline = deadline
        self.responseBytes = responseBytes
        self.compressed = compressed
    }
}

package struct Response: Sendable {
    package let status: Int
    /// Names in lower case; of repeated ones the last.
    package let headers: [String: String]
    package let body: [UInt8]

    package init(status: Int, headers: [String: String], body: [UInt8]) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

/// A request that got no whole answer.
package enum HTTPError: Error, Equatable, Sendable {
    /// A URL that cannot be used, or a scheme that is not allowed.
    case unusable(url: String, reason: String)
    /// No connection, or one that broke: worth another try.
    case connection(host: String, reason: String)
    /// The server's certificate was not accepted.
    case certificate(host: String, reason: String)
    case deadlinePassed(host: String, after: Duration)
    case tooLarge(host: String, limit: Int)
    case cancelled
}
