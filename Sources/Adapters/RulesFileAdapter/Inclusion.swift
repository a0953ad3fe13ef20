import Domain

/// `include: [rules.d/*.yml]`: further files of the same commit, in the order of their paths.
struct Inclusion {
    let main: RulesDocument
    let folder: (String) throws(Problem) -> [SourceFile]

    func documents() -> [RulesDocument] {
        var documents: [RulesDocument] = []
        var seen: Set<String> = [main.reading.file.path]
        for node in main.list("include") {
            for file in files(node) where seen.insert(file.path).inserted {
                documents.append(RulesDocument(file, within: main))
            }
        }
        return documents
    }

    private func files(_ node: YAMLNode) -> [SourceFile] {
        let reading = main.reading
        guard let pattern = node.text, let path = Self.resolved(pattern, from: reading.file.folder) else {
            reading.refuse(
                "'\(node.text ?? node.kind)' names no file of the repository",
                hint: "write a path from the folder of \(reading.file.name), such as rules.d/*.yml", at: node)
            return []
        }
        let parent = path.split(separator: "/").dropLast().joined(separator: "/")
        guard !parent.contains("*") else {
            reading.refuse("'\(pattern)' has a star in a folder's name", hint: "only names of files may", at: node)
            return []
        }
        do throws(Problem) {
            let found = try folder(parent).filter { Glob(path).matches($0.path) }.sorted { $0.path < $1.path }
            if found.isEmpty, !path.contains(where: { "*?".contains($0) }) {
                reading.refuse("there is no file '\(path)'", at: node)
            }
            return found
        } catch {
            reading.refuse(error.message, hint: error.hint, at: node)
            return []
        }
    }

    /// Nil for a path that leaves the repository.
    private static func resolved(_ pattern: String, from folder: String) -> String? {
        guard !pattern.isEmpty, !pattern.hasPrefix("/") else { return nil }
        // A library that comes with the program has a scheme and no folder.
        if pattern.contains(":") { return pattern }
        var steps = folder.split(separator: "/").map(String.init)
        for step in pattern.split(separator: "/") where step != "." {
            if step != ".." {
                steps.append(String(step))
            } else if steps.popLast() == nil {
                return nil
            }
        }
        return steps.joined(separator: "/")
    }
}
