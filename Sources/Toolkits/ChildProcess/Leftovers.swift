import Foundation
import Glibc

/// Processes that left their group and outlived it, known by a variable of their environment.
package enum Leftovers {
    /// Kills every process of this user whose environment holds `name=value`, until there is none; Linux alone.
    ///
    /// A process that makes a session of its own is in no group that its starter could kill.
    package static func kill(whoseEnvironmentHas name: String, _ value: String) {
        let mark = Array("\(name)=\(value)".utf8)
        // A process may start another while it is looked for; what is killed starts none.
        for _ in 0..<100 {
            let found = processes(marked: mark)
            if found.isEmpty { return }
            for process in found { _ = Glibc.kill(process, SIGKILL) }
            usleep(2_000)
        }
    }

    private static func processes(marked mark: [UInt8]) -> [pid_t] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { pid_t($0) }.filter { process in
            guard process != getpid(), let data = FileManager.default.contents(atPath: "/proc/\(process)/environ")
            else { return false }
            return data.split(separator: 0).contains { $0.elementsEqual(mark) }
        }
    }
}
