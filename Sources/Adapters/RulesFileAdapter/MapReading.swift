import Domain

/// A mapping whose keys are known: unknown and repeated ones are problems.
struct MapReading {
    let node: YAMLNode
    let reading: Reading
    private let members: [String: YAMLNode]

    /// Nil where the node is no mapping.
    init?(_ node: YAMLNode, called what: String, keys: [String], _ reading: Reading) {
        guard case .map(let pairs) = node.value else {
            reading.refuse("\(what) is \(node.kind); a mapping is needed", at: node)
            return nil
        }
        var members: [String: YAMLNode] = [:]
        for (key, value) in pairs {
            guard let name = key.text else {
                reading.refuse("a key that is not a text", at: key)
                continue
            }
            if !keys.contains(name) {
                let near = Spelling.nearest(to: name, among: keys)
                reading.refuse(
                    "unknown key '\(name)'",
                    hint: near.map { "did you mean '\($0)'?" } ?? "known: \(keys.joined(separator: ", "))", at: key)
            } else if members[name] != nil {
                reading.refuse("'\(name)' is set twice", hint: "remove one of them", at: key)
            } else {
                members[name] = value
            }
        }
        self.node = node
        self.reading = reading
        self.members = members
    }

    /// The value of a key that is there and not null.
    subscript(key: String) -> YAMLNode? {
        members[key].flatMap { $0.isNull ? nil : $0 }
    }

    func has(_ key: String) -> Bool { members[key] != nil }

    /// The keys that are there and not null, sorted.
    var keys: [String] { members.keys.filter { self[$0] != nil }.sorted() }

    // MARK: Scalars

    func text(_ key: String, atMost limit: Int = 10_000) -> String? {
        guard let node = self[key] else { return nil }
        guard let text = node.text else {
            reading.refuse("'\(key)' is \(node.kind); a text is needed", at: node)
            return nil
        }
        guard text.count <= limit else {
            reading.refuse("'\(key)' is longer than \(limit) characters", at: node)
            return nil
        }
        if text.unicodeScalars.contains(where: {
            $0.properties.generalCategory == .control && !"\n\t\r".unicodeScalars.contains($0)
        }) {
            reading.refuse("'\(key)' holds a control character", at: node)
            return nil
        }
        return text
    }

    func required(_ key: String, atMost limit: Int = 10_000) -> String? {
        guard let node = self[key] else {
            reading.refuse("'\(key)' is missing", at: members[key] ?? self.node)
            return nil
        }
        guard let text = text(key, atMost: limit) else { return nil }
        if text.allSatisfy(\.isWhitespace) {
            reading.refuse("'\(key)' is empty", at: node)
            return nil
        }
        return text
    }

    func choice<Value: RawRepresentable & CaseIterable>(_ key: String, _: Value.Type) -> Value?
    where Value.RawValue == String {
        guard let text = text(key), let node = self[key] else { return nil }
        if let value = Value(rawValue: text) { return value }
        let known = Value.allCases.map(\.rawValue)
        let near = Spelling.nearest(to: text, among: known)
        reading.refuse(
            "'\(text)' is not a \(key)",
            hint: near.map { "did you mean '\($0)'?" } ?? "known: \(known.joined(separator: ", "))", at: node)
        return nil
    }

    func bool(_ key: String) -> Bool? {
        guard let text = text(key), let node = self[key] else { return nil }
        if text == "true" { return true }
        if text == "false" { return false }
        reading.refuse("'\(key)' is '\(text)'", hint: "write true or false", at: node)
        return nil
    }

    /// Any finite number; YAML's own reading of `5e6` and of quotes has no part in it.
    func number(_ key: String) -> Double? {
        guard let text = text(key), let node = self[key] else { return nil }
        let digits = text.drop { $0 == "-" || $0 == "+" }
        if digits.count > 1, digits.first == "0", digits.dropFirst().first?.isNumber == true {
            reading.refuse("'\(key)' is '\(text)'", hint: "leave out the leading zero", at: node)
            return nil
        }
        guard let number = Double(text.replacing("_", with: "")), !text.lowercased().contains("0x") else {
            reading.refuse("'\(key)' is '\(text)'; a number is needed", at: node)
            return nil
        }
        guard number.isFinite else {
            reading.refuse("'\(key)' is '\(text)'; a finite number is needed", at: node)
            return nil
        }
        return number
    }

    /// A whole number that is not negative.
    func count(_ key: String) -> Int? {
        guard let number = number(key), let node = self[key] else { return nil }
        guard number >= 0, number == number.rounded(), number <= 1e9 else {
            reading.refuse("'\(key)' is \(node.text ?? ""); a whole number from 0 is needed", at: node)
            return nil
        }
        return Int(number)
    }

    func list(_ key: String) -> [YAMLNode] {
        guard let node = self[key] else { return [] }
        guard case .list(let items) = node.value else {
            reading.refuse("'\(key)' is \(node.kind); a list is needed", at: node)
            return []
        }
        return items
    }

    /// A mapping from texts to texts.
    func texts(_ key: String) -> [String: (value: String, node: YAMLNode)] {
        guard let node = self[key] else { return [:] }
        guard case .map(let pairs) = node.value else {
            reading.refuse("'\(key)' is \(node.kind); a mapping is needed", at: node)
            return [:]
        }
        var texts: [String: (value: String, node: YAMLNode)] = [:]
        for (name, value) in pairs {
            guard let name = name.text, let text = value.text else {
                reading.refuse("'\(key)' holds \(value.kind) where a text is needed", at: value)
                continue
            }
            texts[name] = (text, value)
        }
        return texts
    }
}
