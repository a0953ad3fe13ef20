import Domain

/// Terraform's own settings file; an explicit `provider_installation` keeps it from trusting folders by their names.
struct CLIConfiguration {
    let pluginCacheFolder: String?

    var text: String {
        let cache = pluginCacheFolder.map { "plugin_cache_dir = \(HCL.quoted($0))\n" } ?? ""
        return """
            disable_checkpoint = true
            \(cache)provider_installation {
              direct {}
            }

            """
    }
}

enum HCL {
    /// A string literal.
    static func quoted(_ text: String) -> String {
        let escaped = JSONValue.string(text).canonical
        return escaped.replacing("${", with: "$${").replacing("%{", with: "%%{")
    }
}
