import TerraformLanguage

/// What the answer to a request may not bring in, and what a person's own branch is looked at for.
enum WatchedConstructs {
    struct Row: Hashable, Sendable {
        let name: String
        let reason: String
        /// It runs code, reads files or reaches the network while a plan is made, before anyone has approved anything.
        let runsAtPlan: Bool

        init(_ name: String, _ reason: String, runsAtPlan: Bool = false) {
            (self.name, self.reason, self.runsAtPlan) = (name, reason, runsAtPlan)
        }
    }

    /// Top-level blocks that may come and go; whether their effect is wanted is for the plan to tell.
    static let ordinary: Set<String> = ["resource", "data", "variable", "output", "locals", "module"]

    /// All other top-level blocks.
    static let blocks = [
        Row("provider", "it decides whose credentials are used, and where they are sent", runsAtPlan: true),
        Row("terraform", "it holds the backend and the providers", runsAtPlan: true),
        Row("import", "it takes other resources under control"), Row("removed", "it lets go of resources"),
        Row("moved", "it renames resources"), Row("check", "it may hold data sources", runsAtPlan: true),
        Row("ephemeral", "it reads at plan time", runsAtPlan: true),
    ]
    static let unknownBlock = "no version of Sphinx knows what it does"

    static let dataSources = [
        Row("external", "it runs a program", runsAtPlan: true),
        Row("http", "it reaches the network", runsAtPlan: true),
        Row("terraform_remote_state", "it reads other states, or any address", runsAtPlan: true),
        Row("tfe_outputs", "it reads other states", runsAtPlan: true),
        Row("local_file", "it reads files of the machine", runsAtPlan: true),
        Row("local_sensitive_file", "it reads files of the machine", runsAtPlan: true),
        Row("local_command", "it runs a program", runsAtPlan: true),
        Row("archive_file", "it reads files of the machine", runsAtPlan: true),
        Row("aws_lambda_invocation", "it runs a program", runsAtPlan: true),
        Row("tls_certificate", "it reaches the network", runsAtPlan: true),
    ]

    /// Of resources, data sources and module calls, by the first step of their path.
    static let arguments = [
        Row("provisioner", "it runs commands at apply"), Row("connection", "it serves provisioners"),
        Row("lifecycle", "it lifts the guards on destruction and drift"),
        Row("provider", "it decides whose credentials are used"),
        Row("providers", "it decides whose credentials are used"),
    ]

    static let foreignProvider = Row(
        "", "its provider is not used here yet, and would be downloaded and run", runsAtPlan: true)
    static let foreignSource = Row("", "its code is not in this repository", runsAtPlan: true)
    static let lockFile = Row("", "it decides which providers' code is run", runsAtPlan: true)
    static let backendSettings = Row("", "they decide which state is read", runsAtPlan: true)
    static let template = Row("", "a template may call functions that read files of the machine", runsAtPlan: true)

    static func row(for call: FunctionCall) -> Row? {
        DeniedConstructs.row(for: call).map {
            let readsFiles = call.name.hasPrefix("file") || call.name == "templatefile"
            return Row($0.name, $0.reason, runsAtPlan: readsFiles || call.namespace.first == "provider")
        }
    }
}

/// A watched construct that one version of the code has and the other has not, or has otherwise.
struct ConstructChange: Hashable, Sendable {
    let path: String
    let what: String
    let why: WatchedConstructs.Row
    /// The construct is as it was, and what it is handed is not.
    var isIndirect = false

    var refusal: Refusal {
        Refusal(.deniedConstruct, "\(path): \(what) \(isIndirect ? "may not change" : "is not allowed"): \(why.reason)")
    }
    var sentence: String { "\(path): \(what) is new or changed: \(why.reason)" }
}
