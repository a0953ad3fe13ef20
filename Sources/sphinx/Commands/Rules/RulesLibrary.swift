import ArgumentParser
import Domain
import Reports
import RuleLibrary
import RulesFileAdapter

struct RulesLibrary: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "library", abstract: "List the rules that come with Sphinx, or print one of their files.")

    @OptionGroup var options: GlobalOptions

    @Argument(help: "A file of the library, such as aws-state.")
    var name: String?

    func run() async throws {
        try await options.reporting { _ in
            guard let name else { return try list() }
            guard let file = RuleLibrary.file(named: name) else {
                let known = RuleLibrary.files.map { $0.path.dropFirst(RuleLibrary.scheme.count) }
                throw Problem(
                    .needsPerson, "the library has no '\(name)'", hint: "known: \(known.joined(separator: ", "))")
            }
            options.console.print(file.text)
        }
    }

    private func list() throws {
        var rows: [[String]] = []
        for file in RuleLibrary.files {
            for rule in try RulesFile().rules(in: file).rules {
                rows.append([file.path, rule.id, rule.severity.rawValue, rule.enabled ? "yes" : "no", rule.name])
            }
        }
        options.show(
            Table(columns: ["include", "rule", "severity", "enabled", "name"], rows: rows),
            schema: "sphinx.library/1", named: "rules")
    }
}
