/// Where a series belongs.
package enum Location: Hashable, Sendable {
    case found(workspace: String, instance: String, block: String, how: String)
    case unmapped(reason: String)
    case ambiguous(among: Set<Block>, reason: String)

    /// A resource block of one workspace; its instances are not told apart.
    package struct Block: Hashable, Sendable, Comparable {
        package let workspace: String
        package let address: String

        package init(workspace: String, address: String) {
            self.workspace = workspace
            self.address = address
        }

        package static func < (left: Block, right: Block) -> Bool {
            (left.workspace, left.address) < (right.workspace, right.address)
        }
    }
}
