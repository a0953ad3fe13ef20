import ChildProcess
import Foundation

/// A headless browser, driven by its command line; a missing one fails the test that wants it.
package struct Chromium: Sendable {
    package enum Scheme: String, CaseIterable, Sendable {
        case light, dark

        /// Blink's number for what the page's media queries are told.
        fileprivate var setting: String { "preferredColorScheme=\(self == .dark ? 0 : 1)" }
    }

    package struct Page: Sendable {
        /// After all scripts have run.
        package let dom: String
        /// What the browser's console said: errors, warnings and refusals of the page's policy among it.
        package let console: [String]
    }

    private static let names = ["chromium", "google-chrome"]

    private let scheme: Scheme
    private let width: Int
    private let height: Int

    package init(scheme: Scheme = .light, width: Int = 1_280, height: Int = 900) {
        self.scheme = scheme
        self.width = width
        self.height = height
    }

    package func page(at url: String) async throws -> Page {
        let completion = try await run(["--dump-dom", url])
        let lines = completion.errorText.split(separator: "\n").map(String.init)
        return Page(dom: completion.outputText, console: lines.filter { $0.contains("CONSOLE") })
    }

    /// A picture of the page's first part, as PNG.
    package func screenshot(of url: String, to file: String) async throws {
        _ = try await run(["--screenshot=\(file)", url])
    }

    private func run(_ arguments: [String]) async throws -> Completion {
        let environment = ProcessInfo.processInfo.environment
        guard let browser = Self.names.first(where: { Command.find($0, in: environment["PATH"] ?? "") != nil }) else {
            throw Shell.Failure(description: "there is none of \(Self.names.joined(separator: ", ")); run .ci/setup")
        }
        let profile = try TemporaryFolder()
        let command = Command(
            browser,
            [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
                "--user-data-dir=\(profile.file("profile"))", "--virtual-time-budget=20000", "--enable-logging=stderr",
                "--blink-settings=\(scheme.setting)", "--window-size=\(width),\(height)",
            ] + arguments,
            environment: environment.merging(["HOME": profile.path]) { $1 }, folder: profile.path,
            limits: Limits(deadline: .seconds(300)))
        let completion = try await command.run()
        guard completion.succeeded else {
            throw Shell.Failure(description: "\(browser): \(completion.exit): \(completion.errorText)")
        }
        return completion
    }
}
