import Analysis
import ArgumentParser
import Domain

struct RulesExport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Print the rules as alerting rules for Prometheus, as far as it can say them.")

    @OptionGroup var options: GlobalOptions
    @OptionGroup var source: RulesOptions

    @Flag(help: "The form of Prometheus's rule files, which is the only one yet.")
    var prometheus = false

    func run() async throws {
        try await options.reporting { composition in
            let set = try await source.rules(composition, base: options.base)
            let export = PrometheusExport(set)
            for omission in export.omissions {
                options.console.warning("left out: \(omission.rule): \(omission.reason)")
            }
            options.console.print(export.yaml)
        }
    }
}
