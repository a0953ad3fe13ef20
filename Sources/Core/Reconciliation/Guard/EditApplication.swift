package import Domain

/// Applies the model's replacements to the files that it was sent: exactly, or not at all.
package struct EditApplication {
    private static let largestFile = 1 << 20
    private static let mostEdits = 20

    private let files: [SourceFile]
    /// An empty search makes a new file.
    private let allowsNewFiles: Bool

    package init(files: [SourceFile], allowsNewFiles: Bool = false) {
        self.files = files
        self.allowsNewFiles = allowsNewFiles
    }

    /// The files that differ afterwards, whole and sorted by path.
    package func applied(_ edits: [Edit]) -> Result<[SourceFile], Refusal> {
        guard !edits.isEmpty else { return .failure(Refusal(.nothingChanged, "there are no edits")) }
        guard edits.count <= Self.mostEdits else {
            return .failure(Refusal(.tooLarge, "there are \(edits.count) edits; \(Self.mostEdits) are allowed"))
        }
        var texts: [String: [UInt8]] = [:]
        for edit in edits {
            switch applied(edit, to: texts[edit.path]) {
            case .success(let bytes): texts[edit.path] = bytes
            case .failure(let refusal): return .failure(refusal)
            }
        }
        let changed = texts.compactMap { path, bytes -> SourceFile? in
            let old = files.first { $0.path == path }
            return bytes == old?.bytes
                ? nil : SourceFile(path: path, bytes: bytes, isExecutable: old?.isExecutable ?? false)
        }
        guard !changed.isEmpty else { return .failure(Refusal(.nothingChanged, "the edits change nothing")) }
        return .success(changed.sorted { $0.path < $1.path })
    }

    private func applied(_ edit: Edit, to current: [UInt8]?) -> Result<[UInt8], Refusal> {
        let search = Array(edit.search.utf8)
        guard let bytes = current ?? files.first(where: { $0.path == edit.path })?.bytes else {
            return allowsNewFiles && search.isEmpty ? checked(Array(edit.replace.utf8), edit.path) : unknown(edit.path)
        }
        guard !search.isEmpty else {
            if allowsNewFiles, bytes.isEmpty { return checked(Array(edit.replace.utf8), edit.path) }
            let reason = allowsNewFiles ? "the file exists already" : "new files are not allowed here"
            return .failure(Refusal(.emptySearch, "an edit of '\(edit.path)' has an empty search; \(reason)"))
        }
        let places = Self.places(of: search, in: bytes)
        guard places.count == 1 else {
            let reason: Refusal.Reason = places.isEmpty ? .searchNotFound : .searchNotUnique
            return .failure(
                Refusal(
                    reason,
                    "a search text occurs \(places.count == 2 ? "more than once" : "0 times") in '\(edit.path)'; "
                        + "it must occur exactly once: \(edit.search.prefix(200))"))
        }
        let result = Array(bytes[..<places[0]]) + Array(edit.replace.utf8) + Array(bytes[(places[0] + search.count)...])
        return checked(result, edit.path)
    }

    private func unknown(_ path: String) -> Result<[UInt8], Refusal> {
        let hint = allowsNewFiles ? "; an empty search makes a new file" : ""
        return .failure(Refusal(.unknownFile, "'\(path)' is not one of the files that were sent\(hint)"))
    }

    private func checked(_ bytes: [UInt8], _ path: String) -> Result<[UInt8], Refusal> {
        bytes.count <= Self.largestFile
            ? .success(bytes) : .failure(Refusal(.tooLarge, "'\(path)' would be larger than 1 MiB"))
    }

    /// The first two places, overlapping ones among them.
    private static func places(of search: [UInt8], in bytes: [UInt8]) -> [Int] {
        var places: [Int] = []
        var start = 0
        while start + search.count <= bytes.count, places.count < 2 {
            guard let first = bytes[start...(bytes.count - search.count)].firstIndex(of: search[0]) else { break }
            if bytes[first..<(first + search.count)].elementsEqual(search) { places.append(first) }
            start = first + 1
        }
        return places
    }
}
