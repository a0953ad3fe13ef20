import ArgumentParser
import ChildProcess
import Domain
import Foundation
import Reports

struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look at everything that a run needs: found, version, reachable, and what to do.")

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        try await options.reporting { composition in
            let checks = [
                await git(composition), await repository(composition), await terraform(composition),
                await prometheus(composition), await gemini(composition), history(composition),
                await signatures(composition),
            ]
            options.show(
                Table(
                    columns: ["part", "state", "found", "what to do"],
                    rows: checks.map { [$0.part, $0.isGood ? "OK" : "FAILED", $0.found, $0.hint] }),
                schema: "sphinx.doctor/1", named: "checks")
            if checks.contains(where: { !$0.isGood }) { throw Exit.failed }
        }
    }

    private struct Check {
        let part: String
        let isGood: Bool
        let found: String
        var hint = ""

        init(_ part: String, _ found: String, hint: String = "") {
            (self.part, isGood, self.found, self.hint) = (part, true, found, hint)
        }

        init(_ part: String, _ problem: Problem) {
            (self.part, isGood, found, hint) = (part, false, problem.message, problem.hint ?? "")
        }
    }

    private func check(_ part: String, _ body: () async throws(Problem) -> String) async -> Check {
        do throws(Problem) {
            return Check(part, try await body())
        } catch {
            return Check(part, error)
        }
    }

    private func git(_ composition: Composition) async -> Check {
        await check("git") { () throws(Problem) in
            let command = Command(
                "git", ["--version"], environment: composition.settings.values.filter { $0.key == "PATH" })
            do throws(ChildProcessError) {
                return try await command.run().outputText.trimmed
            } catch {
                throw Problem(.needsPerson, "there is no 'git' command", hint: "install git")
            }
        }
    }

    private func repository(_ composition: Composition) async -> Check {
        await check("repository") { () throws(Problem) in
            try await composition.baseCommit(options.base)
        }
    }

    private func terraform(_ composition: Composition) async -> Check {
        await check("terraform") { () throws(Problem) in try await composition.terraformVersion() }
    }

    private func prometheus(_ composition: Composition) async -> Check {
        await check("prometheus") { () throws(Problem) in try await composition.prometheusVersion() }
    }

    private func gemini(_ composition: Composition) async -> Check {
        await check("gemini") { () throws(Problem) in
            try await composition.geminiModel() ?? "no GOOGLE_API_KEY: rules' own fixes are proposed"
        }
    }

    private func signatures(_ composition: Composition) async -> Check {
        await check("signatures") { () throws(Problem) in try composition.signatureReport() }
    }

    private func history(_ composition: Composition) -> Check {
        do throws(Problem) {
            let history = try composition.history()
            if let problem = try history.firstBreak() { throw problem }
            return Check("history", "\(try history.rows(HistoryFilter(limit: 1)).last?.sequence ?? 0) steps")
        } catch {
            return Check("history", error)
        }
    }
}
