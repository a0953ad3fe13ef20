extension SourceFile {
    /// What stands in git in place of a file that Git LFS keeps elsewhere (git-lfs.com, spec v1).
    package var isLargeFilePointer: Bool {
        bytes.count < 1_024 && bytes.starts(with: "version https://git-lfs.github.com/spec/".utf8)
    }

    /// Why such a file cannot be read.
    package static let pointerReason = "the file is a pointer of Git LFS; its content is not in git"
    package static let pointerHint = "take it out of LFS with 'git lfs untrack', and commit it again"
}
