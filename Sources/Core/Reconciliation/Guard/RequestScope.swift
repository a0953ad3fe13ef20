import Domain
import TerraformLanguage

/// The scope of a person's request: the code of one workspace's own folder.
struct RequestScope: ChangeScope {
    let base: WorkspaceFiles
    let request: ChangeRequest
    private let modules: CalledModules
    private let taken: Set<String>

    init(_ request: ChangeRequest, on base: WorkspaceFiles, world: World, commit: ObjectID) throws(Problem) {
        self.base = base
        self.request = request
        modules = CalledModules(world: world, commit: commit)
        taken = Set(
            try world.objects.entries(of: base.workspace.tree).filter { $0.kind != .file && $0.kind != .executable }
                .map(\.name))
    }

    func applied(_ edits: [Edit]) -> Result<[SourceFile], Refusal> {
        EditApplication(files: base.files, allowsNewFiles: true).applied(edits)
    }

    func files(with changed: [SourceFile]) throws(Problem) -> WorkspaceFiles {
        try modules.added(to: base.replacing(changed))
    }

    func refusals(of changed: [SourceFile]) -> [Refusal] {
        let guarding = RequestGuard(base: base, request: request, taken: taken)
        let misplaced = guarding.placeRefusals(of: changed)
        guard misplaced.isEmpty else { return misplaced }
        let mistakes = modules.mistakes(in: base.replacing(changed))
        guard mistakes.isEmpty, let files = try? files(with: changed) else {
            return mistakes.map { Refusal(.deniedConstruct, $0) }
        }
        let refusals = guarding.constructRefusals(of: changed, with: files.files)
        guard refusals.isEmpty, base.workspace.settings.targeted, targets(of: changed).isEmpty else { return refusals }
        return [
            Refusal(
                .planScope, "\(base.workspace.path): with 'targeted: true' a resource or a module call has to change")
        ]
    }

    /// A new file is written as `terraform fmt` likes it; of an older one only the edited blocks are.
    func tidied(_ changed: [SourceFile], as formatted: [SourceFile]) -> [SourceFile] {
        changed.map { file in
            guard let tidy = formatted.first(where: { $0.path == file.path }),
                isNew(file) || Outside.of(edited(in: [file]), file) == Outside.of(edited(in: [file]), tidy)
            else { return file }
            return tidy
        }
    }

    func refusals(of plan: Plan, from changed: [SourceFile]) -> [Refusal] {
        RequestPlanScope(request: request, edited: Set(edited(in: changed))).refusals(of: plan)
    }

    func targets(of changed: [SourceFile]) -> [String] { EditedBlocks.targets(from: base.files, to: changed) }

    private func isNew(_ file: SourceFile) -> Bool { !base.files.contains { $0.path == file.path } }

    /// The blocks that the change touches, sorted.
    private func edited(in changed: [SourceFile]) -> [String] {
        EditedBlocks.addresses(from: base.files, to: changed)
    }
}

/// The addresses of top-level blocks that differ between two versions of some files.
enum EditedBlocks {
    static func addresses(from before: [SourceFile], to changed: [SourceFile]) -> [String] {
        let found = changed.filter { $0.path.hasSuffix(".tf") }.flatMap { file in
            let old = before.first { $0.path == file.path }
            return ChangedBlock.all(
                from: old.flatMap { try? Document.parse($0.bytes, path: $0.path) },
                to: try? Document.parse(file.bytes, path: file.path)
            ).map(\.address)
        }
        return Set(found).sorted()
    }

    /// Those that `-target` may name.
    static func targets(from before: [SourceFile], to changed: [SourceFile]) -> [String] {
        addresses(from: before, to: changed).filter { address in
            !["data", "variable", "output", "locals", "terraform", "provider"].contains {
                address == $0 || address.hasPrefix("\($0).")
            }
        }
    }
}

/// The bytes of a file that stand outside of some blocks.
private enum Outside {
    static func of(_ addresses: [String], _ file: SourceFile) -> [[UInt8]] {
        guard let document = try? Document.parse(file.bytes, path: file.path) else { return [file.bytes] }
        let ranges = addresses.flatMap { document.blocks(at: $0) }.map(\.range)
        var pieces: [[UInt8]] = []
        var start = 0
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            pieces.append(Array(document.bytes[start..<range.lowerBound]))
            start = range.upperBound
        }
        return pieces + [Array(document.bytes[start...])]
    }
}
