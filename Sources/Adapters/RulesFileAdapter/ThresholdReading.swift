import Domain

/// `threshold:`, a number, both ends of a range, an attribute of the resource, or another query.
struct ThresholdReading {
    let map: MapReading
    let queries: [String]
    let reading: Reading

    init(_ map: MapReading, _ queries: [String], _ reading: Reading) {
        self.map = map
        self.queries = queries
        self.reading = reading
    }

    func threshold(for comparison: Rule.Comparison?) -> Rule.Threshold? {
        guard let node = map["threshold"] else {
            reading.refuse("'threshold' is missing", at: map.node)
            return nil
        }
        let needsRange = comparison == .between || comparison == .outside
        switch node.value {
        case .list: return range(node, isWanted: needsRange)
        case .map: return refusing(needsRange, node) ? nil : reference(node)
        case .scalar: return refusing(needsRange, node) ? nil : map.number("threshold").map(Rule.Threshold.number)
        }
    }

    private func refusing(_ needsRange: Bool, _ node: YAMLNode) -> Bool {
        guard needsRange else { return false }
        reading.refuse("'threshold' needs two numbers", hint: "write it like [10, 20]", at: node)
        return true
    }

    private func range(_ node: YAMLNode, isWanted: Bool) -> Rule.Threshold? {
        guard isWanted else {
            reading.refuse(
                "'threshold' is a list; a number is needed", hint: "two ends go with 'between' and 'outside'", at: node)
            return nil
        }
        let ends = map.list("threshold").compactMap { $0.text.flatMap(Numbers.read) }
        guard ends.count == 2, map.list("threshold").count == 2, ends[0].isFinite, ends[1].isFinite, ends[0] <= ends[1]
        else {
            reading.refuse(
                "'threshold' is no range", hint: "write the lower and the upper end, like [10, 20]", at: node)
            return nil
        }
        return .range(ends[0], ends[1])
    }

    private func reference(_ node: YAMLNode) -> Rule.Threshold? {
        guard let map = MapReading(node, called: "threshold", keys: ["attribute", "query", "scale"], reading) else {
            return nil
        }
        let scale = map.number("scale") ?? 1
        switch (map["attribute"], map["query"]) {
        case (let place?, nil):
            guard let path = map.required("attribute") else { return nil }
            guard Names.isPath(path) else {
                reading.refuse("'\(path)' is not the path of an attribute", at: place)
                return nil
            }
            return .attribute(path, scale: scale)
        case (nil, let place?):
            guard let name = map.required("query"),
                let known = Names.known(name, among: queries, called: "query", at: place, reading)
            else { return nil }
            return .query(known, scale: scale)
        default:
            reading.refuse("'threshold' needs an 'attribute' or a 'query'", at: node)
            return nil
        }
    }
}
