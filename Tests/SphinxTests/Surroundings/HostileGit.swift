import Foundation
import TestSupport

/// A git server over http that does one thing wrong, and else is `git http-backend` on a folder.
struct HostileGit: Sendable {
    enum Trick: Sendable {
        case nonsense, garbledRefs, hang, stallInPack, cutInPack, cutAfterPush, endlessRefs, endlessPack
        case endlessProgress, missingCommit
        case redirect(String)
    }

    let server: LoopbackServer

    init(root: String, _ trick: Trick) throws {
        server = try LoopbackServer { request in
            Self.answer(request, trick, root: root) ?? .raw(Self.backend(request, root: root))
        }
    }

    private static func answer(
        _ request: LoopbackServer.Request, _ trick: Trick, root: String
    ) -> LoopbackServer.Answer? {
        let isListing = request.path.contains("/info/refs?service=git-upload-pack")
        let isFetch = request.path.hasSuffix("/git-upload-pack") && text(request).contains("command=fetch")
        switch trick {
        case .nonsense: return .text(200, "<html>login</html>", headers: ["Content-Type": "text/html"])
        case .garbledRefs:
            return .raw(ok("upload-pack-advertisement") + line("# service=git-upload-pack\n") + end + line("garbage\n"))
        case .hang: return .hang
        case .redirect(let url): return .http(status: 301, headers: ["Location": url + request.path])
        case .endlessRefs:
            let start =
                ok("upload-pack-advertisement") + line("# service=git-upload-pack\n") + end + line("version 2\n")
            return isListing ? .endless(start, then: line(String(repeating: "x", count: 60_000))) : nil
        case .missingCommit: return listing(request, root: root)
        case .stallInPack: return isFetch ? .stall(backend(request, root: root).dropLast(200)) : nil
        case .cutInPack: return isFetch ? .raw(backend(request, root: root).dropLast(200)) : nil
        case .cutAfterPush:
            guard request.path.hasSuffix("/git-receive-pack") else { return nil }
            _ = backend(request, root: root)
            return .raw([])
        case .endlessPack:
            // A header that promises a million objects, and plain blobs for ever.
            let head: [UInt8] = Array("PACK".utf8) + [0, 0, 0, 2, 0, 15, 66, 64]
            return isFetch ? .endless(packStart + line([1] + head), then: line([1] + blob)) : nil
        case .endlessProgress:
            return isFetch
                ? .endless(packStart, then: line([2] + Array(String(repeating: "counting\n", count: 5_000).utf8))) : nil
        }
    }

    private static var packStart: [UInt8] { ok("upload-pack-result") + line("packfile\n") }

    /// The refs of the protocol's second version, and one whose commit nobody has.
    private static func listing(_ request: LoopbackServer.Request, root: String) -> LoopbackServer.Answer? {
        guard text(request).contains("command=ls-refs") else { return nil }
        let whole = backend(request, root: root)
        guard let body = whole.firstRange(of: Array("\r\n\r\n".utf8))?.upperBound else { return nil }
        let lie = line("\(String(repeating: "a", count: 40)) refs/sphinx/locks/0123456789\n")
        return .raw(ok("upload-pack-result") + whole[body...].dropLast(4) + lie + end)
    }

    // MARK: Words of the protocol

    private static let end = Array("0000".utf8)

    private static func line(_ text: String) -> [UInt8] { line(Array(text.utf8)) }

    private static func line(_ bytes: [UInt8]) -> [UInt8] {
        let size = String(bytes.count + 4, radix: 16)
        return Array((String(repeating: "0", count: 4 - size.count) + size).utf8) + bytes
    }

    /// One of 32 KiB, stored and not deflated: header, zlib's two bytes, one stored block, Adler-32 of zeros.
    private static var blob: [UInt8] {
        let count = 32_768
        return [0xB0, 0x80, 0x10, 0x78, 0x01, 0x01, 0x00, 0x80, 0xFF, 0x7F] + [UInt8](repeating: 0, count: count)
            + [0x80, 0x00, 0x00, 0x01]
    }

    private static func ok(_ kind: String) -> [UInt8] {
        Array("HTTP/1.1 200 OK\r\nContent-Type: application/x-git-\(kind)\r\nConnection: close\r\n\r\n".utf8)
    }

    private static func text(_ request: LoopbackServer.Request) -> String {
        String(decoding: request.body, as: UTF8.self)
    }

    // MARK: What is right

    private static func backend(_ request: LoopbackServer.Request, root: String) -> [UInt8] {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["git", "http-backend"]
        let parts = request.path.split(separator: "?", maxSplits: 1)
        process.environment = Shell.gitEnvironment.merging([
            "GIT_PROJECT_ROOT": root, "GIT_HTTP_EXPORT_ALL": "1", "REQUEST_METHOD": request.method,
            "PATH_INFO": String(parts[0]), "QUERY_STRING": parts.count > 1 ? String(parts[1]) : "",
            "CONTENT_TYPE": request.headers["content-type"] ?? "", "CONTENT_LENGTH": "\(request.body.count)",
            "HTTP_CONTENT_ENCODING": request.headers["content-encoding"] ?? "", "REMOTE_USER": "robot",
            "GIT_PROTOCOL": request.headers["git-protocol"] ?? "",
        ]) { $1 }
        let (input, output) = (Pipe(), Pipe())
        (process.standardInput, process.standardOutput) = (input, output)
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return [] }
        try? input.fileHandleForWriting.write(contentsOf: Data(request.body))
        try? input.fileHandleForWriting.close()
        let body = (try? output.fileHandleForReading.readToEnd()) ?? Data()
        process.waitUntilExit()
        return Array("HTTP/1.1 200 OK\r\nConnection: close\r\n".utf8) + body
    }
}
