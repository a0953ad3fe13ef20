import ArgumentParser

struct Rules: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check, list, test and export rules.",
        subcommands: [RulesCheck.self, RulesList.self, RulesTest.self, RulesExport.self, RulesLibrary.self])
}
