package import Domain

extension RulesFile {
    package func plugin(in file: SourceFile) throws(Problems) -> PluginSettings {
        let reading = Reading(file)
        guard let root = reading.filledRoot() else {
            return try reading.finish(PluginSettings(command: []))
        }
        let keys = ["command", "timeout", "queries", "enabled"]
        guard let map = MapReading(root, called: "the file", keys: keys, reading) else {
            return try reading.finish(PluginSettings(command: []))
        }
        let command = map.command(like: "[python3, main.py]")
        let timeout = map.timeout(standard: Plugin.standardTimeout)
        let queries = map.list("queries").compactMap { Self.query($0, reading) }
        return try reading.finish(
            PluginSettings(
                command: command, timeout: timeout, queries: queries, enabled: map.bool("enabled") ?? true))
    }

    private static func query(_ node: YAMLNode, _ reading: Reading) -> PluginQuery? {
        let keys = ["name", "query", "window", "step"]
        guard let map = MapReading(node, called: "a query", keys: keys, reading), let text = map.required("query")
        else { return nil }
        return PluginQuery(
            name: map.text("name") ?? text, expression: text, window: map.duration("window") ?? 0, step: map.step())
    }
}
