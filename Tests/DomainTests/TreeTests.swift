import Domain
import Foundation
import TestSupport
import Testing

@Suite("Files of a repository")
struct TreeTests {
    private static let files = [
        SourceFile(path: "README.md", text: "top"), SourceFile(path: "a/b/c.tf", text: "c"),
        SourceFile(path: "a/run.sh", bytes: Array("r".utf8), isExecutable: true), SourceFile(path: "a/x.tf", text: "x"),
    ]

    @Test(
        "are found below a folder, in one folder alone, and one by one",
        arguments: [
            ("", ["README.md", "a/b/c.tf", "a/run.sh", "a/x.tf"], ["README.md"]),
            ("a", ["a/b/c.tf", "a/run.sh", "a/x.tf"], ["a/run.sh", "a/x.tf"]), ("a/b", ["a/b/c.tf"], ["a/b/c.tf"]),
            ("nowhere", [], []), ("a/x.tf", [], []),
        ])
    func found(folder: String, below: [String], directly: [String]) throws {
        let repository = MemoryRepository()
        let commit = try repository.write(Self.files)
        let tree = try repository.summary(of: commit).tree
        #expect(try repository.files(below: folder, in: commit).map(\.path) == below)
        #expect(try repository.files(below: folder, inTree: tree).map(\.path) == below)
        #expect(try repository.files(directlyIn: folder, in: commit).map(\.path) == directly)
    }

