extension Redactor {
    /// Strings, numbers that are known, and names of members.
    package func redact(_ value: JSONValue) -> JSONValue { redact(value, as: .plain) }

    package func redact(_ labels: Labels) -> Labels {
        labels.reduce(into: [:]) { result, label in
            let isTelling = rules.contains(.names) && SensitiveName.matches(label.key)
            result[label.key] = isTelling ? hidden(label.value) : redact(label.value)
        }
    }

    /// The values that stand under telling names in a document, and that are too unusual to stand elsewhere by chance.
    package static func named(in value: JSONValue) -> Set<String> {
        var found: Set<String> = []
        collect(value, .plain, into: &found)
        return found
    }

    /// Words such as `none` and `changeme` are hidden where they stand, and nowhere else.
    package static func isUnusual(_ value: String) -> Bool {
        value.count >= 6 && !value.allSatisfy(\.isLetter) && !SensitiveName.isHarmless(value: value)
    }

    private func redact(_ value: JSONValue, as standing: Standing) -> JSONValue {
        switch value {
        case .string(let text):
            switch standing {
            case .plain: .string(redact(text))
            case .secret: .string(hidden(text))
            case .digest: .string(with(rules.subtracting(.words)).redact(text))
            }
        case .array(let items): .array(items.map { redact($0, as: standing) })
        case .object(let members): .object(redact(members, as: standing))
        case .integer, .number: known.contains(scalar: value) ? .string(Self.mark) : value
        case .null, .bool: value
        }
    }

    /// In the order of the names: of two that become one, the same has to win in every process.
    private func redact(_ members: [String: JSONValue], as standing: Standing) -> [String: JSONValue] {
        members.sorted { $0.key < $1.key }.reduce(into: [:]) { result, member in
            let name = redact(member.key)
            guard result[name] == nil else { return }
            let own = rules.contains(.names) ? Standing(of: member.key, in: members, below: standing) : .plain
            result[name] = redact(member.value, as: own)
        }
    }

    private func hidden(_ text: String) -> String { SensitiveName.isHarmless(value: text) ? redact(text) : Self.mark }

    private static func collect(_ value: JSONValue, _ standing: Standing, into found: inout Set<String>) {
        switch value {
        case .string(let text): if standing == .secret, isUnusual(text) { found.insert(text) }
        case .array(let items): for item in items { collect(item, standing, into: &found) }
        case .object(let members):
            for (name, member) in members {
                collect(member, Standing(of: name, in: members, below: standing), into: &found)
            }
        case .null, .bool, .integer, .number: return
        }
    }
}

/// What its name, and the names above it, tell of a value.
private enum Standing {
    case plain
    /// Below a telling name.
    case secret
    /// Under a name that says it is a digest, which is random and no secret.
    case digest

    init(of name: String, in members: [String: JSONValue], below above: Standing) {
        let isValue = name.lowercased() == "value" && Self.nameOfPair(members).map(SensitiveName.matches) == true
        if isValue || SensitiveName.matches(name) {
            self = .secret
        } else if SensitiveName.isDigest(name) {
            self = .digest
        } else {
            self = above == .secret && !SensitiveName.isAbout(name) ? .secret : .plain
        }
    }

    /// `{"name": "DB_PASSWORD", "value": "…"}`, as containers get their environment.
    private static func nameOfPair(_ members: [String: JSONValue]) -> String? {
        ["name", "Name", "key", "Key"].lazy.compactMap { members[$0]?.string }.first
    }
}
