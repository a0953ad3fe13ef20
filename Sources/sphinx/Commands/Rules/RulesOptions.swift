import ArgumentParser
import Domain
import Foundation
import Reconciliation
import RuleLibrary
import RulesFileAdapter

/// Where a command takes its rules from: a file of the disk, or the base branch of the repository.
struct RulesOptions: ParsableArguments {
    @Option(help: "A rules file on disk; without it the base branch's is taken.")
    var file: String?

    func rules(_ composition: Composition, base: String?) async throws -> RuleSet {
        if let file { return try Self.rules(atDisk: file) }
        let settings = try composition.runSettings(base: base, workspaces: [])
        return try await composition.withScratch { scratch in
            try await Inspection(world: try composition.dryWorld(scratch: scratch), settings: settings).rules()
        }
    }

    /// One file of the library, such as `sphinx:aws-state`.
    static func libraryRules(_ name: String) throws -> RuleSet {
        guard let file = RuleLibrary.files.first(where: { $0.path == name }) else {
            throw Problem(.needsPerson, "the library has no '\(name)'")
        }
        return try RulesFile().rules(in: file)
    }

    /// Includes are looked for beside the file.
    static func rules(atDisk path: String) throws -> RuleSet {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Problem(.needsPerson, "there is no file '\(path)'")
        }
        let url = URL(filePath: path)
        let top = url.deletingLastPathComponent().path(percentEncoded: false)
        return try RulesFile().rules(
            in: SourceFile(path: url.lastPathComponent, bytes: Array(data)),
            folder: { (folder) throws(Problem) in
                DiskFolder.files(directlyIn: folder, below: top) + (folder.isEmpty ? RuleLibrary.files : [])
            }, workspaces: [])
    }
}

/// Files of the disk as files of a commit.
enum DiskFolder {
    static func files(directlyIn folder: String, below top: String) -> [SourceFile] {
        let base = folder.isEmpty ? top : "\(top)/\(folder)"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: base)) ?? []
        return names.sorted().compactMap { name in
            FileManager.default.contents(atPath: "\(base)/\(name)").map {
                SourceFile(path: folder.isEmpty ? name : "\(folder)/\(name)", bytes: Array($0))
            }
        }
    }
}
