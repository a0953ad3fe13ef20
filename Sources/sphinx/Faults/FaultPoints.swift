#if FAULT_POINTS
    import Domain
    import Foundation
    import Glibc
    import Synchronization

    /// Places at which a test stops the process, has a step fail, or holds it up; no released program has them.
    ///
    /// `SPHINX_FAULT` is `<point> <before|after> <kill|error|hold>`, and names the point's first passage.
    final class FaultPoints: Sendable {
        enum Side: String {
            case before, after
        }

        private enum Action: String {
            case kill, error, hold
        }

        private let point: String
        private let side: Side
        private let action: Action
        /// Where a process says that it came here, and is told to go on.
        private let barrier: String
        private let isPassed = Mutex(false)

        /// Nil where the environment names none.
        init?(_ environment: [String: String]) {
            let words = (environment["SPHINX_FAULT"] ?? "").split(separator: " ").map(String.init)
            guard words.count == 3, let side = Side(rawValue: words[1]), let action = Action(rawValue: words[2]) else {
                return nil
            }
            point = words[0]
            self.side = side
            self.action = action
            barrier = environment["SPHINX_FAULT_BARRIER"] ?? ""
        }

        /// The fault, as an error where it is one.
        func problem(at point: String, _ side: Side) -> Problem? {
            guard point == self.point, side == self.side, isFirst() else { return nil }
            _ = FileManager.default.createFile(atPath: "\(barrier).reached", contents: nil)
            switch action {
            case .kill:
                kill(getpid(), SIGKILL)
                return nil
            case .error: return Problem(.passing, "a fault \(side.rawValue) \(point)")
            case .hold:
                waitForRelease()
                return nil
            }
        }

        /// Blocks a thread, as a machine that stands still does; a test that died lets go at last.
        private func waitForRelease() {
            for _ in 0..<30_000 where !FileManager.default.fileExists(atPath: "\(barrier).released") {
                usleep(10_000)
            }
        }

        func pass(_ point: String, _ side: Side) throws(Problem) {
            if let problem = problem(at: point, side) { throw problem }
        }

        private func isFirst() -> Bool {
            isPassed.withLock { passed in
                defer { passed = true }
                return !passed
            }
        }
    }
#endif
