/// The name of a proposal: the first 10 hexadecimal digits of a digest over what it answers.
///
/// Values, thresholds and texts have no part in it, so the same opportunity always meets the same branch.
package struct ProposalKey: Hashable, Sendable, Comparable, Codable, CustomStringConvertible {
    private static let scheme = "1"

    package let text: String

    package init(workspace: String, rule: String, address: String) {
        text = Digest(of: [Self.scheme, workspace, rule, address]).prefix(10)
    }

    /// Refuses what is not 10 hexadecimal digits.
    package init?(_ text: some StringProtocol) {
        guard text.utf8.count == 10, text.utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) })
        else { return nil }
        self.text = String(text)
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let key = ProposalKey(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a proposal key")
        }
        self = key
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }

    package var description: String { text }

    package static func < (left: ProposalKey, right: ProposalKey) -> Bool { left.text < right.text }
}
