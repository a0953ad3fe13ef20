import Domain
import TerraformLanguage

/// A top-level block that differs between two versions of a file, with the paths that do.
struct ChangedBlock {
    let address: String
    let type: String
    /// As it is now; nil where it is gone.
    let block: Block?
    let labels: [String]
    /// Dotted; empty for the block itself.
    let paths: [String]

    /// In the order of their addresses; comments and white space do not count.
    static func all(from old: Document?, to new: Document?) -> [ChangedBlock] {
        let changes = Dictionary(grouping: CodeChange.changes(from: old, to: new)) { name($0.address) }
        return changes.sorted { $0.key < $1.key }.flatMap { address, changes in
            // A repeated address is rare, and each of its blocks is looked at as a whole.
            types(at: address, in: old, new).map { type in
                let now = new?.blocks(at: address).last { $0.type == type }
                let known = now ?? old?.blocks(at: address).first { $0.type == type }
                return ChangedBlock(
                    address: address, type: type, block: now, labels: known?.labels ?? [],
                    paths: changes.map(\.attribute))
            }
        }
    }

    /// Without the number of a repeated address.
    private static func name(_ block: String) -> String {
        block.split(separator: "#", maxSplits: 1).first.map(String.init) ?? block
    }

    /// A resource of the type `x` and a block `x` that Terraform does not know may have one address.
    private static func types(at address: String, in old: Document?, _ new: Document?) -> [String] {
        let blocks = (old?.blocks(at: address) ?? []) + (new?.blocks(at: address) ?? [])
        return Set(blocks.map(\.type)).sorted()
    }
}
