/// One difference that an edit makes in the code: which value, where, before and after.
package struct CodeChange: Hashable, Sendable {
    /// The file, from the top of the repository.
    package let file: String
    /// `aws_instance.web`, `variable.x`, `terraform`; a repeated one has `#2` and so on after it, and what stands outside
    /// of blocks, as in a file of variables' values, has none.
    package let address: String
    /// The path within the block, such as `root_block_device.0.volume_type`; empty for the block itself.
    package let attribute: String
    /// The code of the value on one line; nil where there was nothing before, or is nothing after.
    package let before: String?
    package let after: String?

    package init(file: String, address: String, attribute: String, before: String?, after: String?) {
        self.file = file
        self.address = address
        self.attribute = attribute
        self.before = before
        self.after = after
    }
}

extension CodeChange: Comparable {
    package static func < (left: CodeChange, right: CodeChange) -> Bool {
        (left.file, left.address, left.attribute) < (right.file, right.address, right.attribute)
    }
}

extension CodeChange: CustomStringConvertible {
    /// `aws_instance.web.instance_type: "m5.large" → "t3.micro"`.
    package var description: String {
        let place = [address, attribute].filter { !$0.isEmpty }.joined(separator: ".")
        return "\(place): \(before ?? "not set") → \(after ?? "not set")"
    }
}
