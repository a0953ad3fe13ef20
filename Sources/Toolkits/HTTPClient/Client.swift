/// Sends requests over kept connections, many at a time, from one thread.
package final class Client: Sendable {
    package struct Settings: Sendable {
        /// A PEM file with certificate authorities to trust instead of the system's.
        package var authoritiesFile: String?
        package var userAgent: String
        package var connectDeadline: Duration

        package init(
            authoritiesFile: String? = nil, userAgent: String = "sphinx", connectDeadline: Duration = .seconds(10)
        ) {
            self.authoritiesFile = authoritiesFile
            self.userAgent = userAgent
            self.connectDeadline = connectDeadline
        }
    }

    private let settings: Settings

    package init(_ settings: Settings = Settings()) {
        self.settings = settings
    }

    /// The whole answer, whatever its status.
    package func send(_ request: Request) async throws(HTTPError) -> Response {
        throw .unusable(url: request.url, reason: "not built yet")
    }
}
