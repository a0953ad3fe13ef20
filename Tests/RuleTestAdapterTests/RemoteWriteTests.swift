import Domain
@testable import RuleTestAdapter
import Testing

@Suite("Samples as Prometheus takes them")
struct RemoteWriteTests {
    /// A reader of Snappy's blocks as far as literals go, by the format's description.
    private static func unpacked(_ bytes: [UInt8]) throws -> [UInt8] {
        var rest = bytes[...]
        var (length, shift) = (0, 0)
        while let byte = rest.popFirst() {
            length |= Int(byte & 0x7F) << shift
            shift += 7
            if byte < 0x80 { break }
        }
        var result: [UInt8] = []
        while let tag = rest.popFirst() {
            try #require(tag & 3 == 0 && tag >> 2 == 61)
            let length = [UInt8](rest.prefix(2))
            try #require(length.count == 2)
            let count = Int(length[0]) + Int(length[1]) * 256 + 1
            rest = rest.dropFirst(2)
            result += rest.prefix(count)
            rest = rest.dropFirst(count)
        }
        #expect(result.count == length)
        return result
    }

    @Test("one sample, byte by byte, as the protocol's description has it")
    func bytes() throws {
        let body = RemoteWrite.body([
            RemoteWrite.Batch(labels: ["job": "a", "__name__": "up"], samples: [(time: 300, value: 1)])
        ])
        let labels: [UInt8] =
            [0x0A, 14, 0x0A, 8] + Array("__name__".utf8) + [0x12, 2] + Array("up".utf8)
            + [0x0A, 8, 0x0A, 3] + Array("job".utf8) + [0x12, 1] + Array("a".utf8)
        let sample: [UInt8] = [0x12, 12, 0x09, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F, 0x10, 0xAC, 0x02]
        let series = labels + sample
        #expect(try Self.unpacked(body) == [0x0A, UInt8(series.count)] + series)
        #expect(body.prefix(4) == [UInt8(series.count + 2), 61 << 2, UInt8(series.count + 1), 0])
    }

    @Test("labels are sorted as bytes, and a time before 1970 takes ten")
    func order() throws {
        let body = try Self.unpacked(
            RemoteWrite.body([
                RemoteWrite.Batch(labels: ["b": "", "a": "é", "Z": "z"], samples: [(time: -1, value: 0)])
            ]))
        #expect(
            body == [0x0A, 46] + [0x0A, 6, 0x0A, 1, 0x5A, 0x12, 1, 0x7A] + [
                0x0A, 7, 0x0A, 1, 0x61, 0x12, 2, 0xC3, 0xA9,
            ]
                + [0x0A, 5, 0x0A, 1, 0x62, 0x12, 0] + [0x12, 20, 0x09, 0, 0, 0, 0, 0, 0, 0, 0, 0x10]
                + [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01])
    }

    @Test("what is longer than a literal goes in several", arguments: [0, 1, 4_000, 40_000])
    func literals(count: Int) throws {
        let samples = (0..<count).map { (time: Int64($0), value: Double($0)) }
        let body = RemoteWrite.body([RemoteWrite.Batch(labels: [:], samples: samples)])
        let message = try Self.unpacked(body)
        #expect(message.count(where: { $0 == 0x09 }) >= count)
        #expect((body.count - message.count) <= 5 + 3 * (message.count / 65_536 + 1))
    }

    @Test("nothing at all is a body, too, and the staleness marker is Prometheus's own NaN")
    func nothing() {
        #expect(RemoteWrite.body([]) == [0])
        #expect(RemoteWrite.staleNaN.isNaN && RemoteWrite.staleNaN.bitPattern == 0x7FF0_0000_0000_0002)
    }
}
