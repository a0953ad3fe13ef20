/// One difference between two versions of a file, at the level of attributes.
package struct CodeChange: Hashable, Sendable, Comparable {
    /// `aws_instance.web`, `variable.x`, `terraform`; a repeated address has `#2` and so on after it.
    package let block: String
    /// Dotted; empty for the block itself.
    package let attribute: String
    /// Nil where there was nothing before, or is nothing after.
    package let before: String?
    package let after: String?

    package static func < (left: CodeChange, right: CodeChange) -> Bool {
        (left.block, left.attribute) < (right.block, right.attribute)
    }

    /// What differs between two versions, sorted; comments and white space do not count.
    package static func changes(from old: Document?, to new: Document?) -> [CodeChange] {
        let (before, after) = (old.map(entries) ?? [:], new.map(entries) ?? [:])
        return Set(before.keys).union(after.keys).filter { before[$0] != after[$0] }
            .map { CodeChange(block: $0.block, attribute: $0.attribute, before: before[$0], after: after[$0]) }
            .sorted()
    }

    private struct Place: Hashable {
        let block: String
        let attribute: String
    }

    private static func entries(of document: Document) -> [Place: String] {
        var entries: [Place: String] = [:]
        var counts: [String: Int] = [:]
        for attribute in document.body.attributes {
            for leaf in document.leaves(of: attribute.expression, at: attribute.name) {
                entries[Place(block: "", attribute: leaf.path)] = document.normalized(leaf.expression)
            }
        }
        for block in document.body.blocks {
            let count = counts[block.address, default: 0] + 1
            counts[block.address] = count
            let name = count == 1 ? block.address : "\(block.address)#\(count)"
            entries[Place(block: name, attribute: "")] = "{}"
            for place in structure(of: block.body, at: "") { entries[Place(block: name, attribute: place)] = "{}" }
            for leaf in document.leaves(of: block.body) {
                entries[Place(block: name, attribute: leaf.path)] = document.normalized(leaf.expression)
            }
        }
        return entries
    }

    /// Nested blocks, so that an empty one counts.
    private static func structure(of body: Body, at path: String) -> [String] {
        var counts: [String: Int] = [:]
        return body.blocks.flatMap { block in
            let index = counts[block.type, default: 0]
            counts[block.type] = index + 1
            let place = path + ([block.type] + block.labels + [String(index)]).joined(separator: ".")
            return [place] + structure(of: block.body, at: place + ".")
        }
    }
}
