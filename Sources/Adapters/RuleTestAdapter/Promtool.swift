import ChildProcess
import Domain
import Foundation

/// Prometheus's own tester of rules.
package struct Promtool: Sendable {
    let environment: [String: String]

    package init(environment: [String: String]) {
        self.environment = environment
    }

    /// What does not come as the test says, in promtool's words; one text a failed assertion.
    package func failures(of test: String, rules: String) async throws -> [String] {
        guard Command.find("promtool", in: environment["PATH"] ?? "") != nil else {
            throw Problem(
                .needsPerson, "there is no 'promtool' command, which runs 'alert_rule_test' and 'promql_expr_test'",
                hint: "install Prometheus, which brings it along")
        }
        let folder = URL(filePath: NSTemporaryDirectory()).appending(path: "sphinx-promtool-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data(rules.utf8).write(to: folder.appending(path: "rules.yml"))
        try Data(test.utf8).write(to: folder.appending(path: "test.yml"))
        let completion = try await Command(
            "promtool", ["test", "rules", "test.yml"], environment: environment,
            folder: folder.path(percentEncoded: false), limits: Limits(deadline: .seconds(300))
        ).run()
        return completion.succeeded ? [] : Self.failures(in: completion.outputText + completion.errorText)
    }

    /// Every line that names what was tested begins one; what was expected and found follows it, further in.
    static func failures(in output: String) -> [String] {
        var failures: [String] = []
        for line in output.split(whereSeparator: \.isNewline).map({ $0.trimmingCharacters(in: .whitespaces) }) {
            if line.isEmpty || line.hasPrefix("Unit Testing:") || line == "FAILED:" || line.hasPrefix("name:") {
                continue
            }
            if !line.hasPrefix("alertname:"), !line.hasPrefix("expr:"), let last = failures.popLast() {
                failures.append("\(last) \(line)")
            } else {
                failures.append(line)
            }
        }
        return failures.isEmpty ? ["promtool failed without a word"] : failures
    }
}
