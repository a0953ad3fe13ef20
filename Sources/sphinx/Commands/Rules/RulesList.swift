import ArgumentParser
import Domain
import Reports

struct RulesList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the rules.")

    @OptionGroup var options: GlobalOptions
    @OptionGroup var source: RulesOptions

    func run() async throws {
        try await options.reporting { composition in
            let set = try await source.rules(composition, base: options.base)
            for warning in set.warnings { options.console.problem(warning) }
            let rows = set.rules.map { rule in
                [
                    rule.id, rule.source.rawValue, rule.kind?.rawValue ?? "-", rule.severity.rawValue,
                    rule.enabled ? "yes" : "no", rule.resource.type ?? "-",
                    rule.condition?.description ?? rule.resource.filter?.description ?? "there is one",
                ]
            }
            options.show(
                Table(
                    columns: ["rule", "source", "kind", "severity", "enabled", "resource", "condition"], rows: rows),
                schema: "sphinx.rules/1", named: "rules")
        }
    }
}
