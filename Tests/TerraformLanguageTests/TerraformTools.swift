import Foundation
import TestSupport

extension Shell {
    /// The real Terraform, without anything of the machine's own configuration.
    static func terraform(_ arguments: String..., in folder: String? = nil, input: String = "") async throws -> String {
        try await run(
            "terraform", arguments,
            environment: [
                "PATH": gitEnvironment["PATH"] ?? "", "TF_CLI_CONFIG_FILE": "/dev/null", "CHECKPOINT_DISABLE": "1",
            ],
            in: folder, input: input)
    }

    /// The files below a folder that `terraform fmt` refuses, with the line of the first mistake in each.
    static func mistakes(in folder: TemporaryFolder) async throws -> [String: Int] {
        var report = ""
        do {
            report = try await terraform("fmt", "-check", "-list=false", "-no-color", folder.path)
        } catch let failure as Failure {
            report = failure.description
        }
        var lines: [String: Int] = [:]
        for match in report.matches(of: #/on \S*?([^/\s]+\.tf) line (\d+)/#) {
            let name = String(match.1)
            lines[name] = min(lines[name] ?? .max, Int(match.2) ?? 0)
        }
        return lines
    }

    /// The files below a folder that `terraform fmt` would write anew.
    static func unformatted(in folder: TemporaryFolder) async throws -> String {
        do {
            return try await terraform("fmt", "-check", "-diff", "-no-color", folder.path)
        } catch let failure as Failure {
            return failure.description
        }
    }
}

/// A JSON array of texts, as Terraform's console prints it.
enum JSONTexts {
    static func decoded(base64: String) throws -> [String] {
        let text = base64.trimmingCharacters(in: CharacterSet(charactersIn: "\"\n"))
        return try JSONDecoder().decode([String].self, from: Data(base64Encoded: text) ?? Data())
    }
}
