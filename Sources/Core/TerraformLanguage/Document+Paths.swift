extension Document {
    /// The expression at a dotted path in a block: through nested blocks (`root_block_device.0.volume_type`, the
    /// number may be left out) and object constructors (`input.size`).
    package func expression(at path: String, in body: Body) -> Expression? {
        expression(at: path.split(separator: ".").map(String.init)[...], in: body)
    }

    private func expression(at steps: ArraySlice<String>, in body: Body) -> Expression? {
        guard let first = steps.first else { return nil }
        if let attribute = body.attribute(first) {
            return expression(at: steps.dropFirst(), in: attribute.expression)
        }
        let blocks = body.blocks(first)
        let rest = steps.dropFirst()
        if let index = rest.first.flatMap(Int.init) {
            return blocks.indices.contains(index) ? expression(at: rest.dropFirst(), in: blocks[index].body) : nil
        }
        return blocks.count == 1 ? expression(at: rest, in: blocks[0].body) : nil
    }

    private func expression(at steps: ArraySlice<String>, in expression: Expression) -> Expression? {
        guard let first = steps.first else { return expression }
        if let item = objectItems(expression)?.last(where: { $0.key == first }) {
            return self.expression(at: steps.dropFirst(), in: item.value)
        }
        if let index = Int(first), let elements = elements(expression), elements.indices.contains(index) {
            return self.expression(at: steps.dropFirst(), in: elements[index])
        }
        return nil
    }

    /// Every expression of a body by its dotted path, through nested blocks and object constructors.
    package func leaves(of body: Body) -> [(path: String, expression: Expression)] {
        var leaves: [(path: String, expression: Expression)] = []
        var counts: [String: Int] = [:]
        for item in body.items {
            switch item {
            case .attribute(let attribute): leaves += self.leaves(of: attribute.expression, at: attribute.name)
            case .block(let block):
                let index = counts[block.type, default: 0]
                counts[block.type] = index + 1
                let place = ([block.type] + block.labels + [String(index)]).joined(separator: ".")
                leaves += self.leaves(of: block.body).map { ("\(place).\($0.path)", $0.expression) }
            }
        }
        return leaves
    }

    func leaves(of expression: Expression, at path: String) -> [(path: String, expression: Expression)] {
        guard let items = objectItems(expression), !items.isEmpty, items.allSatisfy({ $0.key != nil }) else {
            return [(path, expression)]
        }
        return items.flatMap { leaves(of: $0.value, at: "\(path).\($0.key ?? "")") }
    }

    /// An expression without white space and comments, for comparing.
    package func normalized(_ expression: Expression) -> String {
        expression.tokens.filter { $0.kind != .newline }.map(text).joined(separator: " ")
    }
}