    @Test("a file is read with its bytes and its run bit; a folder is no file, and an empty path is nothing")
    func single() throws {
        let repository = MemoryRepository()
        let commit = try repository.write(Self.files)
        #expect(try repository.file(at: "a/run.sh", in: commit) == Self.files[2])
        #expect(
            try repository.file(at: "a/b", in: commit) == nil
                && repository.entry(at: "a/b", in: commit)?.kind == .folder)
        #expect(
            try repository.file(at: "a/none.tf", in: commit) == nil && repository.file(at: "no/x", in: commit) == nil)
        #expect(try repository.entry(at: "", in: commit) == nil)
    }

    // MARK: Hostile trees

    /// Every tree has the same entries; the tree itself is among them where a loop is wanted.
    private struct Endless: ObjectStore {
        let entries: [TreeEntry]
        /// Of every file.
        var content: [UInt8] = []

        func tree(at path: String, in commit: ObjectID) throws(Problem) -> ObjectID? { commit }
        func entries(of tree: ObjectID) throws(Problem) -> [TreeEntry] { entries }
        func bytes(of blob: ObjectID) throws(Problem) -> [UInt8] { content }
        func summary(of commit: ObjectID) throws(Problem) -> CommitSummary { throw Problem(.bug, "not asked for") }
        func signature(of commit: ObjectID) throws(Problem) -> SignedMessage? { nil }
        func commit(_ draft: CommitDraft) throws(Problem) -> ObjectID { throw Problem(.bug, "not asked for") }
        func merge(ancestor: ObjectID, ours: ObjectID, theirs: ObjectID) throws(Problem) -> MergeResult {
            .conflicts(paths: [])
        }
        func mergeBase(of one: ObjectID, and other: ObjectID) throws(Problem) -> ObjectID? { nil }
        func contains(_ object: ObjectID) -> Bool { true }
    }

    private static func id(_ digit: String) throws -> ObjectID {
        try #require(ObjectID(String(repeating: digit, count: 40)))
    }

    private static func refusal(_ entries: [TreeEntry], each bytes: Int = 0) throws -> String? {
        let commit = try id("0")
        do throws(Problem) {
            _ = try Endless(entries: entries, content: [UInt8](repeating: 0, count: bytes))
                .files(below: "web", in: commit)
            return nil
        } catch {
            #expect(error.kind == .needsPerson)
            return error.description
        }
    }

    private static let hint = "split the folder, or remove what nobody put there"

    @Test("that hold themselves are walked a hundred deep, and told by the path's start")
    func loop() throws {
        let name = String(repeating: "d", count: 30)
        let told = try Self.refusal([TreeEntry(name: name, kind: .folder, id: Self.id("1"))])
        #expect(
            told
                == "the folders in web/\(name)/\(name)/\(String(repeating: "d", count: 14))… are nested more than 100 deep; \(Self.hint)"
        )
    }

    @Test("that hold one another many times stop at the hundred thousandth entry")
    func wide() throws {
        let files = try (0..<1_100).map { TreeEntry(name: "\($0)", kind: .file, id: try Self.id("2")) }
        let entries = files + [TreeEntry(name: "d", kind: .folder, id: try Self.id("1"))]
        #expect(try Self.refusal(entries) == "web holds more than 100000 files and folders; \(Self.hint)")
    }

    @Test("that are too large together are refused before memory is full")
    func large() throws {
        let entries = try (0..<40).map { TreeEntry(name: "\($0)", kind: .file, id: try Self.id("a")) }
        #expect(
            try Self.refusal(entries, each: 16 << 20)
                == "the files of web are larger than 512 MiB together; \(Self.hint)")
    }

    @Test("links and submodules are no files, and are told as what they are")
    func links() throws {
        let kinds: [TreeEntry.Kind] = [.file, .executable, .symlink, .submodule, .folder]
        let store = Endless(
            entries: try kinds.dropLast().map { TreeEntry(name: $0.name, kind: $0, id: try Self.id("1")) })
        #expect(try store.files(below: "", in: Self.id("0")).map(\.isExecutable) == [false, true])
        #expect(try store.files(directlyIn: "x", in: Self.id("0")).map(\.path) == ["x/a file", "x/a file"])
        #expect(try store.file(at: "a symbolic link", in: Self.id("0")) == nil)
        #expect(kinds.map(\.name) == ["a file", "a file", "a symbolic link", "a submodule", "a folder"])
    }

    // MARK: Values

    @Test(
        "a path has a name and a folder",
        arguments: [
            ("a/b/c.tf", "c.tf", "a/b"), ("c.tf", "c.tf", ""), ("a//c.tf", "c.tf", "a"), ("a/", "a", ""), ("", "", ""),
        ])
    func paths(path: String, name: String, folder: String) {
        let file = SourceFile(path: path, text: "")
        #expect(file.name == name && file.folder == folder)
    }

    @Test(
        "what Git LFS keeps elsewhere is known by its pointer",
        arguments: [
            ("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", true),
            ("version https://git-lfs.github.com/spec/v1\n" + String(repeating: "x", count: 1_000), false),
            (" version https://git-lfs.github.com/spec/v1\n", false), ("version https://git-lfs", false), ("", false),
        ])
    func pointers(text: String, isPointer: Bool) {
        #expect(SourceFile(path: "a", text: text).isLargeFilePointer == isPointer)
    }

    @Test("bytes that are no UTF-8 are shown and kept")
    func bytes() {
        let file = SourceFile(path: "a", bytes: [0x61, 0xFF, 0x62])
        #expect(file.text == "a\u{FFFD}b" && file.bytes.count == 3)
    }

    @Test("replaced files take the place of those of their path, and others come along")
    func replacing() throws {
        let files = WorkspaceFiles(
            workspace: Workspace(path: "web", folder: "workspaces/web", tree: try Self.id("1")),
            files: [SourceFile(path: "w/b.tf", text: "b"), SourceFile(path: "w/a.tf", text: "a")])
        let changed = files.replacing([SourceFile(path: "w/b.tf", text: "B"), SourceFile(path: "w/0.tf", text: "0")])
        #expect(
            changed.files.map(\.path) == ["w/0.tf", "w/a.tf", "w/b.tf"] && changed.files.map(\.text) == ["0", "a", "B"])
        #expect(changed.workspace == files.workspace && files.files[0].text == "b")
    }

    @Test("a block in a module is the same block under a longer address, and is read as it was written")
    func declared() throws {
        let block = DeclaredResource(
            address: "t.n", type: "t", literals: ["a.0": .number(1.5)], file: "m/a.tf", ignoredChanges: ["all"],
            ignores: [IgnoreComment(rule: "idle", until: 1, reason: "r", line: 3)])
        let inner = block.prefixed("module.a.")
        #expect(inner.address == "module.a.t.n" && inner.prefixed("module.b.").address == "module.b.module.a.t.n")
        #expect(inner.literals == block.literals && inner.ignores == block.ignores && inner.file == block.file)
        #expect(try JSONDecoder().decode(DeclaredResource.self, from: try JSONEncoder().encode(inner)) == inner)
    }

    @Test("who committed is the author, unless somebody else did")
    func committer() throws {
        let summary = { (committer: String?) throws in
            CommitSummary(
                id: try Self.id("1"), tree: try Self.id("2"), parents: [], author: "Ann", committer: committer,
                time: Date(timeIntervalSince1970: 0), message: "")
        }
        #expect(try summary(nil).committer == "Ann" && summary("Bob").committer == "Bob")
    }
}
