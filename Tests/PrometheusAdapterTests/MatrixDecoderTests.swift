import Domain
import Foundation
import Testing

@testable import PrometheusAdapter

@Suite("Decoding a matrix")
struct MatrixDecoderTests {
    static func decode(_ text: String, chunks size: Int = .max) -> Result<MetricAnswer, MatrixDecoder.Mistake> {
        var decoder = MatrixDecoder()
        let bytes = Array(text.utf8)
        var start = 0
        while start < bytes.count {
            let end = min(bytes.count, start + min(size, bytes.count))
            decoder.feed(Array(bytes[start..<end]))
            start = end
        }
        return decoder.finish()
    }

    static let matrix = """
        {"status":"success","isPartial":false,"data":{"resultType":"matrix","result":[{"metric":{"__name__":"up","a\\"b":"x\\u00e9\\n\\ud83d\\ude00"},
        "values":[[1600000000,"1"],[1600000060.5,"-2.5e-3"],[1600000120,"NaN"],[1600000180,"+Inf"]]},{"metric":{},"values":[]}],
        "stats":{"deep":[1,{"x":[null,true,"y"]}]}},"warnings":["one","two"],"unknown":{"a":[[],{}]}}
        """

    static var expected: MetricAnswer {
        MetricAnswer(
            series: [
                Series(
                    labels: ["__name__": "up", "a\"b": "xé\n😀"],
                    samples: [
                        Sample(time: 1_600_000_000, value: 1), Sample(time: 1_600_000_060.5, value: -0.0025),
                        Sample(time: 1_600_000_180, value: .infinity),
                    ]), Series(labels: [:], samples: []),
            ], warnings: ["one", "two"])
    }

    /// NaN is equal to nothing.
    private func withoutNaN(_ answer: MetricAnswer) -> MetricAnswer {
        MetricAnswer(
            series: answer.series.map { Series(labels: $0.labels, samples: $0.samples.filter { !$0.value.isNaN }) },
            warnings: answer.warnings)
    }

    @Test("gives the same whatever the chunks are", arguments: [1, 2, 3, 7, 64, Int.max])
    func chunks(size: Int) throws {
        let answer = try Self.decode(Self.matrix, chunks: size).get()
        #expect(withoutNaN(answer) == Self.expected)
        #expect(answer.series[0].samples.count == 4 && answer.series[0].samples[2].value.isNaN)
    }

    @Test(
        "a pair in its usual form is read as step by step, and an unusual one is not lost",
        arguments: [
            "[1,\"2\"]", "[1764000000.781,\"0.10000000000000001\"]", "[1,\"-0\"]", "[1,\"-0.5\"]",
            "[1,\"123456789012345\"]",
            "[1,\"1234567890123456\"]", "[1,\"99999999999999999999\"]", "[1,\"1e5\"]", "[1,\"1.5E-3\"]", "[1, \"2\"]",
            "[ 1,\"2\" ]", "[1e3,\"2\"]", "[1,\"0.000000000000001\"]", "[1,\"\\u0032\"]", "[-1,\"2\"]", "[1,\"-Inf\"]",
            "[1.,\"2\"]", "[1,\"2.\"]", "[1,\".5\"]", "[1,\"\"]", "[,\"2\"]", "[1,\"2\",3]", "[1]", "[1,2]",
            "[1,\"2x\"]",
        ])
    func pairs(pair: String) {
        let text =
            "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[{\"metric\":{},\"values\":"
            + "[[0,\"9\"],\(pair),[2,\"8\"]]}]}}"
        #expect(Self.decode(text) == Self.decode(text, chunks: 1))
    }

    @Test(
        "keys in any order, vectors and scalars",
        arguments: [
            (
                "{\"data\":{\"resultType\":\"vector\",\"result\":[{\"value\":[5,\"7\"],\"metric\":{\"a\":\"b\"}}]},\"status\":\"success\"}",
                ["a": "b"], 5.0, 7.0
            ),
            ("{\"status\":\"success\",\"data\":{\"resultType\":\"scalar\",\"result\":[5.5,\"3\"]}}", [:], 5.5, 3),
        ] as [(String, Labels, Double, Double)])
    func forms(text: String, labels: Labels, time: Double, value: Double) throws {
        #expect(
            try Self.decode(text).get().series == [Series(labels: labels, samples: [Sample(time: time, value: value)])])
    }

    @Test("a text that is cut anywhere is an error", arguments: [MatrixDecoderTests.matrix])
    func cut(text: String) {
        for end in 0..<text.utf8.count {
            let part = String(decoding: Array(text.utf8)[..<end], as: UTF8.self)
            if case .success = Self.decode(part) { Issue.record("cut at \(end) it was read") }
        }
    }

    @Test(
        "what is no answer says so",
        arguments: [
            ("{\"status\":\"error\",\"errorType\":\"x\",\"error\":\"y\"}", "it is not a result"),
            ("<html>", "a character that JSON does not know"),
            ("{}", "it is not a result"), ("[]", "it is not a result"), ("", "it ends too early"),
            ("{]", "a bracket that closes nothing"),
            (
                "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[{\"values\":[[1,\"1e\"]]}]}}",
                "a value that is no number"
            ),
            (
                "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[{\"values\":[[1]]}]}}",
                "a sample that is no pair"
            ),
            (
                "{\"status\":\"success\",\"data\":{\"resultType\":\"string\",\"result\":[1,\"x\"]}}",
                "the result is of the type 'string'"
            ),
            ("{\"a\":1}x", "it is not a JSON object"),
        ])
    func mistakes(text: String, message: String) {
        #expect(Self.decode(text) == .failure(MatrixDecoder.Mistake(message: message)))
    }

    @Test("numbers are exact to the last bit")
    func numbers() {
        var state: UInt64 = 1
        for _ in 0..<20_000 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let number = Double(bitPattern: state)
            guard number.isFinite else { continue }
            for text in [
                "\(number)", "\(Float(number))", "\(Int64(truncatingIfNeeded: state) / 1_000_000_000)", "0.\(state)",
            ] {
                #expect(
                    Decimal.sample(Array(text.utf8)[...]).map { $0.bitPattern } == Double(text).map { $0.bitPattern }
                        || Double(text)?.isInfinite == true)
            }
        }
        for text in ["", "-", ".", "1.", ".5", "1e", "1e+", "e5", "0x10", "--1", "1..2", "inf", "1_000"] {
            #expect(Decimal.value(of: Array(text.utf8)[...]) == nil, "\(text)")
        }
    }

    @Test("agrees with Foundation on random answers cut at random places")
    func random() throws {
        var state: UInt64 = 99
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        for _ in 0..<200 {
            let series = (0..<next(4)).map { _ in
                Series(
                    labels: Dictionary((0..<next(3)).map { ("l\($0)", "v\(next(100))\"\\") }) { first, _ in first },
                    samples: (0..<next(5)).map { Sample(time: Double($0 * 60), value: Double(next(1_000_000)) / 1_000) }
                )
            }
            let result: [[String: Any]] = series.map { series in
                ["metric": series.labels, "values": series.samples.map { [$0.time, "\($0.value)"] as [Any] }]
            }
            let document: [String: Any] = ["status": "success", "data": ["resultType": "matrix", "result": result]]
            let data = try JSONSerialization.data(withJSONObject: document)
            #expect(try Self.decode(String(decoding: data, as: UTF8.self), chunks: 1 + next(40)).get().series == series)
        }
    }
}
