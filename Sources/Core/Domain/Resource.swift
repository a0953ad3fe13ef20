/// One instance in Terraform's state; sensitive values are already gone.
package struct ResourceInstance: Hashable, Sendable, Codable {
    /// With module and instance key: `module.db.aws_instance.web[0]`.
    package let address: String
    package let type: String
    package let values: JSONValue

    package init(address: String, type: String, values: JSONValue) {
        self.address = address
        self.type = type
        self.values = values
    }

    /// The address of the block that declares the instance: `aws_instance.web[0]` leads to `aws_instance.web`.
    package var blockAddress: String { ResourceAddress.block(address) }
}

/// Terraform's resource addresses.
package enum ResourceAddress {
    /// An address without any instance keys, also those of modules.
    package static func block(_ address: String) -> String {
        var result = ""
        var depth = 0
        var quoted = false
        var escaped = false
        for character in address {
            if depth > 0 {
                if escaped {
                    escaped = false
                } else if character == "\\" {
                    escaped = true
                } else if character == "\"" {
                    quoted.toggle()
                } else if character == "[", !quoted {
                    depth += 1
                } else if character == "]", !quoted {
                    depth -= 1
                }
            } else if character == "[" {
                depth = 1
            } else {
                result.append(character)
            }
        }
        return result
    }

    /// The resource type that an address names, past its modules.
    package static func type(of address: String) -> String? {
        let steps = block(address).split(separator: ".").map(String.init)
        var index = 0
        while index + 1 < steps.count, steps[index] == "module" { index += 2 }
        return index + 1 < steps.count ? steps[index] : nil
    }
}
