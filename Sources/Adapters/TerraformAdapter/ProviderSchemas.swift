import Domain
import Foundation

/// Finds one resource type in `terraform providers schema -json` without decoding the rest of it.
///
/// The document of one large provider has tens of megabytes, of which one type is wanted.
struct ProviderSchemas {
    private static let largest = 4 << 20

    private let scanner: JSONScanner

    init(_ bytes: [UInt8]) {
        scanner = JSONScanner(bytes: bytes)
    }

    /// Nil where no provider knows the type, or where its schema is too large for any use.
    func resource(_ type: String) -> JSONValue? {
        guard let providers = scanner.members(at: 0)["provider_schemas"] else { return nil }
        let found = scanner.members(at: providers.lowerBound).sorted { $0.key < $1.key }.lazy.compactMap { provider in
            scanner.members(at: provider.value.lowerBound)["resource_schemas"].flatMap {
                scanner.members(at: $0.lowerBound)[type]
            }
        }.first
        guard let found, found.count <= Self.largest else { return nil }
        return try? JSONDecoder().decode(JSONValue.self, from: Data(scanner.bytes[found]))
    }
}

/// Says where the members of an object lie in a JSON document that Terraform wrote.
struct JSONScanner {
    let bytes: [UInt8]

    /// The places of the values, by name; empty where no object begins.
    func members(at start: Int) -> [String: Range<Int>] {
        var members: [String: Range<Int>] = [:]
        var index = afterSpace(start)
        guard index < bytes.count, bytes[index] == UInt8(ascii: "{") else { return [:] }
        index = afterSpace(index + 1)
        while index < bytes.count, bytes[index] == UInt8(ascii: "\"") {
            let name = index..<end(of: index)
            let value = afterSpace(afterSpace(name.upperBound) + 1)
            let close = end(of: value)
            guard value < close else { break }
            members[String(decoding: bytes[name].dropFirst().dropLast(), as: UTF8.self)] = value..<close
            index = afterSpace(close)
            guard index < bytes.count, bytes[index] == UInt8(ascii: ",") else { break }
            index = afterSpace(index + 1)
        }
        return members
    }

    private func afterSpace(_ start: Int) -> Int {
        var index = start
        while index < bytes.count, bytes[index] <= UInt8(ascii: " ") { index += 1 }
        return index
    }

    /// Behind the value that begins here; the end of the document where it has none.
    private func end(of start: Int) -> Int {
        var index = start
        var depth = 0
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\""):
                index = endOfString(index)
                if depth == 0 { return index }
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                index += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if depth > 0 { index += 1 }
                depth -= 1
                if depth <= 0 { return index }
            case UInt8(ascii: ",") where depth == 0: return index
            default: index += 1
            }
        }
        return bytes.count
    }

    private func endOfString(_ start: Int) -> Int {
        var index = start + 1
        while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
            index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        return min(index + 1, bytes.count)
    }
}
