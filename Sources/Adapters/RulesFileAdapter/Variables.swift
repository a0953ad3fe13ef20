import Domain

/// `vars:` of a file, and what `${name}` becomes.
struct Variables {
    private(set) var values: [String: YAMLNode] = [:]

    init() {}

    /// `outer` are those of the file that includes this one.
    init(_ node: YAMLNode?, over outer: Variables = Variables(), _ reading: Reading) {
        values = outer.values
        guard let node, !node.isNull else { return }
        guard case .map(let pairs) = node.value else {
            reading.refuse("'vars' is \(node.kind); a mapping is needed", at: node)
            return
        }
        var own: Set<String> = []
        for (key, value) in pairs {
            guard let name = key.text, Names.isIdentifier(name) else {
                reading.refuse("'\(key.text ?? key.kind)' is not the name of a variable", at: key)
                continue
            }
            if !own.insert(name).inserted {
                reading.refuse("'\(name)' is set twice", hint: "remove one of them", at: key)
            }
            guard value.text != nil else {
                reading.refuse("the variable '\(name)' is \(value.kind); a text or number is needed", at: value)
                continue
            }
            values[name] = value
        }
    }

    func setting(_ name: String, to value: YAMLNode) -> Variables {
        var changed = self
        changed.values[name] = value
        return changed
    }

    // MARK: Substitution

    /// The node with `${name}` replaced in every scalar that is not a key; `$${` stands for `${`.
    func applied(to node: YAMLNode, _ reading: Reading) -> YAMLNode {
        switch node.value {
        case .scalar(let text, let isPlain):
            text.contains("${") ? scalar(node, text, isPlain, reading) : node
        case .list(let items): node.with(.list(items.map { applied(to: $0, reading) }))
        case .map(let pairs): node.with(.map(pairs.map { ($0.key, applied(to: $0.value, reading)) }))
        }
    }

    private func scalar(_ node: YAMLNode, _ text: String, _ isPlain: Bool, _ reading: Reading) -> YAMLNode {
        // A scalar that is only the variable takes its type too.
        if text.hasPrefix("${"), text.hasSuffix("}"), !text.dropFirst(2).dropLast().contains("}"),
            let name = Optional(String(text.dropFirst(2).dropLast())), let value = values[name]
        {
            return node.with(value.value)
        }
        var result = ""
        var rest = text[...]
        while let start = rest.firstRange(of: "${") {
            let before = rest[..<start.lowerBound]
            if before.hasSuffix("$") {
                result += before.dropLast() + "${"
                rest = rest[start.upperBound...]
                continue
            }
            result += before
            rest = rest[start.upperBound...]
            guard let end = rest.firstIndex(of: "}") else {
                reading.refuse("'${' is never closed", hint: "write '$${' for the characters themselves", at: node)
                return node
            }
            result += value(of: String(rest[..<end]), node, reading)
            rest = rest[rest.index(after: end)...]
        }
        return node.with(.scalar(result + rest, isPlain: isPlain))
    }

    private func value(of name: String, _ node: YAMLNode, _ reading: Reading) -> String {
        if let text = values[name]?.text { return text }
        let near = Spelling.nearest(to: name, among: values.keys.sorted())
        reading.refuse(
            "unknown variable '${\(name)}'",
            hint: near.map { "did you mean '${\($0)}'?" } ?? "set it under 'vars'", at: node)
        return ""
    }
}

extension YAMLNode {
    /// At the same place; columns within a text that changed do not hold any more.
    func with(_ value: Value) -> YAMLNode { YAMLNode(value: value, line: line, column: column, textOffset: -1) }
}
