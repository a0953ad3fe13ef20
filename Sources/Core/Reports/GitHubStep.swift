package import Domain

/// A run in the terms of a GitHub Actions step: workflow commands for annotations, and `name=value` outputs.
///
/// <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands>
package enum GitHubStep {
    /// One workflow command a line: what failed, what waits for a person, and what is new.
    package static func annotations(_ report: RunReport) -> String {
        let problems = report.problems.map { annotation($0.isSerious ? "error" : "warning", $0) }
        let applies = report.applies.compactMap(annotation)
        let proposals = report.proposals.compactMap(annotation)
        return (problems + applies + proposals).map { "\($0)\n" }.joined()
    }

    /// `created` and `open` are names of branches with spaces between, which no branch's name has; members of a
    /// group are named by the group's.
    package static func outputs(_ report: RunReport) -> String {
        let open: Set<String> = ["created", "refreshed", "unchanged"]
        let grouped = Set(report.groups.flatMap(\.members))
        let all =
            report.proposals.filter { !grouped.contains($0.key) }.map { ($0.state.rawValue, $0.branch) }
            + report.groups.map { ($0.state.rawValue, $0.branch) }
        let branches = { (states: Set<String>) in
            all.filter { states.contains($0.0) }.map(\.1).joined(separator: " ")
        }
        return """
            created=\(branches(["created"]))
            open=\(branches(open))
            applied=\(report.applies.count { $0.result == .applied })
            failed=\(report.applies.count { $0.result == .failed } + report.proposals.count { $0.state == .failed })

            """
    }

    // MARK: Annotations

    private static func annotation(_ level: String, _ problem: Problem) -> String {
        let message = problem.hint.map { "\(problem.message); \($0)" } ?? problem.message
        guard let place = problem.location else { return command(level, "", message) }
        return command(level, " file=\(property(place.file)),line=\(place.line),col=\(place.column)", message)
    }

    private static func annotation(_ apply: ApplyOutcome) -> String? {
        let reason = apply.reason ?? ""
        switch apply.result {
        case .failed: return command("error", titled("apply failed"), "\(apply.workspace): \(reason)")
        case .needsApproval: return command("warning", titled("needs approval"), "\(apply.workspace): \(reason)")
        case .unverified: return command("warning", titled("not verified"), "\(apply.workspace): \(reason)")
        case .unplannedChange, .drift:
            return command("warning", titled("not as merged"), "\(apply.workspace): \(reason)")
        case .resolved: return command("warning", titled("held back"), "\(apply.workspace): \(reason)")
        default: return nil
        }
    }

    private static func annotation(_ proposal: ProposalOutcome) -> String? {
        switch proposal.state {
        case .failed:
            command(
                "error", titled("not proposed"), "\(proposal.workspace) \(proposal.address): \(proposal.reason ?? "")")
        case .created: command("notice", titled("proposed"), "\(proposal.title) (\(proposal.branch))")
        default: nil
        }
    }

    private static func titled(_ title: String) -> String { " title=\(property("Sphinx: \(title)"))" }

    private static func command(_ level: String, _ properties: String, _ message: String) -> String {
        "::\(level)\(properties)::\(data(Escaping.plain(message)))"
    }

    private static func data(_ text: String) -> String {
        text.replacing("%", with: "%25").replacing("\r", with: "%0D").replacing("\n", with: "%0A")
    }

    private static func property(_ text: String) -> String {
        data(Escaping.plain(text)).replacing(":", with: "%3A").replacing(",", with: "%2C")
    }
}

extension Problem {
    /// What a rules file or a person has to mend at leisure is a warning.
    fileprivate var isSerious: Bool { kind != .needsPerson || location != nil }
}
