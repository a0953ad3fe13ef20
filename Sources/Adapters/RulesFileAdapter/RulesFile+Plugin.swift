package import Domain

extension RulesFile {
    package func plugin(in file: SourceFile) throws(Problems) -> PluginSettings {
        let reading = Reading(file)
        guard let root = reading.root() else {
            return try reading.finish(PluginSettings(command: []))
        }
        let keys = ["command", "timeout", "queries", "enabled"]
        guard let map = MapReading(root, called: "the file", keys: keys, reading) else {
            return try reading.finish(PluginSettings(command: []))
        }
        let command = map.list("command").compactMap { node -> String? in
            if node.text?.isEmpty ?? true { reading.refuse("'command' holds \(node.kind); a word is needed", at: node) }
            return node.text
        }
        if command.isEmpty, reading.problems.isEmpty {
            reading.refuse(
                "'command' is missing", hint: "write the program and its arguments, like [python3, main.py]",
                at: map["command"] ?? map.node)
        }
        let timeout = Self.timeout(map)
        let queries = map.list("queries").compactMap { Self.query($0, reading) }
        return try reading.finish(
            PluginSettings(
                command: command, timeout: timeout, queries: queries, enabled: map.bool("enabled") ?? true))
    }

    private static func timeout(_ map: MapReading) -> Double {
        guard let seconds = map.duration("timeout"), let node = map["timeout"] else { return Plugin.standardTimeout }
        if seconds < 1 || seconds > 600 {
            map.reading.refuse("'timeout' is '\(node.text ?? "")'", hint: "write 1s to 10m", at: node)
        }
        return seconds
    }

    private static func query(_ node: YAMLNode, _ reading: Reading) -> PluginQuery? {
        let keys = ["name", "query", "window", "step"]
        guard let map = MapReading(node, called: "a query", keys: keys, reading), let text = map.required("query")
        else { return nil }
        return PluginQuery(
            name: map.text("name") ?? text, expression: text, window: map.duration("window") ?? 0, step: map.step())
    }
}
