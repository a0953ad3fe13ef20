import Domain
import TerraformLanguage

/// Proves, before any Terraform runs, that the answer to a request stays in its workspace and brings in nothing denied.
struct RequestGuard {
    let base: WorkspaceFiles
    let request: ChangeRequest
    /// Names in the workspace's folder that are no files, such as symbolic links.
    let taken: Set<String>

    private var folder: String { base.workspace.folder }

    /// Of where the change is, and whether it is HCL at all.
    func placeRefusals(of changed: [SourceFile]) -> [Refusal] {
        let misplaced = changed.compactMap(placeRefusal)
        return misplaced.isEmpty ? changed.compactMap(Self.syntaxRefusal) : misplaced
    }

    /// Of what the change brings in, by itself and by the modules of the repository that it calls.
    func constructRefusals(of changed: [SourceFile], with files: [SourceFile]) -> [Refusal] {
        let own = Set(changed.map(\.path))
        let changes = ConstructCheck(folder: folder, before: base.files, after: files).changes().filter { change in
            // A module's code has been read by people; a provider that it needs is new here all the same.
            own.contains(change.path) || change.isIndirect || change.why == WatchedConstructs.foreignProvider
        }
        return changes.map(\.refusal) + changed.flatMap(referenceRefusals)
    }

    // MARK: Files

    private func placeRefusal(of file: SourceFile) -> Refusal? {
        guard file.path == "\(folder)/\(file.name)" else {
            return Refusal(.outsideTarget, "\(file.path): only .tf files directly in \(folder) may change")
        }
        if let only = request.file, file.name != only {
            return Refusal(.outsideTarget, "\(file.path): only \(only) may change")
        }
        if let mistake = CodeFileName.mistake(in: file.name) {
            return Refusal(.outsideTarget, "\(file.path): the file's name \(mistake)")
        }
        return taken.contains(file.name)
            ? Refusal(.outsideTarget, "\(file.path): there is a symbolic link or a folder of this name") : nil
    }

    private static func syntaxRefusal(of file: SourceFile) -> Refusal? {
        do throws(SyntaxError) {
            _ = try Document.parse(file.bytes, path: file.path)
            return nil
        } catch {
            let place = error.position(in: file.bytes)
            return Refusal(.syntax, "\(file.path):\(place.line):\(place.column): \(error.message)")
        }
    }

    // MARK: References

    /// Those of files of this folder are what `path.module` is for.
    private func referenceRefusals(in file: SourceFile) -> [Refusal] {
        guard let document = try? Document.parse(file.bytes, path: file.path) else { return [] }
        let known = base.files.first { $0.path == file.path }.flatMap { try? Document.parse($0.bytes, path: $0.path) }
        let old = Set(known.map(Self.references) ?? [])
        let read = document.body.expressions.flatMap(\.calls).count { call in
            FileCall(document.text(call.range), in: document.path).staysWithin(folder, among: files)
                && document.text(call.range).contains("${path.module}")
        }
        var left = ["path.module": read]
        return Self.references(document).compactMap { reference in
            if let count = left[reference], count > 0 {
                left[reference] = count - 1
                return nil
            }
            guard !old.contains(reference),
                let row = DeniedConstructs.references.first(where: { reference.hasPrefix("\($0.name).") })
            else { return nil }
            return Refusal(.deniedFunction, "\(file.path): '\(reference)' is not allowed: \(row.reason)")
        }
    }

    private var files: [String: SourceFile] {
        Dictionary(base.files.map { ($0.path, $0) }) { first, _ in first }
    }

    /// Data sources may be read, as those that are dangerous are denied themselves.
    private static func references(_ document: Document) -> [String] {
        document.body.expressions.flatMap(\.references).filter { !$0.hasPrefix("data.") }
    }
}
