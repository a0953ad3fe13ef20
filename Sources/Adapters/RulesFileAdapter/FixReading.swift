import Domain

/// `fix: {attribute, value, hint, destructive, set}`.
struct FixReading {
    private let map: MapReading
    private let reading: Reading

    init?(_ node: YAMLNode, _ reading: Reading) {
        let keys = ["attribute", "value", "hint", "destructive", "set"]
        guard let map = MapReading(node, called: "fix", keys: keys, reading) else { return nil }
        self.map = map
        self.reading = reading
    }

    func fix() -> Rule.Fix? {
        guard let attribute = map.path("attribute") else { return nil }
        var fix = Rule.Fix(
            attribute: attribute, value: nil, hint: map.text("hint", atMost: 2_000),
            isDestructive: map.bool("destructive") ?? false)
        if let node = map["value"] {
            set(attribute, node, called: "value", isFirst: true, in: &fix)
        }
        setOthers(in: &fix)
        return fix
    }

    private func setOthers(in fix: inout Rule.Fix) {
        guard let node = map["set"] else { return }
        guard case .map(let pairs) = node.value else {
            reading.refuse("'set' is \(node.kind); a mapping from attributes to values is needed", at: node)
            return
        }
        for (key, value) in pairs {
            guard let path = key.text, Names.isPath(path) else {
                reading.refuse("'\(key.text ?? key.kind)' is not the path of an attribute", at: key)
                continue
            }
            if path == fix.attribute || fix.also[path] != nil || fix.computed[path] != nil {
                reading.refuse("'\(path)' is set twice", hint: "remove one of them", at: key)
                continue
            }
            set(path, value, called: path, isFirst: false, in: &fix)
        }
    }

    /// A text with a placeholder depends on the resource.
    private func set(_ path: String, _ node: YAMLNode, called what: String, isFirst: Bool, in fix: inout Rule.Fix) {
        guard let value = node.json else {
            reading.refuse("'\(what)' is \(node.kind); a text, a number or a boolean is needed", at: node)
            return
        }
        if let number = node.reread {
            reading.refuse(
                "'\(what)' is \(node.text ?? ""), which is the number \(number)",
                hint: "put it into quotes, or write \(number)", at: node)
            return
        }
        if case .string(let text) = value, text.contains("{") {
            guard let template = reading.template(text, at: node) else { return }
            if !template.placeholders.isEmpty {
                fix.computed[path] = template
                return
            }
        }
        if isFirst { fix.value = value } else { fix.also[path] = value }
    }
}
