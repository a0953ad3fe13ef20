import TerraformLanguage

/// What no edit may bring in or change, with the reason; one row, one construct.
enum DeniedConstructs {
    struct Row: Hashable, Sendable {
        let name: String
        let reason: String
    }

    /// Top-level blocks that an edit may not touch, by type.
    static let blocks = [
        Row(name: "provider", reason: "it decides whose credentials are used, and where they are sent"),
        Row(name: "terraform", reason: "it holds the backend and the providers"),
        Row(name: "module", reason: "its source is code that nobody here has read"),
        Row(name: "data", reason: "it reads at plan time, and 'external' and 'http' run code and reach the network"),
        Row(name: "import", reason: "it takes other resources under control"),
        Row(name: "removed", reason: "it lets go of resources"),
        Row(name: "moved", reason: "it renames resources"),
        Row(name: "check", reason: "it may hold data sources"),
        Row(name: "resource", reason: "only the targeted resource may change"),
        Row(name: "variable", reason: "other resources may depend on it"),
        Row(name: "output", reason: "it publishes values"),
        Row(name: "locals", reason: "other resources may depend on them"),
        Row(name: "ephemeral", reason: "it reads at plan time"),
    ]

    /// Within a resource: nested blocks and arguments, by the first step of their path.
    static let inResource = [
        Row(name: "provisioner", reason: "it runs commands at apply"),
        Row(name: "connection", reason: "it serves provisioners"),
        Row(name: "lifecycle", reason: "it lifts the guards on destruction and drift"),
        Row(name: "provider", reason: "it decides whose credentials are used"),
        Row(name: "count", reason: "it adds or removes instances"),
        Row(name: "for_each", reason: "it adds or removes instances"),
        Row(name: "depends_on", reason: "it changes the order of everything after it"),
    ]

    /// Functions that an edit may not bring in (Terraform's list of built-in functions).
    static let functions = [
        Row(name: "file", reason: "it reads files of the machine"),
        Row(name: "fileexists", reason: "it reads files of the machine"),
        Row(name: "fileset", reason: "it reads files of the machine"),
        Row(name: "filebase64", reason: "it reads files of the machine"),
        Row(name: "filebase64sha256", reason: "it reads files of the machine"),
        Row(name: "filebase64sha512", reason: "it reads files of the machine"),
        Row(name: "filemd5", reason: "it reads files of the machine"),
        Row(name: "filesha1", reason: "it reads files of the machine"),
        Row(name: "filesha256", reason: "it reads files of the machine"),
        Row(name: "filesha512", reason: "it reads files of the machine"),
        Row(name: "templatefile", reason: "it reads files of the machine"),
        Row(name: "templatestring", reason: "it evaluates text as code"),
        Row(name: "pathexpand", reason: "it reads the machine's home folder"),
        Row(name: "abspath", reason: "it shows the machine's paths"),
        Row(name: "sensitive", reason: "it hides values from the reviewer"),
        Row(name: "nonsensitive", reason: "it shows secrets"),
        Row(name: "ephemeralasnull", reason: "it hides values from the reviewer"),
        Row(name: "timestamp", reason: "every plan would differ"),
        Row(name: "plantimestamp", reason: "every plan would differ"),
        Row(name: "uuid", reason: "every plan would differ"),
        Row(name: "bcrypt", reason: "every plan would differ"),
    ]

    /// Functions with a namespace are a provider's own.
    private static let providerFunction = Row(name: "provider::", reason: "it runs a provider's code at plan time")

    /// `core::file` is `file`.
    static func row(for call: FunctionCall) -> Row? {
        call.namespace.first == "provider" ? providerFunction : functions.first { $0.name == call.name }
    }

    /// References that reach outside of the configuration.
    static let references = [
        Row(name: "path", reason: "it shows the machine's paths"),
        Row(name: "terraform", reason: "it shows how Terraform is run"),
        Row(name: "data", reason: "it reads at plan time"),
    ]
}
