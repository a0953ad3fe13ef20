import Foundation
import TestSupport
import Testing

/// The verdicts against the real `promtool test rules`, which evaluates with Prometheus's own rule manager.
@Suite("Against promtool")
struct PromtoolDifferenceTests {
    private func promtool(_ alerts: GeneratedAlerts, _ test: String) async throws -> String {
        let folder = try TemporaryFolder()
        try folder.write(alerts.rules, to: "rules.yml")
        try folder.write(test, to: "test.yml")
        return try await Shell.run(
            "sh", ["-c", "promtool test rules test.yml 2>&1 || echo DIFFERENT"], in: folder.path)
    }

    @Test(
        "every state is what Prometheus says it is",
        arguments: [
            GeneratedAlerts.Pace(samples: 60, evaluations: 60, seed: 1),
            GeneratedAlerts.Pace(samples: 90, evaluations: 60, seed: 2),
            GeneratedAlerts.Pace(samples: 35, evaluations: 60, seed: 3),
            GeneratedAlerts.Pace(samples: 60, evaluations: 120, seed: 4),
        ])
    func noDifference(pace: GeneratedAlerts.Pace) async throws {
        let alerts = try GeneratedAlerts(pace)
        let (test, states, firing) = try alerts.test()
        #expect(states >= 2_000 && firing >= 300, "\(states) states, \(firing) firing")
        let output = try await promtool(alerts, test)
        #expect(output.contains("SUCCESS") && !output.contains("DIFFERENT"), "\(output.prefix(3_000))")
        print("promtool agrees with \(states) states, of which \(firing) fire")
    }

    @Test("one verdict turned round is found, with its rule and time", arguments: [0, 1_234, 2_000])
    func detects(state: Int) async throws {
        let alerts = try GeneratedAlerts(GeneratedAlerts.Pace(samples: 60, evaluations: 60, seed: 1))
        let output = try await promtool(alerts, try alerts.test(flipping: state).text)
        #expect(output.contains("DIFFERENT") && output.contains("alertname: M"))
        #expect(output.split(separator: "\n").count { $0.contains("alertname: ") } == 1)
    }
}
