import Domain
import Foundation
import Glibc
import Reports
import Synchronization

/// Asks a person the model's questions on the terminal, one line an answer, until the input ends or the run does.
final class Inquiry: Sendable {
    private struct Input {
        var bytes: [UInt8] = []
        var hasEnded = false
    }

    private let input = Mutex(Input())
    private static let patience: Int32 = 200

    /// Nil where the answers end before the questions do.
    func answers(to questions: [String]) async -> [String]? {
        var answers: [String] = []
        for (index, question) in questions.enumerated() {
            let text = Escaping.line(question, limit: 1_000)
            Console.write("\(index + 1) of \(questions.count): \(text)\n> ", to: .standardError)
            guard let line = await line() else {
                Console.write("\n", to: .standardError)
                return nil
            }
            answers.append(line)
        }
        return answers
    }

    /// Waits in short pieces, so that an interrupt is heard.
    private func line() async -> String? {
        while !Task.isCancelled {
            if let line = input.withLock({ Self.line(from: &$0) }) { return line }
            if input.withLock({ $0.hasEnded }) { return nil }
            var descriptor = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
            if poll(&descriptor, 1, Self.patience) > 0 { input.withLock { Self.read(into: &$0) } }
            await Task.yield()
        }
        return nil
    }

    private static func read(into input: inout Input) {
        var buffer = [UInt8](repeating: 0, count: 4_096)
        let count = Glibc.read(STDIN_FILENO, &buffer, buffer.count)
        if count > 0 { input.bytes += buffer.prefix(count) } else { input.hasEnded = true }
    }

    private static func line(from input: inout Input) -> String? {
        if let end = input.bytes.firstIndex(of: 10) {
            defer { input.bytes.removeFirst(end + 1) }
            return String(decoding: input.bytes[..<end], as: UTF8.self).trimmed
        }
        guard input.hasEnded, !input.bytes.isEmpty else { return nil }
        defer { input.bytes = [] }
        return String(decoding: input.bytes, as: UTF8.self).trimmed
    }
}
