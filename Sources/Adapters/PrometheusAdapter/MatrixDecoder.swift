package import Domain

/// Reads Prometheus's answers byte by byte as they arrive; only the samples themselves take memory.
///
/// The form is that of the HTTP API (prometheus.io/docs/prometheus/latest/querying/api): keys may come in any order,
/// and unknown ones are passed over.
package struct MatrixDecoder: Sendable {
    /// Why an answer cannot be read.
    package struct Mistake: Error, Equatable, Sendable {
        package let message: String
    }

    /// What the value that comes next means.
    private enum Place: Equatable {
        case unknown, envelope, status, warnings, data, resultType, result, series, labels, label
        case samples, sample, time, value, scalarTime, scalarValue
    }

    private enum Container: Equatable {
        case object(Place), array(Place)
    }

    private enum Token {
        case none, string, escape, unicode, word
    }

    private static let longestText = 1 << 20

    private var stack: [Container] = []
    private var token = Token.none
    private var text: [UInt8] = []
    private var unicode: [UInt8] = []
    private var expectsKey = false
    private var key: [UInt8] = []
    private var isDone = false
    private var mistake: Mistake?

    private var isSuccess = false
    private var resultType = ""
    private var series: [Series] = []
    private var labels: Labels = [:]
    private var samples: [Sample] = []
    private var time = 0.0
    private var indexInSample = 0
    private var warnings: [String] = []
    private var hasResult = false

    package init() {}

    package mutating func feed(_ chunk: [UInt8]) {
        guard mistake == nil else { return }
        var index = 0
        while index < chunk.count, mistake == nil {
            switch token {
            case .none:
                if isInSamples, let plain = PlainSample(chunk, from: index) {
                    samples.append(plain.sample)
                    index = plain.end
                    continue
                }
                structural(chunk[index])
            case .word where !Self.isWord(chunk[index]):
                endWord()
                continue
            case .word: take(chunk[index..<(index + 1)])
            case .string:
                index = string(chunk, from: index)
                continue
            case .escape: escape(chunk[index])
            case .unicode: hexDigit(chunk[index])
            }
            index += 1
        }
    }

    /// The whole answer, or why there is none.
    package mutating func finish() -> Result<MetricAnswer, Mistake> {
        if token == .word, mistake == nil { endWord() }
        if let mistake { return .failure(mistake) }
        guard isDone else { return .failure(Mistake(message: "it ends too early")) }
        guard isSuccess, hasResult else { return .failure(Mistake(message: "it is not a result")) }
        guard ["matrix", "vector", "scalar"].contains(resultType) else {
            return .failure(Mistake(message: "the result is of the type '\(resultType)'"))
        }
        return .success(MetricAnswer(series: series, warnings: warnings))
    }

    // MARK: Structure

    private mutating func structural(_ byte: UInt8) {
        switch byte {
        case 0x20, 0x0A, 0x0D, 0x09: return
        case UInt8(ascii: "{"): open(.object(isDone ? .unknown : place))
        case UInt8(ascii: "["): open(.array(place))
        case UInt8(ascii: "}"), UInt8(ascii: "]"): close(byte)
        case UInt8(ascii: "\""):
            text.removeAll(keepingCapacity: true)
            token = .string
        case UInt8(ascii: ","): expectsKey = isInObject
        case UInt8(ascii: ":"): expectsKey = false
        default:
            guard Self.isWord(byte) else { return fail("a character that JSON does not know") }
            text.removeAll(keepingCapacity: true)
            text.append(byte)
            token = .word
        }
    }

    private var isInObject: Bool {
        if case .object? = stack.last { true } else { false }
    }

    private var isInSamples: Bool {
        if case .array(.samples)? = stack.last { true } else { false }
    }

    /// What the next value means, by where it stands.
    private var place: Place {
        switch stack.last {
        case nil: .envelope
        case .object(.envelope)?: envelopeMember
        case .object(.data)?: dataMember
        case .object(.series)?: seriesMember
        case .object(.labels)?: .label
        case .array(.warnings)?: .warnings
        case .array(.result)?: resultType == "scalar" ? (indexInSample == 0 ? .scalarTime : .scalarValue) : .series
        case .array(.samples)?: .sample
        case .array(.sample)?: indexInSample == 0 ? .time : .value
        default: .unknown
        }
    }

    private var envelopeMember: Place {
        switch key {
        case Array("status".utf8): .status
        case Array("data".utf8): .data
        case Array("warnings".utf8): .warnings
        default: .unknown
        }
    }

    private var dataMember: Place {
        switch key {
        case Array("resultType".utf8): .resultType
        case Array("result".utf8): .result
        default: .unknown
        }
    }

    private var seriesMember: Place {
        switch key {
        case Array("metric".utf8): .labels
        case Array("values".utf8): .samples
        case Array("value".utf8): .sample
        default: .unknown
        }
    }

    private mutating func open(_ container: Container) {
        if isDone { return fail("text after its end") }
        if stack.count > 64 { return fail("it is nested too deeply") }
        stack.append(container)
        switch container {
        case .object(let place):
            expectsKey = true
            if place == .series { (labels, samples) = ([:], []) }
        case .array(let place):
            expectsKey = false
            if place == .sample { indexInSample = 0 }
            if place == .result { (hasResult, indexInSample) = (true, 0) }
        }
    }

    private mutating func close(_ byte: UInt8) {
        guard let container = stack.popLast() else { return fail("a bracket that closes nothing") }
        switch container {
        case .object(let place):
            if byte != UInt8(ascii: "}") { return fail("a bracket that closes nothing") }
            if place == .series { series.append(Series(labels: labels, samples: samples)) }
        case .array(let place):
            if byte != UInt8(ascii: "]") { return fail("a bracket that closes nothing") }
            if place == .sample, indexInSample != 2 { return fail("a sample that is no pair") }
        }
        expectsKey = false
        if stack.isEmpty { isDone = true }
    }

    private mutating func fail(_ message: String) {
        mistake = Mistake(message: message)
    }

    // MARK: Words and numbers

    private static func isWord(_ byte: UInt8) -> Bool {
        (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A) || (0x2B...0x39).contains(byte) && byte != 0x2C && byte != 0x2F
    }

    private mutating func endWord() {
        token = .none
        if isDone || stack.isEmpty { return fail("it is not a JSON object") }
        if text.starts(with: "true".utf8) || text.starts(with: "false".utf8) || text.starts(with: "null".utf8) {
            return text.count <= 5 ? () : fail("a word that JSON does not know")
        }
        guard let number = Decimal.value(of: text[...]) else { return fail("a number that is none") }
        switch place {
        case .time, .scalarTime:
            time = number
            indexInSample += 1
        default: return
        }
    }

    private mutating func take(_ bytes: ArraySlice<UInt8>) {
        guard text.count + bytes.count <= Self.longestText else { return fail("a text in it is longer than 1 MiB") }
        text.append(contentsOf: bytes)
    }

    // MARK: Strings

    /// Takes everything up to the closing quote, or to the end of the chunk.
    private mutating func string(_ chunk: [UInt8], from start: Int) -> Int {
        var index = start
        while index < chunk.count, chunk[index] != UInt8(ascii: "\""), chunk[index] != UInt8(ascii: "\\") { index += 1 }
        take(chunk[start..<index])
        guard index < chunk.count else { return index }
        if chunk[index] == UInt8(ascii: "\\") {
            token = .escape
        } else {
            token = .none
            endString()
        }
        return index + 1
    }

    private mutating func escape(_ byte: UInt8) {
        token = .string
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "u"):
            unicode.removeAll(keepingCapacity: true)
            token = .unicode
        default: fail("an escape that JSON does not know")
        }
    }

    /// A pair of surrogates comes as two escapes; the first waits in `surrogate`.
    private var surrogate: UInt32?

    private mutating func hexDigit(_ byte: UInt8) {
        unicode.append(byte)
        guard unicode.count == 4 else { return }
        token = .string
        guard let code = UInt32(String(decoding: unicode, as: UTF8.self), radix: 16) else {
            return fail("an escape that JSON does not know")
        }
        if let high = surrogate, (0xDC00...0xDFFF).contains(code) {
            surrogate = nil
            append(Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (code - 0xDC00)))
        } else if (0xD800...0xDBFF).contains(code) {
            surrogate = code
        } else {
            append(Unicode.Scalar(code))
        }
    }

    private mutating func append(_ scalar: Unicode.Scalar?) {
        text.append(contentsOf: Array(String(Character(scalar ?? "\u{FFFD}")).utf8))
    }

    private mutating func endString() {
        surrogate = nil
        if isInObject, expectsKey {
            key = text
            return
        }
        if isDone || stack.isEmpty { return fail("it is not a JSON object") }
        switch place {
        case .status: isSuccess = text.elementsEqual("success".utf8)
        case .resultType: resultType = String(decoding: text, as: UTF8.self)
        case .warnings: warnings.append(String(decoding: text, as: UTF8.self))
        case .label: labels[String(decoding: key, as: UTF8.self)] = String(decoding: text, as: UTF8.self)
        case .value: addSample()
        case .scalarValue: addScalar()
        default: return
        }
    }

    private mutating func addSample() {
        guard let value = Decimal.sample(text[...]) else { return fail("a value that is no number") }
        samples.append(Sample(time: time, value: value))
        indexInSample += 1
    }

    private mutating func addScalar() {
        guard let value = Decimal.sample(text[...]) else { return fail("a value that is no number") }
        series.append(Series(labels: [:], samples: [Sample(time: time, value: value)]))
        indexInSample += 1
    }
}
