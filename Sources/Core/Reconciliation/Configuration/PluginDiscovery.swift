package import Domain

/// Finds the plugins among the files of the plugins folder: executables, and folders with a `plugin.yml`.
package struct PluginDiscovery {
    package static let settingsFile = "plugin.yml"

    package let rules: any RuleBook

    package init(rules: any RuleBook) {
        self.rules = rules
    }

    /// Sorted by name; what cannot be read is a problem of that plugin alone.
    package func plugins(in files: [SourceFile], at top: String) -> (plugins: [Plugin], problems: [Problem]) {
        var (plugins, problems): ([Plugin], [Problem]) = ([], [])
        for file in files.sorted(by: { $0.path < $1.path }) {
            let steps = file.path.dropFirst(top.count + 1).split(separator: "/").map(String.init)
            if steps.count == 1, file.isExecutable {
                plugins.append(Self.executable(file, steps[0], top))
            } else if steps.count == 2, steps[1] == Self.settingsFile {
                do throws(Problems) {
                    let settings = try rules.plugin(in: file)
                    if settings.enabled { plugins.append(Self.plugin(steps[0], settings, top)) }
                } catch {
                    problems += error.all
                }
            }
        }
        return (plugins.sorted { $0.name < $1.name }, problems)
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
