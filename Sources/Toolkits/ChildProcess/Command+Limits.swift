extension Command {
    /// What is started: the shell sets the limits, which hold for all that comes after it, and becomes the program.
    ///
    /// A limit that the process has itself, and that is lower, stays. A signal at the limit of a file is ignored, so that
    /// the program can say what failed.
    func launch(_ path: String) -> (path: String, arguments: [String]) {
        let rules =
            (limits.fileBytes.map { ["trap '' XFSZ", "ulimit -S -f \($0 / 512) 2>/dev/null || :"] } ?? [])
            + (limits.memoryBytes.map { ["ulimit -S -d \($0 / 1_024) 2>/dev/null || :"] } ?? [])
        guard !rules.isEmpty else { return (path, arguments) }
        return ("/bin/sh", ["-c", (rules + ["exec \"$0\" \"$@\""]).joined(separator: "; "), path] + arguments)
    }
}
