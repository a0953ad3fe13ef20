import CGit2
import Domain

/// What libgit2 said of one operation.
struct GitError: Error, Equatable {
    let code: Int32
    /// What was being done, such as "reading the tree".
    let operation: String
    let message: String

    var isMissing: Bool { code == GIT_ENOTFOUND.rawValue }

    var problem: Problem {
        let kind: Problem.Kind = code == GIT_ELOCKED.rawValue ? .passing : .needsPerson
        return Problem(kind, "\(operation): \(message)", hint: hint)
    }

    /// The same, where what is written goes to a folder.
    func problem(in folder: String) -> Problem {
        if FileReason.isNoRoom(message) {
            return Problem(.needsPerson, "\(operation): no room is left in \(folder)", hint: "make room on its disk")
        }
        if FileReason.isReadOnly(message) {
            return Problem(
                .needsPerson, "\(operation): \(folder) cannot be written", hint: "run on a clone that can be")
        }
        return problem
    }

    private var hint: String? {
        switch code {
        case GIT_ENOTFOUND.rawValue:
            "a shallow or partial clone may lack it; fetch it, or run on a full clone"
        case GIT_ELOCKED.rawValue: "another git process holds a lock; try again"
        default: nil
        }
    }
}

/// Runs one libgit2 call and turns a negative result into an error.
///
/// libgit2 keeps its message by thread, so it is read before anything else can run here.
@discardableResult
func check(_ operation: String, _ call: () -> Int32) throws(GitError) -> Int32 {
    _ = LibGit2.isStarted
    let code = call()
    guard code < 0 else { return code }
    let message = git_error_last().flatMap { $0.pointee.message.map { String(cString: $0) } }
    throw GitError(code: code, operation: operation, message: message ?? "libgit2 error \(code)")
}

/// The library, started once when it is first needed.
enum LibGit2 {
    static let isStarted: Bool = {
        let count = git_libgit2_init()
        return count > 0
    }()
}
