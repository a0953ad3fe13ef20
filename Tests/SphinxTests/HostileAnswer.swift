import Domain
import Foundation
import Testing

/// One file of the corpus of answers that must not become a branch.
struct HostileAnswer: Sendable, CustomTestStringConvertible {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "HostileAnswers")

    let name: String
    /// A reason of ``Refusal``, of ``ModelFailure``, or a decision.
    let expected: String
    /// What the reason has to contain.
    let says: String?
    let finish: String
    /// What Terraform would plan for the edited code.
    let planned: [ResourceChange]
    let text: String

    var testDescription: String { name }

    static let all: [HostileAnswer] = {
        let files = try? FileManager.default.contentsOfDirectory(
            at: folder.appending(path: "cases"), includingPropertiesForKeys: nil)
        return (files ?? []).compactMap(HostileAnswer.init).sorted { $0.name < $1.name }
    }()

    /// The workspace that all of them are about.
    static func base(_ name: String) throws -> String {
        try String(contentsOf: folder.appending(path: "base").appending(path: name), encoding: .utf8)
    }

    /// Head lines `key: value`, a line `---`, and the answer as the model sends it.
    private init?(_ file: URL) {
        guard let whole = try? String(contentsOf: file, encoding: .utf8),
            let border = whole.range(of: "\n---\n")
        else { return nil }
        let head = whole[..<border.lowerBound].split(separator: "\n").reduce(into: [String: String]()) { head, line in
            guard let colon = line.range(of: ": ") else { return }
            head[String(line[..<colon.lowerBound])] = String(line[colon.upperBound...])
        }
        guard let expected = head["expect"] else { return nil }
        self.expected = expected
        name = file.deletingPathExtension().lastPathComponent
        says = head["says"]
        finish = head["finish"] ?? "STOP"
        planned = (head["plan"] ?? "aws_instance.web update").split(separator: ";").compactMap(Self.change)
        text = String(whole[border.upperBound...])
    }

    /// `ADDRESS ACTION[,ACTION] [FORCED | KEY=VALUE]`; an address may have a deposed object after it.
    private static func change(_ text: Substring) -> ResourceChange? {
        var words = text.split(separator: " ").map(String.init)
        guard words.count > 1 else { return nil }
        while words[1].hasPrefix("(") || words[0].contains("(") && !words[0].hasSuffix(")") {
            words[0] += " \(words.remove(at: 1))"
        }
        let setting = words.count > 2 ? words[2].split(separator: "=").map(String.init) : []
        let actions = words[1].split(separator: ",").compactMap { ResourceChange.Action(rawValue: String($0)) }
        return ResourceChange(
            address: words[0], actions: actions, before: .object(["size": .integer(2)]),
            after: .object(
                setting.count == 2 ? ["size": .integer(1), setting[0]: .string(setting[1])] : ["size": .integer(1)]),
            replacePaths: setting.count == 1 ? setting : [])
    }
}
