/// The names that a new file of a workspace's own folder may have.
package enum CodeFileName {
    private static let longest = 100

    /// What is wrong with a name, so that a sentence can begin with the name; nil where nothing is.
    package static func mistake(in name: String) -> String? {
        if name.contains("/") || name.contains("\\") || name.contains("..") {
            return "is no name of a file in the workspace's own folder"
        }
        guard name.hasSuffix(".tf") else { return "does not end in .tf" }
        if name.hasPrefix(".") { return "begins with a dot, so that Terraform would not read it" }
        let isPlain = name.utf8.allSatisfy {
            (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || [45, 46, 95].contains($0)
        }
        guard isPlain, !name.hasPrefix("-") else { return "has more in it than letters, digits, '-', '_' and '.'" }
        if name == "override.tf" || name.hasSuffix("_override.tf") {
            return "is an override file, which changes the blocks of other files unseen"
        }
        return name.utf8.count > longest ? "is longer than \(longest) characters" : nil
    }
}
