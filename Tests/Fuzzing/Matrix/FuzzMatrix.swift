import Domain
import Glibc
import PrometheusAdapter

@main
struct Fuzzing {
    static func main() {
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        exit(run(&count, &arguments) { fuzz($0, $1) })
    }
}

/// libFuzzer's own loop (LLVM, "libFuzzer: using libFuzzer as a library").
@_silgen_name("LLVMFuzzerRunDriver")
private func run(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
    _ body: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// The decoder of Prometheus's answers: no crash, and the same answer however it is cut into chunks.
private func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    // The first byte says how long chunks are.
    let size = Int(bytes.first ?? 0) % 17 + 1
    let text = Array(bytes.dropFirst())
    precondition(
        MatrixFuzzing.outcome(text, chunks: max(1, text.count)) == MatrixFuzzing.outcome(text, chunks: size),
        "chunks change the answer")
    return 0
}

enum MatrixFuzzing {
    /// What is equal where answers are, with NaN equal to itself.
    static func outcome(_ text: [UInt8], chunks size: Int) -> String {
        var decoder = MatrixDecoder()
        var start = 0
        while start < text.count {
            let end = min(text.count, start + size)
            decoder.feed(Array(text[start..<end]))
            start = end
        }
        switch decoder.finish() {
        case .failure(let mistake): return "mistake: \(mistake.message)"
        case .success(let answer):
            let series = answer.series.map { series in
                let labels = series.labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
                let samples = series.samples.map { "\($0.time.bitPattern):\($0.value.bitPattern)" }
                return "\(labels) \(samples)"
            }
            return "\(series) \(answer.warnings)"
        }
    }
}
