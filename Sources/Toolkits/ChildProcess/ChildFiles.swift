import Glibc
import SystemPackage

/// The files behind a child's standard streams: unlinked at once, unless the caller names one.
struct ChildFiles: Sendable {
    let input: FileDescriptor
    let output: FileDescriptor
    let errorOutput: FileDescriptor

    init(command: Command) throws(ChildProcessError) {
        var opened: [FileDescriptor] = []
        do {
            input = try Self.input(command.input)
            opened.append(input)
            output = try command.outputFile.map(Self.named) ?? Self.scratch()
            opened.append(output)
            errorOutput = try command.outputFile == nil ? Self.scratch() : Self.twin(of: output)
        } catch {
            for file in opened { try? file.close() }
            throw .notStarted(executable: command.executable, reason: "no file for its streams: \(error)")
        }
    }

    func close() {
        for file in [input, output, errorOutput] { try? file.close() }
    }

    /// How much the child has printed on either stream; the larger counts.
    var size: Int {
        max(Self.size(of: output), Self.size(of: errorOutput))
    }

    static func size(of file: FileDescriptor) -> Int {
        var status = stat()
        return fstat(file.rawValue, &status) == 0 ? Int(status.st_size) : 0
    }

    static func read(_ file: FileDescriptor, from start: Int = 0, atMost limit: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while bytes.count < limit {
            let count = chunk.withUnsafeMutableBytes {
                (try? file.read(fromAbsoluteOffset: Int64(start + bytes.count), into: $0)) ?? 0
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

    /// Only its owner can read it; both streams append, so that neither writes over the other.
    private static func named(_ path: String) throws -> FileDescriptor {
        try FileDescriptor.open(
            FilePath(path), .readWrite, options: [.create, .truncate, .append, .closeOnExec],
            permissions: .ownerReadWrite)
    }

    private static func twin(of file: FileDescriptor) throws -> FileDescriptor {
        let descriptor = fcntl(file.rawValue, F_DUPFD_CLOEXEC, 3)
        guard descriptor >= 0 else { throw Errno(rawValue: errno) }
        return FileDescriptor(rawValue: descriptor)
    }

    private static func scratch() throws -> FileDescriptor {
        let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        let path = FilePath("\(folder.isEmpty ? "/tmp" : folder)/sphinx-\(UInt64.random(in: 0 ... .max))")
        let file = try FileDescriptor.open(
            path, .readWrite, options: [.create, .exclusiveCreate, .closeOnExec], permissions: .ownerReadWrite)
        path.withPlatformString { _ = unlink($0) }
        return file
    }
}
