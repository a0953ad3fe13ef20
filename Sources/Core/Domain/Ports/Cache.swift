/// Keeps what was dear to make, by the digest of what it was made from; losing it costs time or tokens only.
package protocol Cache: Sendable {
    func value(for key: Digest) -> [UInt8]?
    func keep(_ value: [UInt8], for key: Digest)
}
