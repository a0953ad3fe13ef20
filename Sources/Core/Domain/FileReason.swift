import Foundation

/// Why a file or a folder could not be read or written, in a few plain words.
package enum FileReason {
    package static func text(_ error: any Error) -> String {
        if let cocoa = error as? CocoaError, let text = text(cocoa.code) { return text }
        if let posix = error as? POSIXError { return text(posix.code) ?? posix.localizedDescription }
        return error.localizedDescription
    }

    /// Of what the system said in words of its own.
    package static func isNoRoom(_ words: String) -> Bool { words.contains("No space left on device") }
    package static func isReadOnly(_ words: String) -> Bool {
        words.contains("Read-only file system") || words.contains("Permission denied")
    }

    private static func text(_ code: CocoaError.Code) -> String? {
        switch code {
        case .fileNoSuchFile, .fileReadNoSuchFile: "the folder does not exist"
        case .fileWriteNoPermission, .fileReadNoPermission: "it is not allowed"
        case .fileWriteOutOfSpace: "no room is left"
        case .fileWriteVolumeReadOnly: "it is read-only"
        case .fileWriteFileExists: "a file is in its place"
        default: nil
        }
    }

    private static func text(_ code: POSIXErrorCode) -> String? {
        switch code {
        case .ENOSPC, .EDQUOT, .EFBIG: "no room is left"
        case .EROFS: "it is read-only"
        case .EACCES, .EPERM: "it is not allowed"
        case .ENOTDIR, .EEXIST: "a file is in its place"
        case .ENOENT: "the folder does not exist"
        default: nil
        }
    }
}
