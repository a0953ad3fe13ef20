package import Domain

/// Finds the plugins among the files of the plugins folder: executables, and folders with a `plugin.yml`.
package struct PluginDiscovery {
    package static let settingsFile = "plugin.yml"

    package let rules: any RuleBook

    package init(rules: any RuleBook) {
        self.rules = rules
    }

    package struct Found: Sendable {
        /// Sorted by name.
        package var plugins: [Plugin] = []
        /// What cannot be read is a problem of that plugin alone.
        package var broken: [(plugin: Plugin, problems: [Problem])] = []
    }

    package func plugins(in files: [SourceFile], at top: String) -> Found {
        var found = Found()
        for file in files.sorted(by: { $0.path < $1.path }) {
            let steps = file.path.dropFirst(top.count + 1).split(separator: "/").map(String.init)
            if steps.count == 1, file.isExecutable {
                found.plugins.append(Self.executable(file, steps[0], top))
            } else if steps.count == 2, steps[1] == Self.settingsFile {
                do throws(Problems) {
                    let settings = try rules.plugin(in: file)
                    if settings.enabled { found.plugins.append(Self.plugin(steps[0], settings, top)) }
                } catch {
                    let plugin = Plugin(name: steps[0], command: [], folder: "\(top)/\(steps[0])")
                    found.broken.append((plugin, error.all))
                }
            }
        }
        found.plugins.sort { $0.name < $1.name }
        return found
    }

    /// `ebs.py` is the plugin `ebs`.
    private static func executable(_ file: SourceFile, _ name: String, _ top: String) -> Plugin {
        let stem = name.split(separator: ".").first.map(String.init) ?? name
        return Plugin(name: stem, command: ["./\(name)"], folder: top)
    }

    private static func plugin(_ name: String, _ settings: PluginSettings, _ top: String) -> Plugin {
        Plugin(
            name: name, command: settings.command, timeout: settings.timeout, folder: "\(top)/\(name)",
            queries: settings.queries)
    }
}
