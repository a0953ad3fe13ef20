import Domain
import Foundation
import PluginAdapter
import TestSupport

/// Plugins as files of a commit, and a runner that finds programs where the suite does.
struct PluginStage {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    var runner: PluginRunner {
        PluginRunner(
            PluginRunner.Settings(
                scratchFolder: "\(folder.path)/scratch",
                path: ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", outputBytes: 1 << 20))
    }

    /// An executable `plugins/p` with a shell script in it.
    static func shell(_ script: String, timeout: Double = 20) -> (plugin: Plugin, files: [SourceFile]) {
        let file = SourceFile(path: "plugins/p", bytes: Array("#!/bin/sh\n\(script)\n".utf8), isExecutable: true)
        return (Plugin(name: "p", command: ["./p"], timeout: timeout, folder: "plugins"), [file])
    }

    /// The whole sentence of what went wrong; empty where nothing did.
    func problem(_ plugin: Plugin, _ files: [SourceFile]) async -> String {
        do throws(Problem) {
            _ = try await runner.findings(of: plugin, files: files, in: PluginInput(at: 0, series: [:]))
            return ""
        } catch {
            return error.description
        }
    }

    var leftovers: [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/scratch")) ?? []
    }

    /// Processes whose arguments hold the mark.
    static func processes(marked mark: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.filter { Int($0) != nil }.filter { name in
            let data = FileManager.default.contents(atPath: "/proc/\(name)/cmdline") ?? Data()
            return String(decoding: data, as: UTF8.self).contains(mark)
        }
    }

    static var repository: URL {
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    }

    /// The project's own file, as a file of a commit.
    static func own(_ path: String, as name: String? = nil) throws -> SourceFile {
        SourceFile(path: name ?? path, bytes: Array(try Data(contentsOf: repository.appending(path: path))))
    }
}
