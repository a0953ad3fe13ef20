import CCurl
import Synchronization

/// Sends requests over kept connections, many at a time, from one thread.
package final class Client: Sendable {
    package struct Settings: Sendable {
        /// A PEM file with certificate authorities to trust instead of the system's.
        package var authoritiesFile: String?
        package var userAgent: String
        package var connectDeadline: Duration
        /// Plain http only to this machine, so that a wrong address cannot carry a key away in the clear.
        package var requiresTLS: Bool

        package init(
            authoritiesFile: String? = nil, userAgent: String = "sphinx", connectDeadline: Duration = .seconds(10),
            requiresTLS: Bool = false
        ) {
            self.authoritiesFile = authoritiesFile
            self.userAgent = userAgent
            self.connectDeadline = connectDeadline
            self.requiresTLS = requiresTLS
        }
    }

    private let settings: Settings
    private let loop: TransferLoop

    package init(_ settings: Settings = Settings()) {
        self.settings = settings
        loop = TransferLoop()
        loop.start()
    }

    deinit { loop.stop() }

    /// The whole answer, whatever its status.
    package func send(_ request: Request) async throws(HTTPError) -> Response {
        let gathered = Mutex<[UInt8]>([])
        let head = try await send(request) { chunk in gathered.withLock { $0 += chunk } }
        return Response(status: head.status, headers: head.headers, body: gathered.withLock { $0 })
    }

    /// The answer's head; its body goes to the receiver, piece by piece, as it arrives.
    package func send(
        _ request: Request, receiving receiver: @escaping @Sendable ([UInt8]) -> Void
    ) async throws(HTTPError) -> ResponseHead {
        let host = Address.host(of: request.url)
        guard let scheme = Address.scheme(of: request.url), let host else {
            throw .unusable(url: Address.shown(request.url), reason: "it is not an http or https address")
        }
        if settings.requiresTLS, scheme != "https", !Address.isThisMachine(host) {
            throw .unusable(url: Address.shown(request.url), reason: "https is needed to any other machine")
        }
        let transfer = Transfer(request: request, settings: settings, host: host, receiver: receiver)
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { loop.add(transfer, $0) }
        } onCancel: {
            loop.cancel(transfer)
        }
        return try result.get()
    }
}

/// The status line and the headers of an answer.
package struct ResponseHead: Sendable {
    package let status: Int
    /// Names in lower case; of repeated ones the last.
    package let headers: [String: String]
}

/// What of an address may be looked at and shown.
enum Address {
    static func scheme(of url: String) -> String? {
        ["https", "http"].first { url.lowercased().hasPrefix("\($0)://") }
    }

    static func host(of url: String) -> String? {
        guard let start = url.firstRange(of: "://") else { return nil }
        let authority = url[start.upperBound...].prefix { !"/?#".contains($0) }
        let place = authority.split(separator: "@").last ?? ""
        let host = place.hasPrefix("[") ? place.prefix { $0 != "]" } + "]" : place.prefix { $0 != ":" }
        return host.isEmpty || host == "]" ? nil : String(host)
    }

    static func isThisMachine(_ host: String) -> Bool {
        host == "localhost" || host == "[::1]" || host.hasPrefix("127.")
    }

    /// Without user, query and fragment, where secrets may stand.
    static func shown(_ url: String) -> String {
        guard let scheme = scheme(of: url), let host = host(of: url) else { return "<address>" }
        let path = url.dropFirst(scheme.count + 3).drop { $0 != "/" }.prefix { $0 != "?" && $0 != "#" }
        return "\(scheme)://\(host)\(path)"
    }
}
