import Foundation
import Glibc
import Synchronization

/// A small HTTP server on a free loopback port that answers as a test wants.
package final class LoopbackServer: Sendable {
    package struct Request: Sendable {
        package let method: String
        package let path: String
        /// Names in lower case.
        package let headers: [String: String]
        package let body: [UInt8]
        /// From 0, in the order in which connections came.
        package let connection: Int
    }

    package enum Answer: Sendable {
        case http(status: Int, headers: [String: String] = [:], body: [UInt8] = [])
        /// Bytes as they are; then the connection is closed.
        case raw([UInt8])
        /// Nothing, until the client goes away.
        case hang
        /// Bytes as they are, and then nothing, until the client goes away.
        case stall([UInt8])
        /// Bytes as they are, and then the others again and again, until the client goes away.
        case endless([UInt8], then: [UInt8])

        package static func text(_ status: Int, _ text: String, headers: [String: String] = [:]) -> Answer {
            .http(status: status, headers: headers, body: Array(text.utf8))
        }
    }

    package let port: Int
    package var url: String { "http://127.0.0.1:\(port)" }
    private let listener: Int32
    private let received = Mutex<[Request]>([])
    private let answer: @Sendable (Request) -> Answer

    package var requests: [Request] { received.withLock { $0 } }

    package struct Failure: Error {}

    package init(_ answer: @escaping @Sendable (Request) -> Answer) throws {
        self.answer = answer
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && listen(listener, 64) == 0 && getsockname(listener, $0, &length) == 0
            }
        }
        guard bound else { throw Failure() }
        self.listener = listener
        port = Int(UInt16(bigEndian: address.sin_port))
        let thread = Thread { [weak self, listener] in
            // Here alone: a number that is free again is soon another server's, whose connections would be taken.
            defer { close(listener) }
            var count = 0
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else { return }
                let number = count
                count += 1
                Thread { [weak self] in
                    defer { close(connection) }
                    self?.serve(connection, number)
                }.start()
            }
        }
        thread.start()
    }

    /// Ends the thread that accepts.
    deinit { shutdown(listener, Int32(SHUT_RDWR)) }

    private func serve(_ connection: Int32, _ number: Int) {
        var buffer: [UInt8] = []
        while let request = Self.read(connection, &buffer, number) {
            received.withLock { $0.append(request) }
            switch answer(request) {
            case .http(let status, let headers, let body):
                var head = "HTTP/1.1 \(status) Status\r\nContent-Length: \(body.count)\r\n"
                for (name, value) in headers { head += "\(name): \(value)\r\n" }
                Self.send(Array("\(head)\r\n".utf8) + body, to: connection)
            case .raw(let bytes):
                Self.send(bytes, to: connection)
                return
            case .hang: return Self.wait(for: connection)
            case .stall(let bytes):
                Self.send(bytes, to: connection)
                return Self.wait(for: connection)
            case .endless(let bytes, let rest):
                guard Self.send(bytes, to: connection) else { return }
                while Self.send(rest, to: connection) {}
                return
            }
        }
    }

    private static func wait(for connection: Int32) {
        var byte: UInt8 = 0
        while recv(connection, &byte, 1, 0) > 0 {}
    }

    /// False where the client went away.
    @discardableResult
    private static func send(_ bytes: [UInt8], to connection: Int32) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    private static func read(_ connection: Int32, _ buffer: inout [UInt8], _ number: Int) -> Request? {
        let end = Array("\r\n\r\n".utf8)
        while true {
            if let place = buffer.firstRange(of: end)?.lowerBound {
                let head = String(decoding: buffer[..<place], as: UTF8.self)
                let lines = head.split(separator: "\r\n")
                let words = (lines.first ?? "").split(separator: " ")
                guard words.count >= 2 else { return nil }
                let headers = lines.dropFirst().reduce(into: [String: String]()) { headers, line in
                    let parts = line.split(separator: ":", maxSplits: 1)
                    if parts.count == 2 {
                        headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces)
                    }
                }
                let length = headers["content-length"].flatMap(Int.init) ?? 0
                if buffer.count >= place + 4 + length {
                    let body = Array(buffer[(place + 4)..<(place + 4 + length)])
                    buffer.removeFirst(place + 4 + length)
                    return Request(
                        method: String(words[0]), path: String(words[1]), headers: headers, body: body,
                        connection: number)
                }
            }
            var chunk = [UInt8](repeating: 0, count: 65_536)
            let count = recv(connection, &chunk, chunk.count, 0)
            guard count > 0 else { return nil }
            buffer += chunk.prefix(count)
        }
    }
}
