import Domain

/// `policy: {addresses, affected, replace, destroy, most_changes, check, signatures}`.
struct PolicyReading {
    private static let keys = ["addresses", "affected", "replace", "destroy", "most_changes", "check", "signatures"]

    private let map: MapReading
    private let reading: Reading

    init?(_ node: YAMLNode, _ reading: Reading) {
        guard let map = MapReading(node, called: "policy", keys: Self.keys, reading) else { return nil }
        self.map = map
        self.reading = reading
    }

    func policy(knownRules: [String]) -> Policy {
        var policy = Policy()
        policy.addresses = Globs.read(map, "addresses")
        if map["affected"] != nil { policy.affected = Globs.read(map, "affected") }
        policy.replace = rules("replace", known: knownRules)
        policy.destroy = rules("destroy", known: knownRules)
        policy.mostChanges = map.count("most_changes")
        if policy.mostChanges == 0, let node = map["most_changes"] {
            reading.refuse("'most_changes' is 0, which allows nothing", hint: "write 1 or more", at: node)
        }
        policy.check = map["check"].flatMap(check)
        policy.signatures = signatures()
        return policy
    }

    /// A pattern that no rule has is a mistake; a plugin's rules are not known here.
    private func rules(_ key: String, known: [String]) -> [Glob] {
        guard map[key] != nil else { return [] }
        for node in map.items(key) {
            guard let text = node.text, !text.hasPrefix("plugin/"),
                !known.contains(where: { Globs.glob(text).matches($0) })
            else { continue }
            reading.refuse(unknown: text, among: known, at: node)
        }
        return Globs.read(map, key)
    }

    /// Who may sign is not said here: a merge could add itself.
    private func signatures() -> Set<SignedPart> {
        guard let node = map["signatures"] else { return [] }
        let items: [YAMLNode]
        switch node.value {
        case .scalar: items = [node]
        case .list(let list): items = list
        case .map:
            reading.refuse(
                "'signatures' is a mapping; a text or a list is needed",
                hint: "write [merges, manifests]; SPHINX_ALLOWED_SIGNERS says on the job's machine who may sign",
                at: node)
            return []
        }
        return Set(items.compactMap(part))
    }

    private func part(_ node: YAMLNode) -> SignedPart? {
        let text = node.text ?? node.kind
        if let part = SignedPart(rawValue: text) { return part }
        let known = SignedPart.allCases.map(\.rawValue)
        reading.refuse(
            "'\(text)' is nothing that is signed",
            hint: Spelling.nearest(to: text, among: known).map { "did you mean '\($0)'?" }
                ?? "known: \(known.joined(separator: ", "))", at: node)
        return nil
    }

    private func check(_ node: YAMLNode) -> Policy.Check? {
        guard let map = MapReading(node, called: "check", keys: ["command", "files", "timeout"], reading) else {
            return nil
        }
        let folder = map.text("files").map { String($0.drop { $0 == "/" }.reversed().drop { $0 == "/" }.reversed()) }
        if let folder, let node = map["files"], folder.isEmpty || folder.split(separator: "/").contains("..") {
            reading.refuse("'files' is no folder of the repository", hint: "write one like policy", at: node)
        }
        return Policy.Check(
            command: map.command(like: "[conftest, test, --policy, policy, -]"), folder: folder,
            timeout: map.timeout(standard: Policy.Check.standardTimeout))
    }
}
