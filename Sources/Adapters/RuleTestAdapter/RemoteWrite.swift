import Domain

/// Samples as Prometheus's remote-write protocol 1.0 takes them: a protobuf message in Snappy's block format.
///
/// Unlike OpenMetrics it can say staleness markers. Source: the Prometheus remote-write specification, and Snappy's
/// format description; only literals are written, which every reader takes.
enum RemoteWrite {
    /// The NaN that stands for a staleness marker (Prometheus, `model/value`).
    static let staleNaN = Double(bitPattern: 0x7ff0_0000_0000_0002)

    struct Batch {
        let labels: Labels
        /// Milliseconds since 1970, and values.
        let samples: [(time: Int64, value: Double)]
    }

    static func body(_ batches: [Batch]) -> [UInt8] {
        snappy(batches.flatMap { message(1, series($0)) })
    }

    // MARK: Protobuf

    private static func series(_ batch: Batch) -> [UInt8] {
        let labels = batch.labels.sorted { $0.key < $1.key }.flatMap { name, value in
            message(1, message(1, Array(name.utf8)) + message(2, Array(value.utf8)))
        }
        let samples = batch.samples.flatMap { sample in
            message(2, [0x09] + little(sample.value.bitPattern) + [0x10] + varint(UInt64(bitPattern: sample.time)))
        }
        return labels + samples
    }

    /// A length-delimited field.
    private static func message(_ field: UInt8, _ bytes: [UInt8]) -> [UInt8] {
        [field << 3 | 2] + varint(UInt64(bytes.count)) + bytes
    }

    private static func varint(_ number: UInt64) -> [UInt8] {
        var (rest, bytes): (UInt64, [UInt8]) = (number, [])
        while rest >= 0x80 {
            bytes.append(UInt8(rest & 0x7f) | 0x80)
            rest >>= 7
        }
        return bytes + [UInt8(rest)]
    }

    private static func little(_ number: UInt64) -> [UInt8] { (0..<8).map { UInt8(number >> ($0 * 8) & 0xff) } }

    // MARK: Snappy

    private static let longestLiteral = 1 << 16

    private static func snappy(_ bytes: [UInt8]) -> [UInt8] {
        var result = varint(UInt64(bytes.count))
        var start = 0
        while start < bytes.count {
            let end = min(start + longestLiteral, bytes.count)
            let length = end - start - 1
            // A literal whose length stands in the two bytes after its tag.
            result += [61 << 2, UInt8(length & 0xff), UInt8(length >> 8)] + bytes[start..<end]
            start = end
        }
        return result
    }
}
