package import Domain

extension CodeChange {
    /// What differs between two versions of a file, sorted; comments and white space do not count.
    package static func changes(from old: Document?, to new: Document?) -> [CodeChange] {
        let (before, after) = (old.map(values) ?? [:], new.map(values) ?? [:])
        let file = new?.path ?? old?.path ?? ""
        return Set(before.keys).union(after.keys).compactMap { place in
            let (old, new) = (before[place], after[place])
            // Equal to the byte: texts that only look alike are different code.
            if let old, let new, old.isExactly(new) { return nil }
            return CodeChange(
                file: file, address: place.address, attribute: place.attribute, before: old, after: new)
        }.sorted()
    }

    private struct Place: Hashable {
        let address: String
        let attribute: String
    }

    /// The text of every value by its place, and `{}` for every block.
    private static func values(of document: Document) -> [Place: String] {
        var values: [Place: String] = [:]
        let outside = Body(items: document.body.attributes.map(Body.Item.attribute), range: document.body.range)
        for (name, body) in [("", outside)] + document.namedBlocks.map({ ($0.name, $0.block.body) }) {
            if !name.isEmpty { values[Place(address: name, attribute: "")] = "{}" }
            for steps in nestedBlocks(of: body) {
                values[Place(address: name, attribute: AttributePath.joined(steps))] = "{}"
            }
            for leaf in document.leaves(of: body) {
                // An attribute and a block of one name may share a path; neither hides the other.
                let place = Place(address: name, attribute: leaf.path)
                let text = document.normalized(leaf.expression)
                values[place] = values[place].map { "\($0), \(text)" } ?? text
            }
        }
        return values
    }

    /// Nested blocks at any depth, so that an empty one counts.
    private static func nestedBlocks(of body: Body) -> [[String]] {
        Document.nestedBlocks(of: body).flatMap { steps, block in
            [steps] + nestedBlocks(of: block.body).map { steps + $0 }
        }
    }
}
