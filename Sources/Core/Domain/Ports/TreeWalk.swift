/// Gathers the files of a tree, within bounds: a few trees that hold each other many times are a billion files.
package struct TreeWalk {
    package static let deepest = 100
    private static let mostFiles = 100_000
    private static let mostBytes = 512 << 20

    let objects: any ObjectStore
    let top: String
    private(set) var files: [SourceFile] = []
    private var folders = 0
    private var bytes = 0

    init(objects: any ObjectStore, top: String) {
        self.objects = objects
        self.top = top
    }

    mutating func visit(_ tree: ObjectID, at path: String, depth: Int = 0) throws(Problem) {
        folders += 1
        guard depth <= Self.deepest else { throw Self.problem(Self.tooDeep(path)) }
        try requireRoom()
        for entry in try objects.entries(of: tree) {
            let place = path.isEmpty ? entry.name : "\(path)/\(entry.name)"
            switch entry.kind {
            case .folder: try visit(entry.id, at: place, depth: depth + 1)
            case .file, .executable: try take(entry, at: place)
            case .symlink, .submodule, .misnamed: continue
            }
        }
    }

    private mutating func take(_ entry: TreeEntry, at place: String) throws(Problem) {
        let file = SourceFile(
            path: place, bytes: try objects.bytes(of: entry.id), isExecutable: entry.kind == .executable)
        bytes += file.bytes.count
        files.append(file)
        try requireRoom()
    }

    private func requireRoom() throws(Problem) {
        guard files.count + folders <= Self.mostFiles else {
            throw Self.problem("\(top) holds more than \(Self.mostFiles) files and folders")
        }
        guard bytes <= Self.mostBytes else {
            throw Self.problem("the files of \(top) are larger than \(Self.mostBytes >> 20) MiB together")
        }
    }

    /// The path may be as long as it is deep.
    package static func tooDeep(_ path: String) -> String {
        "the folders in \(path.prefix(80))… are nested more than \(deepest) deep"
    }

    private static func problem(_ message: String) -> Problem {
        Problem(.needsPerson, message, hint: "split the folder, or remove what nobody put there")
    }
}
