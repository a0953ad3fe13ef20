import ArgumentParser

/// Proposes Terraform changes from metrics as git branches, and applies what people merged.
@main
struct Sphinx: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sphinx",
        abstract: "Proposes Terraform changes from metrics as git branches, and applies what people merged.",
        version: "0.1.0")
}
