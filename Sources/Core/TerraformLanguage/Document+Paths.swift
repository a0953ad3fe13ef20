extension Document {
    /// The expression at a path in a block: through nested blocks (`root_block_device.0.volume_type`, the number may be
    /// left out), object constructors (`input.size`, `tags["a.b"]`) and tuples.
    package func expression(at path: String, in body: Body) -> Expression? {
        AttributePath(path).flatMap { expression(at: $0.steps[...], in: body) }
    }

    private func expression(at steps: ArraySlice<String>, in body: Body) -> Expression? {
        guard let first = steps.first else { return nil }
        if let attribute = body.attribute(first),
            let found = Self.expression(at: steps.dropFirst(), in: attribute.expression)
        {
            return found
        }
        return Self.nested(steps, in: body).flatMap { expression(at: $0.rest, in: $0.body) }
    }

    /// The nested block that a path leads into, and the rest of the path.
    static func nested(_ steps: ArraySlice<String>, in body: Body) -> (body: Body, rest: ArraySlice<String>)? {
        let blocks = nestedBlocks(of: body).sorted { $0.steps.count > $1.steps.count }
        if let exact = blocks.first(where: { steps.starts(with: $0.steps) }) {
            return (exact.block.body, steps.dropFirst(exact.steps.count))
        }
        // The number of the only block of its name may be left out.
        let named = blocks.filter { steps.starts(with: $0.steps.dropLast()) }
        guard let first = named.first, !named.dropFirst().contains(where: { $0.steps.count == first.steps.count })
        else {
            return nil
        }
        return (first.block.body, steps.dropFirst(first.steps.count - 1))
    }

    private static func expression(at steps: ArraySlice<String>, in expression: Expression) -> Expression? {
        guard let first = steps.first else { return expression }
        if let item = expression.objectItems?.last(where: { $0.key == first }) {
            return self.expression(at: steps.dropFirst(), in: item.value)
        }
        if let index = Int(first), let elements = expression.elements, elements.indices.contains(index) {
            return self.expression(at: steps.dropFirst(), in: elements[index])
        }
        return nil
    }

    /// Every expression of a body by its path, through nested blocks and object constructors.
    package func leaves(of body: Body) -> [(path: String, expression: Expression)] {
        leaves(of: body, under: []).map { (AttributePath.joined($0.steps), $0.expression) }
    }

    /// The expressions within an object constructor by their paths, or the expression itself.
    package func leaves(of expression: Expression, at name: String) -> [(path: String, expression: Expression)] {
        Self.leaves(of: expression, at: [name]).map { (AttributePath.joined($0.steps), $0.expression) }
    }

    private func leaves(of body: Body, under steps: [String]) -> [(steps: [String], expression: Expression)] {
        let attributes = body.attributes.flatMap { Self.leaves(of: $0.expression, at: steps + [$0.name]) }
        let inner = Self.nestedBlocks(of: body).flatMap { leaves(of: $0.block.body, under: steps + $0.steps) }
        return (attributes + inner).sorted { $0.expression.range.lowerBound < $1.expression.range.lowerBound }
    }

    /// An object whose keys are all plain and different is its values; anything else is one leaf.
    private static func leaves(
        of expression: Expression, at steps: [String]
    ) -> [(steps: [String], expression: Expression)] {
        let keys = expression.objectItems?.compactMap(\.key) ?? []
        guard let items = expression.objectItems, !items.isEmpty, Set(keys).count == items.count else {
            return [(steps, expression)]
        }
        return zip(keys, items).flatMap { leaves(of: $1.value, at: steps + [$0]) }
    }

    /// The blocks in a body with the steps to each: its type, its labels, and its number among those of the same.
    static func nestedBlocks(of body: Body) -> [(steps: [String], block: Block)] {
        var counts: [[String]: Int] = [:]
        return body.blocks.map { block in
            let name = [block.type] + block.labels
            let index = counts[name, default: 0]
            counts[name] = index + 1
            return (name + [String(index)], block)
        }
    }
}
