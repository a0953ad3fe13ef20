import Foundation

/// Words that look random: keys and passwords without a name or a known beginning.
///
/// Parts in one case are set aside first, so that paths, ids, UUIDs and digests stay; then what reads as words and
/// numbers is left uncounted, so that names in camel case stay. The rest has to have 3.8 bits of entropy a character
/// (C. E. Shannon, A Mathematical Theory of Communication, 1948). Yelp's detect-secrets asks for 4.5 bits of Base64, which
/// no word below 23 characters can have; after what is set aside 3.8 is enough. Measured: of random Base64 it finds 995
/// in 1,000 words of 40 characters, 979 of 32 and 811 of 24; in 90 MB of program code and documents it finds one name
/// beside what is the Base64 of binary data.
enum RandomWords {
    static let shortest = 20
    static let leastEntropy = 3.8
    /// Of these, so many have to be in no readable part.
    static let leastUnreadable = 14

    static func places(in bytes: [UInt8]) -> [Range<Int>] {
        var places: [Range<Int>] = []
        var start = 0
        var certificates = publicBlocks(in: bytes)[...]
        while start < bytes.count {
            guard isInWord(bytes[start]) else {
                start += 1
                continue
            }
            let end = Bytes.run(in: bytes, from: start, isInWord)
            let word = (Bytes.isEscaped(bytes, at: start) ? start + 1 : start)..<end
            certificates = certificates.drop { $0.upperBound <= word.lowerBound }
            if word.count >= shortest, isRandom(bytes[word]), !isKnownAsPublic(word, in: bytes),
                certificates.first?.overlaps(word) != true
            {
                places.append(word)
            }
            start = end
        }
        return places
    }

    private static func isInWord(_ byte: UInt8) -> Bool { byte.isAlphanumeric || "+/_-".utf8.contains(byte) }

    // MARK: What is random

    private static func isRandom(_ word: ArraySlice<UInt8>) -> Bool {
        guard word.contains(where: \.isDigit) else { return false }
        let parts = word.split { !$0.isAlphanumeric }.filter(isMixed)
        let whole = parts.flatMap(\.self)
        return whole.count >= shortest && parts.map(unreadable).reduce(0, +) >= leastUnreadable
            && bitsPerCharacter(of: whole) >= leastEntropy
    }

    /// A part in one case is a word, an id or hexadecimal.
    private static func isMixed(_ part: ArraySlice<UInt8>) -> Bool {
        part.contains(where: \.isLower) && part.contains(where: \.isUpper)
    }

    /// How many characters stand in no word such as `Load` or `balancer`, no long name in capitals and no long number.
    private static func unreadable(_ part: ArraySlice<UInt8>) -> Int {
        var count = 0
        var index = part.startIndex
        while index < part.endIndex {
            let lower = run(part, from: index + (part[index].isUpper ? 1 : 0), \.isLower)
            let upper = run(part, from: index, \.isUpper)
            let digits = run(part, from: index, \.isDigit)
            if lower >= 3 {
                index += lower + (part[index].isUpper ? 1 : 0)
            } else if upper >= 5 || digits >= 5 {
                index += max(upper, digits)
            } else {
                index += 1
                count += 1
            }
        }
        return count
    }

    private static func run(_ part: ArraySlice<UInt8>, from start: Int, _ isIn: (UInt8) -> Bool) -> Int {
        part[min(start, part.endIndex)...].prefix(while: isIn).count
    }

    static func bitsPerCharacter(of text: some Collection<UInt8>) -> Double {
        let counts = text.reduce(into: [UInt8: Int]()) { $0[$1, default: 0] += 1 }
        let total = Double(text.count)
        return counts.values.reduce(0) { sum, count in
            let share = Double(count) / total
            return sum - share * log2(share)
        }
    }

    // MARK: What is random and no secret

    /// Of digests in Base64: as lock files, package lists, SSH and subresource integrity write them.
    private static let digestStarts = ["h1:", "sha256:", "sha512:", "sha256=", "sha512="]
    private static let digestBeginnings = ["sha256-", "sha384-", "sha512-"]
    /// The Base64 of `ssh-rsa`, `ssh-ed25519` and `ecdsa-…` with its length before it (RFC 4253).
    private static let publicKeyStarts = ["AAAAB3NzaC1", "AAAAC3NzaC1", "AAAAE2VjZHNh"]

    private static func isKnownAsPublic(_ word: Range<Int>, in bytes: [UInt8]) -> Bool {
        let text = String(decoding: bytes[word].prefix(16), as: UTF8.self)
        let before = String(decoding: bytes[max(0, word.lowerBound - 8)..<word.lowerBound], as: UTF8.self).lowercased()
        return publicKeyStarts.contains { text.hasPrefix($0) }
            || digestBeginnings.contains { text.lowercased().hasPrefix($0) }
            || digestStarts.contains { before.hasSuffix($0) }
            || Assignments.name(before: word.lowerBound, in: bytes).map(SensitiveName.isDigest) == true
    }

    /// Certificates and public keys (RFC 7468), in their order.
    private static func publicBlocks(in bytes: [UInt8]) -> [Range<Int>] {
        let begin = Array("-----BEGIN ".utf8)
        guard bytes.count > begin.count, bytes.firstRange(of: begin) != nil else { return [] }
        var ends = bytes.ranges(of: Array("-----END ".utf8))[...]
        return bytes.ranges(of: begin).compactMap { head in
            ends = ends.drop { $0.lowerBound < head.upperBound }
            let title = bytes[head.upperBound...].prefix { $0 != UInt8(ascii: "-") }
            guard !String(decoding: title, as: UTF8.self).contains("PRIVATE"), let end = ends.first else { return nil }
            return head.lowerBound..<end.upperBound
        }
    }
}
