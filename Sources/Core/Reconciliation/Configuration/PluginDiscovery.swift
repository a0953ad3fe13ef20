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
        found.breakNamesakes()
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

extension PluginDiscovery.Found {
    /// What two plugins of one name say would be one rule's.
    fileprivate mutating func breakNamesakes() {
        let namesakes = Dictionary(grouping: plugins, by: \.name).filter { $0.value.count > 1 }
        plugins.removeAll { namesakes[$0.name] != nil }
        for (name, same) in namesakes.sorted(by: { $0.key < $1.key }) {
            let places = same.map(\.place).sorted().joined(separator: ", ")
            let problem = Problem(
                .needsPerson, "\(same.count) plugins have the name '\(name)': \(places)", hint: "rename all but one")
            broken.append((Plugin(name: name, command: [], folder: same[0].folder), [problem]))
        }
        broken.sort { $0.plugin.name < $1.plugin.name }
    }
}

extension Plugin {
    /// The executable of its own, or its folder.
    fileprivate var place: String {
        let file = folder.split(separator: "/").last.map(String.init) == name ? nil : command.first
        return file.map { "\(folder)/\($0.dropFirst(2))" } ?? folder
    }
}
