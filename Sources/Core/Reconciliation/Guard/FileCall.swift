import Domain

/// A call of a function that reads a file, such as `file("${path.module}/script.sh")`.
struct FileCall {
    private let text: String
    private let document: String

    /// The call as it is written, and the path of the document that it stands in.
    init(_ text: String, in document: String) {
        self.text = text
        self.document = document
    }

    /// Whether the name is a text without anything that is computed but `path.module`.
    static func isLiteral(_ text: String) -> Bool {
        text.contains(#/^[a-z0-9]+\(\s*"(\$\{path\.module\}\/)?[^"$%]*"\s*[,)]/#)
    }

    /// Whether it names, in so many letters, a file that the repository holds for this workspace.
    ///
    /// Symbolic links are never laid out for Terraform, so that such a file is what it seems to be.
    func staysWithin(_ folder: String, among files: [String: SourceFile]) -> Bool {
        let form =
            #/^(?:file|filebase64|file(?:base64)?sha(?:1|256|512)|filemd5|templatefile)\(\s*"(\$\{path\.module\}/)?([A-Za-z0-9][A-Za-z0-9._/-]*)"\s*[,)]/#
        guard let match = try? form.firstMatch(in: text), !match.2.contains("..") else { return false }
        let module = document.split(separator: "/").dropLast().joined(separator: "/")
        // Without `path.module` a path begins at the workspace's folder, wherever it is written.
        return files["\(match.1 == nil ? folder : module)/\(match.2)"] != nil
    }
}
