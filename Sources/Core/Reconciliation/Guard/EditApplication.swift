package import Domain

/// Applies the model's replacements to the files that it was sent: exactly, or not at all.
package struct EditApplication {
    private static let largestFile = 1 << 20
    private static let mostEdits = 20

    private let files: [SourceFile]

    package init(files: [SourceFile]) {
        self.files = files
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
        let changed = files.compactMap { file in
            texts[file.path].flatMap { bytes in
                bytes == file.bytes
                    ? nil : SourceFile(path: file.path, bytes: bytes, isExecutable: file.isExecutable)
            }
        }
        guard !changed.isEmpty else { return .failure(Refusal(.nothingChanged, "the edits change nothing")) }
        return .success(changed.sorted { $0.path < $1.path })
    }

    private func applied(_ edit: Edit, to current: [UInt8]?) -> Result<[UInt8], Refusal> {
        guard let file = files.first(where: { $0.path == edit.path }) else {
            return .failure(Refusal(.unknownFile, "'\(edit.path)' is not one of the files that were sent"))
        }
        let search = Array(edit.search.utf8)
        guard !search.isEmpty else {
            return .failure(
                Refusal(.emptySearch, "an edit of '\(edit.path)' has an empty search; new files are not allowed here"))
        }
        let bytes = current ?? file.bytes
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
        guard result.count <= Self.largestFile else {
            return .failure(Refusal(.tooLarge, "'\(edit.path)' would be larger than 1 MiB"))
        }
        return .success(result)
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
