package import Domain

extension RulesFile {
    private static let settingsKeys = ["labels", "var_files", "backend", "apply", "targeted", "owners"]
    /// Settings of backends that belong into the environment.
    private static let credentials = ["access_key", "secret_key", "token", "password", "client_secret", "sas_token"]

    package func settings(in file: SourceFile) throws(Problems) -> WorkspaceSettings {
        let reading = Reading(file)
        guard let root = reading.root() else { return try reading.finish(WorkspaceSettings()) }
        guard let map = MapReading(root, called: "the file", keys: Self.settingsKeys, reading) else {
            return try reading.finish(WorkspaceSettings())
        }
        var settings = WorkspaceSettings()
        settings.labels = map.texts("labels").mapValues(\.value)
        settings.varFiles = map.list("var_files").compactMap { Self.varFile($0, reading) }
        settings.backend = Self.backend(map, reading)
        settings.apply = map.choice("apply", WorkspaceSettings.Apply.self) ?? .merged
        settings.targeted = map.bool("targeted") ?? false
        for owner in map.list("owners") where owner.text == nil {
            reading.refuse("an owner is \(owner.kind)", at: owner)
        }
        return try reading.finish(settings)
    }

    private static func varFile(_ node: YAMLNode, _ reading: Reading) -> String? {
        guard let name = node.text, !name.isEmpty, !name.contains("/"), name != "..", !name.hasPrefix("-") else {
            reading.refuse(
                "a var file is '\(node.text ?? node.kind)'", hint: "name a file in the workspace's folder", at: node)
            return nil
        }
        return name
    }

    private static func backend(_ map: MapReading, _ reading: Reading) -> [String: String] {
        let settings = map.texts("backend")
        for (name, setting) in settings where credentials.contains(name) {
            reading.refuse(
                "'backend' holds the credential '\(name)'", hint: "give it to Sphinx through the environment",
                at: setting.node)
        }
        return settings.mapValues(\.value)
    }
}
