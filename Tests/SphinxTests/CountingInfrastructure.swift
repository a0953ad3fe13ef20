import Domain
import Synchronization

/// Counts the scratch folders that Terraform is given.
final class CountingInfrastructure: Infrastructure {
    private let infrastructure: any Infrastructure
    private let benches = Mutex(0)

    init(_ infrastructure: any Infrastructure) {
        self.infrastructure = infrastructure
    }

    var count: Int { benches.withLock { $0 } }

    func state(of files: WorkspaceFiles) async throws(TerraformFailure) -> [ResourceInstance] {
        try await infrastructure.state(of: files)
    }

    func workbench(for files: WorkspaceFiles) async throws(TerraformFailure) -> any Workbench {
        benches.withLock { $0 += 1 }
        return try await infrastructure.workbench(for: files)
    }
}
