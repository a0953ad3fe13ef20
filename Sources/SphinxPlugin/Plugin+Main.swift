public import Foundation

extension Plugin {
    /// Answers the one request on standard input.
    public static func main() {
        do {
            let answer = try Self().answer(to: FileHandle.standardInput.readToEnd() ?? Data())
            try FileHandle.standardOutput.write(contentsOf: answer)
        } catch {
            try? FileHandle.standardError.write(contentsOf: Data("\(error)\n".utf8))
            exit(1)
        }
    }

    /// The document that answers a request; tests call it without a process.
    public func answer(to request: Data) throws -> Data {
        let request = try JSONDecoder().decode(Request.self, from: request)
        guard request.schema == Request.known else { throw UnknownRequest(words: "the schema '\(request.schema)'") }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        switch request.action {
        case "describe":
            return try encoder.encode(
                Description(
                    name: name, author: author, version: version, queries: queries, resourceTypes: resourceTypes))
        case "analyze":
            let input = Input(
                at: request.at ?? "", metrics: request.metrics ?? [:], resources: request.resources ?? [])
            return try encoder.encode(Answer(opportunities: try analyze(input)))
        default: throw UnknownRequest(words: "the action '\(request.action)'")
        }
    }
}

private struct Request: Decodable {
    static let known = "sphinx.plugin/1"

    let schema: String
    let action: String
    let at: String?
    let metrics: [String: [Series]]?
    let resources: [Resource]?
}

private struct Description: Encodable {
    var schema = Request.known
    let name: String
    let author: String
    let version: String
    let queries: [Query]
    let resourceTypes: [String]
}

private struct Answer: Encodable {
    var schema = Request.known
    let opportunities: [Opportunity]
}

/// A request of another version.
private struct UnknownRequest: Error, CustomStringConvertible {
    let words: String

    var description: String { "\(words) is not known to this plugin" }
}
