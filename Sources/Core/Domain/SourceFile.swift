/// A file of the repository: its path from the top, with slashes, and its bytes.
package struct SourceFile: Hashable, Sendable {
    package let path: String
    package let bytes: [UInt8]
    package let isExecutable: Bool

    package init(path: String, bytes: [UInt8], isExecutable: Bool = false) {
        self.path = path
        self.bytes = bytes
        self.isExecutable = isExecutable
    }

    package init(path: String, text: String) {
        self.init(path: path, bytes: Array(text.utf8))
    }

    /// The bytes as UTF-8, with replacement characters for what is not.
    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The last component of the path.
    package var name: String { path.split(separator: "/").last.map(String.init) ?? path }

    /// The path without its last component; empty at the top.
    package var folder: String { path.split(separator: "/").dropLast().joined(separator: "/") }
}
