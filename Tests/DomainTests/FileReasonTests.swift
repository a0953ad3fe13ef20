import Domain
import Foundation
import Testing

@Suite("Why a file could not be read or written")
struct FileReasonTests {
    static let foundation: [(CocoaError.Code, String)] = [
        (.fileNoSuchFile, "the folder does not exist"), (.fileReadNoSuchFile, "the folder does not exist"),
        (.fileWriteNoPermission, "it is not allowed"), (.fileReadNoPermission, "it is not allowed"),
        (.fileWriteOutOfSpace, "no room is left"), (.fileWriteVolumeReadOnly, "it is read-only"),
        (.fileWriteFileExists, "a file is in its place"),
    ]
    static let system: [(POSIXErrorCode, String)] = [
        (.ENOSPC, "no room is left"), (.EDQUOT, "no room is left"), (.EFBIG, "no room is left"),
        (.EROFS, "it is read-only"), (.EACCES, "it is not allowed"), (.EPERM, "it is not allowed"),
        (.ENOTDIR, "a file is in its place"), (.EEXIST, "a file is in its place"),
        (.ENOENT, "the folder does not exist"),
    ]

    @Test("in plain words, by Foundation's codes", arguments: foundation)
    func cocoa(code: CocoaError.Code, words: String) { #expect(FileReason.text(CocoaError(code)) == words) }

    @Test("in plain words, by the system's codes", arguments: system)
    func posix(code: POSIXErrorCode, words: String) { #expect(FileReason.text(POSIXError(code)) == words) }

    @Test("and in the system's where there are none")
    func unknown() {
        for error in [POSIXError(.ELOOP) as any Error, CocoaError(.fileReadCorruptFile), CancellationError()] {
            #expect(FileReason.text(error) == error.localizedDescription)
        }
    }

    @Test("what tools say of a full disk and of a folder that nobody may write is told apart")
    func words() {
        #expect(
            FileReason.isNoRoom("write /a: No space left on device")
                && !FileReason.isReadOnly("No space left on device"))
        for text in ["open /a: Read-only file system", "mkdir: Permission denied"] {
            #expect(FileReason.isReadOnly(text) && !FileReason.isNoRoom(text))
        }
        #expect(!FileReason.isReadOnly("permitted") && !FileReason.isNoRoom(""))
    }
}
