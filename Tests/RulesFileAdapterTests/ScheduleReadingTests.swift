import Domain
import Foundation
import RulesFileAdapter
import Testing

@Suite("The schedule, the limits and the grouping in a rules file")
struct ScheduleReadingTests {
    private static let rules = "rules: [{id: r, name: N, query: up, condition: {operator: '<', threshold: 1}}]\n"

    private static func set(_ text: String) throws -> RuleSet {
        try RulesFile().rules(
            in: SourceFile(path: "rules.yml", text: rules + text), folder: { _ in [] }, workspaces: [])
    }

    private static func told(_ problems: Problems?) -> [String] {
        (problems?.all ?? []).map { problem in
            "\(problem.location?.description ?? ""): \(problem.message)" + (problem.hint.map { "; \($0)" } ?? "")
        }
    }

    @Test("every part is read")
    func whole() throws {
        let schedule = try Self.set(
            """
            schedule:
              timezone: Europe/Berlin
              propose: [Mon-Fri 08:00-18:00, "sat,sun"]
              apply: ["22:00-06:00", "fri-mon 00:00-24:00"]
              freeze:
                - {from: 2026-12-20, to: 2027-01-04, reason: holidays}
                - {from: 1970-01-02, to: 1970-01-02}

            """
        ).schedule
        #expect(schedule.timeZone.identifier == "Europe/Berlin")
        #expect(
            schedule.windows == [
                .propose: [
                    Schedule.Window(text: "Mon-Fri 08:00-18:00", days: [0, 1, 2, 3, 4], start: 480, end: 1_080),
                    Schedule.Window(text: "sat,sun", days: [5, 6], start: 0, end: 1_440),
                ],
                .apply: [
                    Schedule.Window(text: "22:00-06:00", days: [0, 1, 2, 3, 4, 5, 6], start: 1_320, end: 360),
                    Schedule.Window(text: "fri-mon 00:00-24:00", days: [4, 5, 6, 0], start: 0, end: 1_440),
                ],
            ])
        #expect(
            schedule.freezes == [
                Schedule.Freeze(text: "2026-12-20 to 2027-01-04", days: 20_807...20_822, reason: "holidays"),
                Schedule.Freeze(text: "1970-01-02 to 1970-01-02", days: 1...1, reason: nil),
            ])
        #expect(try Self.set("").schedule == Schedule())
        #expect(try Self.set("schedule: {timezone: UTC}\n").schedule.windows.isEmpty)
    }

    @Test("when and how often drift is looked for is read, a day apart if nothing is said")
    func drift() throws {
        let set = try Self.set(
            "schedule: {drift: [\"01:00-05:00\"], drift_interval: 6h}\nlimits: {drift_checks_per_run: 7}\n")
        #expect(set.schedule.windows[.drift]?.map(\.start) == [60] && set.schedule.driftInterval == 21_600)
        #expect(set.limits.driftChecks == 7)
        let silent = try Self.set("schedule: {timezone: UTC}\n")
        #expect(silent.schedule.driftInterval == 86_400 && silent.limits.driftChecks == 100)
    }

    @Test("limits of a month are read, and are none where they are absent")
    func month() throws {
        let limits = try Self.set("limits: {gemini_tokens_per_month: 2_000_000, gemini_cost_usd_per_month: 40.5}\n")
            .limits
        #expect(limits.month == Limits.Month(tokens: 2_000_000, costUSD: 40.5) && limits.month.isLimited)
        #expect(limits.geminiCalls == 30)
        #expect(try !Self.set("limits: {gemini_calls: 1}\n").limits.month.isLimited)
    }

    @Test("what proposals are grouped by is read")
    func grouping() throws {
        #expect(try Self.set("group: workspace\n").grouping == .workspace)
        #expect(try Self.set("").grouping == nil)
    }

    @Test(
        "mistakes are told at their place",
        arguments: [
            ("schedule: {aply: []}\n", "rules.yml:2:12: unknown key 'aply'; did you mean 'apply'?"),
            (
                "schedule: {apply: []}\n",
                "rules.yml:2:19: 'apply' has no window, which allows nothing; leave it out to allow always"
            ),
            (
                "schedule: {timezone: Europe/Belin}\n",
                "rules.yml:2:22: 'Europe/Belin' is not a time zone; did you mean 'Europe/Berlin'?"
            ),
            (
                "schedule: {drift_interval: daily}\n",
                "rules.yml:2:28: 'drift_interval' is 'daily'; a duration is needed; write it with a unit, such as 90s, 15m or 14d"
            ),
            ("group: rules\n", "rules.yml:2:8: 'rules' is not a group; did you mean 'rule'?"),
            ("schedule: {apply: mon-fri}\n", "rules.yml:2:19: 'apply' is a text; a list is needed"),
            (
                "limits: {gemini_cost_usd_per_month: -1}\n",
                "rules.yml:2:37: 'gemini_cost_usd_per_month' is negative"
            ),
            (
                "limits: {gemini_tokens_per_month: 1.5}\n",
                "rules.yml:2:35: 'gemini_tokens_per_month' is 1.5; a whole number from 0 is needed"
            ),
            (
                "schedule: {freeze: [{from: 2026-12-24, to: 2026-12-23}]}\n",
                "rules.yml:2:44: the freeze ends before it begins"
            ),
            (
                "schedule: {freeze: [{from: 2026-02-30, to: 2026-12-23}]}\n",
                "rules.yml:2:28: 'from' is '2026-02-30'; write a day like 2027-03-31"
            ),
            ("schedule: {freeze: [{from: 2026-02-20}]}\n", "rules.yml:2:21: 'to' is missing"),
        ])
    func mistakes(text: String, expected: String) {
        let problems = #expect(throws: Problems.self) { _ = try Self.set(text) }
        #expect(Self.told(problems) == [expected])
    }

    @Test(
        "what is no window is refused",
        arguments: [
            "08:00", "monday", "mon-fri 8-18", "mon 08:00-08:00", "mon 24:00-25:00", "mon 08:60-09:00", "mon tue",
            "mon 08:00-09:00 x", "mon--tue", "-", "mon-", "08:00-09:00 mon", "mon 24:00-06:00", "''",
        ])
    func windows(text: String) {
        let problems = #expect(throws: Problems.self) { _ = try Self.set("schedule: {apply: [\(text)]}\n") }
        let shown = text == "''" ? "" : text
        #expect(
            Self.told(problems)
                == ["rules.yml:2:20: '\(shown)' is not a window; write one like mon-fri 08:00-18:00"])
    }
}
