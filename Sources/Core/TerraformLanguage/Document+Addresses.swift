import Domain

extension Block {
    /// The types of blocks that addresses begin with; a resource type of the same name needs the word `resource` before it.
    private static let types: Set<String> = [
        "action", "check", "data", "ephemeral", "import", "list", "locals", "module", "moved", "output", "provider",
        "removed", "resource", "terraform", "variable",
    ]

    /// What other code calls the block: `aws_instance.web`, `data.t.n`, `variable.x`, or its type alone.
    package var address: String {
        let isPlain = type == "resource" && labels.count == 2 && !Self.types.contains(labels[0])
        return AttributePath.joined(isPlain ? labels : [type] + labels)
    }
}

extension Document {
    /// The top-level blocks with an address such as `aws_instance.web`, or that of one of its instances.
    ///
    /// A module's block is not in the document that calls it; `module.a["x"]` alone leads to the call.
    package func blocks(at address: String) -> [Block] {
        let exact = body.blocks.filter { $0.address.isExactly(address) }
        guard exact.isEmpty, let parts = BlockAddress(address) else { return exact }
        if parts.modules.isEmpty { return body.blocks.filter { $0.address.isExactly(parts.block) } }
        guard parts.modules.count == 1, parts.block.isEmpty else { return [] }
        return body.blocks.filter { $0.type == "module" && $0.labels == [parts.modules[0].name] }
    }

    /// The top-level blocks by names of their own: their addresses, with `#2` and so on after a repeated one.
    package var namedBlocks: [(name: String, block: Block)] {
        var counts: [String: Int] = [:]
        return body.blocks.map { block in
            let address = block.address
            let count = counts[address, default: 0] + 1
            counts[address] = count
            return (count == 1 ? address : "\(address)#\(count)", block)
        }
    }

    package func block(named name: String) -> Block? {
        namedBlocks.first { $0.name == name }?.block
    }
}
