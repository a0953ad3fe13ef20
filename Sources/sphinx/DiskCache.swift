import Domain
import Foundation

/// The cache in a folder, one file an entry; losing any of them costs time or tokens only.
struct DiskCache: Cache {
    private let folder: String

    init(folder: String) {
        self.folder = "\(folder)/entries"
    }

    func value(for key: Digest) -> [UInt8]? {
        FileManager.default.contents(atPath: path(key)).map(Array.init)
    }

    /// Written beside and renamed, so that nobody reads half an entry.
    func keep(_ value: [UInt8], for key: Digest) {
        let file = URL(filePath: path(key))
        try? FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        try? Data(value).write(to: file, options: .atomic)
    }

    private func path(_ key: Digest) -> String { "\(folder)/\(key.prefix(2))/\(key.hex)" }
}
