/// Builds one document's tree from events, within bounds.
struct YAMLComposer: ~Copyable {
    private static let deepest = 32
    private static let mostNodes = 200_000
    /// What aliases may add; a file that needs more is made to explode.
    private static let mostAliased = 20_000

    private var events: YAMLEvents
    private var anchors: [String: YAMLNode] = [:]
    private var nodes = 0
    private var aliased = 0

    /// Nil where libyaml has no memory.
    init?(_ bytes: [UInt8]) {
        guard let events = YAMLEvents(bytes) else { return nil }
        self.events = events
    }

    /// The only document; nil for an empty file.
    mutating func document() throws(YAMLEvents.Mistake) -> YAMLNode? {
        var root: YAMLNode?
        while true {
            let placed = try events.next()
            switch placed.event {
            case .streamEnd: return root
            case .other, .documentEnd: continue
            default:
                guard root == nil else { throw mistake("a second document; one is read", placed) }
                root = try node(placed, depth: 0)
            }
        }
    }

    private mutating func node(_ placed: YAMLEvents.Placed, depth: Int) throws(YAMLEvents.Mistake) -> YAMLNode {
        nodes += 1
        if depth > Self.deepest { throw mistake("values nested deeper than \(Self.deepest)", placed) }
        if nodes > Self.mostNodes { throw mistake("more than \(Self.mostNodes) values", placed) }
        if let tag = placed.tag { throw mistake("the tag '\(tag)'; tags are not supported", placed) }
        let node = try value(placed, depth: depth)
        if let anchor = placed.anchor { anchors[anchor] = node }
        return node
    }

    private mutating func value(_ placed: YAMLEvents.Placed, depth: Int) throws(YAMLEvents.Mistake) -> YAMLNode {
        switch placed.event {
        case .scalar(let text, let isPlain, let offset):
            return YAMLNode(
                value: .scalar(text, isPlain: isPlain), line: placed.line, column: placed.column, textOffset: offset)
        case .listStart: return made(.list(try list(depth)), placed)
        case .mapStart: return made(.map(try map(depth)), placed)
        case .alias(let name): return try resolved(name, placed)
        default: throw mistake("a value is missing", placed)
        }
    }

    private func made(_ value: YAMLNode.Value, _ placed: YAMLEvents.Placed) -> YAMLNode {
        YAMLNode(value: value, line: placed.line, column: placed.column, textOffset: -1)
    }

    private mutating func list(_ depth: Int) throws(YAMLEvents.Mistake) -> [YAMLNode] {
        var items: [YAMLNode] = []
        while true {
            let placed = try events.next()
            if case .listEnd = placed.event { return items }
            items.append(try node(placed, depth: depth + 1))
        }
    }

    private mutating func map(_ depth: Int) throws(YAMLEvents.Mistake) -> [(key: YAMLNode, value: YAMLNode)] {
        var members: [(key: YAMLNode, value: YAMLNode)] = []
        while true {
            let placed = try events.next()
            if case .mapEnd = placed.event { return members }
            let key = try node(placed, depth: depth + 1)
            let value = try node(try events.next(), depth: depth + 1)
            members.append((key, value))
        }
    }

    private mutating func resolved(
        _ name: String, _ placed: YAMLEvents.Placed
    ) throws(YAMLEvents.Mistake) -> YAMLNode {
        guard let node = anchors[name] else { throw mistake("the alias '*\(name)' before its anchor", placed) }
        aliased += Self.size(node, atMost: Self.mostAliased)
        if aliased > Self.mostAliased {
            throw mistake("aliases that grow to more than \(Self.mostAliased) values", placed)
        }
        return YAMLNode(value: node.value, line: placed.line, column: placed.column, textOffset: -1)
    }

    private static func size(_ node: YAMLNode, atMost limit: Int) -> Int {
        var size = 1
        var rest = [node]
        while let next = rest.popLast(), size <= limit {
            switch next.value {
            case .scalar: continue
            case .list(let items):
                size += items.count
                rest += items
            case .map(let members):
                size += 2 * members.count
                rest += members.map(\.value)
            }
        }
        return size
    }

    private func mistake(_ message: String, _ placed: YAMLEvents.Placed) -> YAMLEvents.Mistake {
        YAMLEvents.Mistake(message: message, line: placed.line, column: placed.column)
    }
}
