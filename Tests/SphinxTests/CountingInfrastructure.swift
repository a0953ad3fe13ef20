import Domain
import Synchronization

/// Counts the scratch folders that Terraform is given, and notes whose states are read.
final class CountingInfrastructure: Infrastructure {
    private let infrastructure: any Infrastructure
    private let benches = Mutex(0)
    private let read = Mutex<[String]>([])

    init(_ infrastructure: any Infrastructure) {
        self.infrastructure = infrastructure
    }

    var count: Int { benches.withLock { $0 } }

    /// Workspaces, sorted.
    var states: [String] { read.withLock { $0.sorted() } }

    func state(of files: WorkspaceFiles) async throws(TerraformFailure) -> [ResourceInstance] {
        read.withLock { $0.append(files.workspace.path) }
        return try await infrastructure.state(of: files)
    }

    func workbench(for files: WorkspaceFiles) async throws(TerraformFailure) -> any Workbench {
        benches.withLock { $0 += 1 }
        return try await infrastructure.workbench(for: files)
    }
}
