import SystemPackage

/// Hands on the lines of a file that a child is still writing.
struct LineFollower {
    private let file: FileDescriptor
    private let sink: @Sendable (String) -> Void
    private var offset = 0
    /// The line that has no end yet.
    private var rest: [UInt8] = []

    init(file: FileDescriptor, sink: @escaping @Sendable (String) -> Void) {
        self.file = file
        self.sink = sink
    }

    /// The lines that were ended since the last call, of at most a mebibyte, so that nothing else waits long.
    mutating func follow() { _ = advance() }

    /// All that is left up to a limit, and the last line, too, where the child did not end it.
    mutating func finish(atMost limit: Int) {
        while offset < limit, advance() {}
        if !rest.isEmpty { sink(String(decoding: rest, as: UTF8.self)) }
        rest = []
    }

    private mutating func advance() -> Bool {
        let bytes = ChildFiles.read(file, from: offset, atMost: 1 << 20)
        offset += bytes.count
        let pieces = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for piece in pieces.dropLast() {
            sink(String(decoding: rest + piece, as: UTF8.self))
            rest = []
        }
        rest += pieces.last ?? []
        return !bytes.isEmpty
    }
}
