import Domain
import Synchronization

/// Decodes an answer while it arrives; of an answer that is no result its first bytes are kept.
final class Decoding: Sendable {
    private static let kept = 16 << 10

    private struct State {
        var decoder = MatrixDecoder()
        var start: [UInt8] = []
    }

    private let state = Mutex(State())

    func feed(_ chunk: [UInt8]) {
        state.withLock { state in
            if state.start.count < Self.kept { state.start += chunk.prefix(Self.kept - state.start.count) }
            state.decoder.feed(chunk)
        }
    }

    /// The first bytes of the answer.
    var start: [UInt8] { state.withLock { $0.start } }

    func answer(to query: MetricQuery) throws(Problem) -> MetricAnswer {
        let result = state.withLock { $0.decoder.finish() }
        switch result {
        case .success(let answer): return answer
        case .failure(let mistake):
            throw Problem(
                .passing, "Prometheus's answer could not be read: \(mistake.message): \(query.shown)",
                hint: "check that PROMETHEUS_URL leads to Prometheus and not to a login page")
        }
    }
}
