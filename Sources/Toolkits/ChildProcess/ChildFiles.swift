import Glibc
import SystemPackage

/// The files behind a child's standard streams: unlinked at once, unless the caller names one.
struct ChildFiles: Sendable {
    let input: FileDescriptor
    let output: FileDescriptor
    let errorOutput: FileDescriptor

    init(command: Command) throws(ChildProcessError) {
        do {
            input = try Self.input(command.input)
            if let file = command.outputFile {
                output = try FileDescriptor.open(
                    FilePath(file), .readWrite, options: [.create, .truncate, .append, .closeOnExec],
                    permissions: .ownerReadWrite)
                errorOutput = try output.duplicate()
            } else {
                output = try Self.scratch()
                errorOutput = try Self.scratch()
            }
        } catch {
            throw .notStarted(executable: command.executable, reason: "no file for its output: \(error)")
        }
    }

    func close() {
        for file in [input, output, errorOutput] { try? file.close() }
    }

    /// How much the child has printed on either stream; the larger counts.
    var size: Int {
        [output, errorOutput].map { file in
            var status = stat()
            return fstat(file.rawValue, &status) == 0 ? Int(status.st_size) : 0
        }.max() ?? 0
    }

    static func read(_ file: FileDescriptor, atMost limit: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while bytes.count < limit {
            let count = chunk.withUnsafeMutableBytes {
                (try? file.read(fromAbsoluteOffset: Int64(bytes.count), into: $0)) ?? 0
            }
            guard count > 0 else { break }
            bytes += chunk.prefix(count)
        }
        return bytes
    }

    private static func input(_ bytes: [UInt8]) throws -> FileDescriptor {
        if bytes.isEmpty { return try FileDescriptor.open("/dev/null", .readOnly, options: .closeOnExec) }
        let file = try scratch()
        try file.writeAll(bytes)
        try file.seek(offset: 0, from: .start)
        return file
    }

    private static func scratch() throws -> FileDescriptor {
        var template = Array("/tmp/sphinx-XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw Errno(rawValue: errno) }
        unlink(template)
        guard fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0 else { throw Errno(rawValue: errno) }
        return FileDescriptor(rawValue: descriptor)
    }
}
