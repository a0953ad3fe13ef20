import Domain
import Synchronization

/// Decodes an answer while it arrives; of an answer that is no result its first bytes are kept.
final class Decoding: Sendable {
    private static let kept = 16 << 10

    private struct State {
        var decoder = MatrixDecoder()
        var start: [UInt8] = []
        var bytes = 0
    }

    private let state = Mutex(State())

    func feed(_ chunk: [UInt8]) {
        state.withLock { state in
            if state.start.count < Self.kept { state.start += chunk.prefix(Self.kept - state.start.count) }
            state.decoder.feed(chunk)
            state.bytes += chunk.count
        }
    }

    /// The first bytes of the answer.
    var start: [UInt8] { state.withLock { $0.start } }

    func answer(to query: MetricQuery) throws(Problem) -> MetricAnswer {
        let (result, bytes) = state.withLock { ($0.decoder.finish(), $0.bytes) }
        switch result {
        case .success(let answer):
            return MetricAnswer(series: answer.series, warnings: answer.warnings, bytes: bytes)
        case .failure(let mistake):
            throw Problem(
                .passing, "Prometheus's answer could not be read: \(mistake.message): \(query.shown)",
                hint: "check that PROMETHEUS_URL leads to Prometheus and not to a login page")
        }
    }
}
