import Domain
import Foundation
import Glibc

/// A state in a file of the local state folder.
enum LocalState {
    /// Nil where there is none yet; a file that cannot be read is no empty state.
    static func bytes(of workspace: Workspace, at file: String) throws(TerraformFailure) -> Data? {
        var status = stat()
        guard stat(file, &status) == 0 else {
            if errno == ENOENT { return nil }
            throw unreadable(workspace, file, FileReason.text(POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)))
        }
        do {
            return try Data(contentsOf: URL(filePath: file))
        } catch {
            throw unreadable(workspace, file, FileReason.text(error))
        }
    }

    private static func unreadable(_ workspace: Workspace, _ file: String, _ reason: String) -> TerraformFailure {
        TerraformFailure(
            step: "state", diagnostics: [],
            problem: Problem(
                .needsPerson, "\(workspace.path): the state in \(file) cannot be read: \(reason)",
                hint: "SPHINX_LOCAL_STATE_DIR names the folder of states"))
    }
}
