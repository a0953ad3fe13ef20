/// The name of a git object: 40 lower-case hexadecimal digits (64 in a SHA-256 repository).
package struct ObjectID: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let hex: String

    /// Refuses anything that is not a full object name.
    package init?(_ text: some StringProtocol) {
        guard text.utf8.count == 40 || text.utf8.count == 64,
            text.utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) })
        else { return nil }
        hex = String(text)
    }

    package var description: String { hex }
    package var short: String { String(hex.prefix(10)) }

    package static func < (left: ObjectID, right: ObjectID) -> Bool { left.hex < right.hex }
}

extension ObjectID: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let id = ObjectID(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not an object name")
        }
        self = id
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(hex)
    }
}
