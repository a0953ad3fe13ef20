import Domain
import Foundation
import Testing

@testable import PrometheusAdapter

@Suite("Answers that fuzzing has found")
struct MatrixCorpusTests {
    private static func outcome(_ bytes: [UInt8], chunks size: Int) -> String {
        var decoder = MatrixDecoder()
        for start in stride(from: 0, to: bytes.count, by: size) {
            decoder.feed(Array(bytes[start..<min(start + size, bytes.count)]))
        }
        switch decoder.finish() {
        case .failure(let mistake): return mistake.message
        case .success(let answer):
            // Labels come in no order, and NaN is equal to nothing.
            let series = answer.series.map { series in
                "\(series.labels.sorted { $0.key < $1.key }) \(series.samples)"
            }
            return "\(series) \(answer.warnings)"
        }
    }

    @Test("every input of the corpus gives the same answer, however it is cut")
    func corpus() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Fuzzing/Corpus/matrix")
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        #expect(files.count > 15)
        for url in files {
            let bytes = Array(try Data(contentsOf: url).dropFirst())
            let whole = Self.outcome(bytes, chunks: max(1, bytes.count))
            for size in [1, 3, 16] { #expect(Self.outcome(bytes, chunks: size) == whole, "\(url.lastPathComponent)") }
        }
    }
}
