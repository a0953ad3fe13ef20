import Domain

/// A mapping whose keys are known: unknown and repeated ones are problems.
struct MapReading {
    let node: YAMLNode
    let reading: Reading
    /// Whether a key is not known: what is missing is most likely misspelt.
    let hasStrangers: Bool
    private let members: [String: YAMLNode]

    /// Nil where the node is no mapping.
    init?(_ node: YAMLNode, called what: String, keys: [String], _ reading: Reading) {
        guard case .map(let pairs) = node.value else {
            reading.refuse("\(what) is \(node.kind); a mapping is needed", at: node)
            return nil
        }
        var members: [String: YAMLNode] = [:]
        var hasStrangers = false
        for (key, value) in pairs {
            guard let name = key.text else {
                reading.refuse("a key that is not a text", at: key)
                continue
            }
            if !keys.contains(name) {
                hasStrangers = true
                reading.refuse(stranger: name, among: keys, at: key)
            } else if members[name] != nil {
                reading.refuse("'\(name)' is set twice", hint: "remove one of them", at: key)
            } else {
                members[name] = value
            }
        }
        self.node = node
        self.reading = reading
        self.hasStrangers = hasStrangers
        self.members = members
    }

    /// The value of a key that is there and not null.
    subscript(key: String) -> YAMLNode? {
        members[key].flatMap { $0.isNull ? nil : $0 }
    }

    func has(_ key: String) -> Bool { members[key] != nil }

    /// The items of a list that is read elsewhere, where it is told that it is none.
    func items(_ key: String) -> [YAMLNode] {
        if case .list(let items)? = self[key]?.value { items } else { [] }
    }

    /// Whether a list that is needed is absent or empty; a key that is misspelt was told already.
    func lacks(_ key: String) -> Bool {
        guard let node = self[key] else { return !hasStrangers }
        if case .list(let items) = node.value { return items.isEmpty }
        return false
    }

    /// Whether the mapping says nothing, not even something that is not known.
    var isSilent: Bool { keys.isEmpty && !hasStrangers }

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
            "'\(Names.shown(text))' is not \(Names.article(key)) \(key)",
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
        if Numbers.hasLeadingZero(text) {
            reading.refuse("'\(key)' is '\(text)'", hint: "leave out the leading zero", at: node)
            return nil
        }
        guard let number = Numbers.read(text) else {
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
        guard number >= 0, number == number.rounded() else {
            reading.refuse("'\(key)' is \(node.text ?? ""); a whole number from 0 is needed", at: node)
            return nil
        }
        guard number <= 1e9 else {
            reading.refuse("'\(key)' is \(node.text ?? "")", hint: "write at most 1000000000", at: node)
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
        for (name, value) in reading.once(pairs) {
            guard let text = value.text, !value.isNull else {
                reading.refuse("'\(key)' holds \(value.kind) where a text is needed", at: value)
                continue
            }
            texts[name] = (text, value)
        }
        return texts
    }
}

extension Reading {
    /// The members whose keys are texts, each of them once.
    func once(_ pairs: [(key: YAMLNode, value: YAMLNode)]) -> [(name: String, value: YAMLNode)] {
        var seen: Set<String> = []
        return pairs.compactMap { key, value in
            guard let name = key.text else {
                refuse("a key that is not a text", at: key)
                return nil
            }
            guard seen.insert(name).inserted else {
                refuse("'\(name)' is set twice", hint: "remove one of them", at: key)
                return nil
            }
            return (name, value)
        }
    }

    fileprivate func refuse(stranger name: String, among keys: [String], at node: YAMLNode) {
        let near = Spelling.nearest(to: name, among: keys).map { "did you mean '\($0)'?" }
        let merge = name == "<<" ? "merge keys are not read; write out what it brings" : nil
        refuse(
            "unknown key '\(Names.shown(name))'", hint: near ?? merge ?? "known: \(keys.joined(separator: ", "))",
            at: node)
    }
}
