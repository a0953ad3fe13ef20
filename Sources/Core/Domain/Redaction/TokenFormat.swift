/// A form in which tokens are issued: how they begin, and what follows.
///
/// The prefixes are their issuers' own (GitHub, GitLab, Google, Slack, AWS, HashiCorp and others document them, so that
/// they can be searched for); lengths are the shortest that were issued, as newer ones are longer.
struct TokenFormat: Sendable {
    private enum Alphabet {
        case upper, word, url, base64, path

        func contains(_ byte: UInt8) -> Bool {
            switch self {
            case .upper: byte.isDigit || byte.isUpper
            case .word: byte.isAlphanumeric || byte == UInt8(ascii: "_")
            case .url: byte.isAlphanumeric || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
            case .base64: byte.isAlphanumeric || "+/=".utf8.contains(byte)
            case .path: byte.isAlphanumeric || "_-/.".utf8.contains(byte)
            }
        }
    }

    private let prefix: [UInt8]
    private let alphabet: Alphabet
    private let length: Int
    /// Not one character more, as a longer word is something else.
    private let isExact: Bool

    private init(_ prefix: String, _ alphabet: Alphabet, _ length: Int, exactly isExact: Bool = false) {
        self.prefix = Array(prefix.utf8)
        self.alphabet = alphabet
        self.length = length
        self.isExact = isExact
    }

    private static let all: [TokenFormat] =
        [
            // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html: AROA, AIDA … are only names.
            TokenFormat("AKIA", .upper, 16, exactly: true), TokenFormat("ASIA", .upper, 16, exactly: true),
            TokenFormat("ABIA", .upper, 16, exactly: true), TokenFormat("ACCA", .upper, 16, exactly: true),
            TokenFormat("AIza", .url, 30), TokenFormat("AQ.", .url, 30), TokenFormat("ya29.", .path, 20),
            TokenFormat("GOCSPX-", .url, 20), TokenFormat("github_pat_", .word, 22),
            TokenFormat("https://hooks.slack.com/services/", .path, 20),
            TokenFormat("hvs.", .url, 20), TokenFormat("hvb.", .url, 20), TokenFormat("npm_", .word, 36),
            TokenFormat("pypi-", .url, 50), TokenFormat("sk_live_", .word, 16), TokenFormat("rk_live_", .word, 16),
            TokenFormat("sk-ant-", .url, 20), TokenFormat("sk-proj-", .url, 20), TokenFormat("SG.", .path, 40),
            TokenFormat("dop_v1_", .word, 40), TokenFormat("glpat-", .path, 20), TokenFormat("xapp-", .url, 20),
        ]
        + ["ghp_", "gho_", "ghu_", "ghs_", "ghr_"].map { TokenFormat($0, .word, 30) }
        + ["gldt-", "glrt-", "glcbt-", "glptt-", "glft-", "glsoat-", "glagent-", "gloas-"].map {
            TokenFormat($0, .url, 20)
        }
        + ["xoxa-", "xoxb-", "xoxe-", "xoxo-", "xoxp-", "xoxr-", "xoxs-"].map { TokenFormat($0, .url, 10) }

    /// By their first byte.
    private static let byStart = all.reduce(into: [[TokenFormat]](repeating: [], count: 256)) {
        $0[Int($1.prefix[0])].append($1)
    }

    static func places(in bytes: [UInt8]) -> [Range<Int>] {
        var places = Envelope.places(in: bytes)
        var runs: [Alphabet: KnownRun] = [:]
        for index in bytes.indices where Bytes.beginsWord(bytes, at: index) {
            for format in byStart[Int(bytes[index])] {
                guard let place = format.place(in: bytes, at: index, &runs) else { continue }
                places.append(place)
                break
            }
        }
        return places
    }

    private func place(in bytes: [UInt8], at index: Int, _ runs: inout [Alphabet: KnownRun]) -> Range<Int>? {
        let start = index + prefix.count
        guard start < bytes.count, bytes[index..<start].elementsEqual(prefix) else { return nil }
        let end = runs[alphabet, default: KnownRun()].end(in: bytes, from: start, alphabet.contains)
        guard isExact ? end - start == length : end - start >= length else { return nil }
        return index..<end
    }
}
