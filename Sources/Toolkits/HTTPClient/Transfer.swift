import CCurl
import Synchronization

/// One request on its way, and what has come back of its answer.
final class Transfer: Sendable {
    private struct State {
        var headers: [String: String] = [:]
        var received = 0
        var isTooLarge = false
        var isCancelled = false
    }

    let request: Request
    let settings: Client.Settings
    private let host: String
    private let receiver: @Sendable ([UInt8]) -> Void
    private let state = Mutex(State())

    init(
        request: Request, settings: Client.Settings, host: String, receiver: @escaping @Sendable ([UInt8]) -> Void
    ) {
        self.request = request
        self.settings = settings
        self.host = host
        self.receiver = receiver
    }

    var isCancelled: Bool { state.withLock { $0.isCancelled } }

    func cancel() {
        state.withLock { $0.isCancelled = true }
    }

    /// False ends the transfer; the limit counts decoded bytes, so that a small compressed answer cannot pass it.
    func receive(body: UnsafeRawBufferPointer) -> Bool {
        let fits = state.withLock { state in
            state.received += body.count
            state.isTooLarge = state.received > request.responseBytes
            return !state.isTooLarge
        }
        if fits { receiver(Array(body)) }
        return fits
    }

    func receive(header: UnsafeRawBufferPointer) {
        let line = String(decoding: header, as: UTF8.self)
        if line.hasPrefix("HTTP/") { return state.withLock { $0.headers = [:] } }
        guard let colon = line.firstIndex(of: ":") else { return }
        let name = line[..<colon].lowercased()
        let value = line[line.index(after: colon)...].filter { $0 != "\r\n" && $0 != "\n" && $0 != "\r" }
        state.withLock { $0.headers[name] = String(value.drop { $0 == " " || $0 == "\t" }) }
    }

    /// libcurl's result in the client's words.
    func answer(_ code: CURLcode, _ easy: EasyHandle) -> TransferLoop.Answer {
        if code == CURLE_OK {
            return .success(ResponseHead(status: easy.status, headers: state.withLock { $0.headers }))
        }
        if state.withLock({ $0.isTooLarge }) { return .failure(.tooLarge(host: host, limit: request.responseBytes)) }
        let reason = curl_easy_strerror(code).map { String(cString: $0) } ?? "libcurl error \(code.rawValue)"
        switch code {
        case CURLE_OPERATION_TIMEDOUT: return .failure(.deadlinePassed(host: host, after: request.deadline))
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CERTPROBLEM:
            return .failure(.certificate(host: host, reason: reason))
        case CURLE_URL_MALFORMAT: return .failure(.unusable(url: Address.shown(request.url), reason: reason))
        // The scheme was looked at before: this is what libcurl says of an answer without a status line.
        case CURLE_UNSUPPORTED_PROTOCOL:
            return .failure(.connection(host: host, reason: "what answers there does not speak HTTP"))
        case CURLE_PARTIAL_FILE: return .failure(.connection(host: host, reason: "the answer was cut"))
        default: return .failure(.connection(host: host, reason: reason))
        }
    }
}
