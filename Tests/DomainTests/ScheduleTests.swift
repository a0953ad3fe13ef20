import Domain
import Foundation
import Testing

@Suite("The schedule of proposals and applies")
struct ScheduleTests {
    private static let office = Schedule.Window(
        text: "mon-fri 08:00-18:00", days: [0, 1, 2, 3, 4], start: 480, end: 1_080)
    private static let night = Schedule.Window(text: "fri 22:00-06:00", days: [4], start: 1_320, end: 360)
    private static let always = Schedule.Window(text: "sat", days: [5], start: 0, end: 1_440)

    private static func seconds(_ text: String) throws -> Double {
        try Date(text, strategy: .iso8601).timeIntervalSince1970
    }

    @Test(
        "windows hold from their first minute to the one before their last, also over midnight",
        arguments: [
            (office, "2026-11-27T07:59:59Z", false), (office, "2026-11-27T08:00:00Z", true),
            (office, "2026-11-27T17:59:59Z", true), (office, "2026-11-27T18:00:00Z", false),
            (office, "2026-11-28T12:00:00Z", false), (office, "2026-11-30T12:00:00Z", true),
            (night, "2026-11-27T21:59:00Z", false), (night, "2026-11-27T22:00:00Z", true),
            (night, "2026-11-28T05:59:00Z", true), (night, "2026-11-28T06:00:00Z", false),
            (night, "2026-11-27T05:00:00Z", false), (always, "2026-11-28T00:00:00Z", true),
            (always, "2026-11-28T23:59:59Z", true), (always, "2026-11-29T00:00:00Z", false),
            (office, "1969-12-31T12:00:00Z", true), (office, "1969-12-28T12:00:00Z", false),
        ])
    func windows(window: Schedule.Window, time: String, isAllowed: Bool) throws {
        let schedule = Schedule(windows: [.propose: [window]])
        let reason = schedule.reason(against: .propose, at: try Self.seconds(time))
        #expect(reason == (isAllowed ? nil : "schedule: propose only \(window.text) (GMT)"))
        #expect(schedule.reason(against: .apply, at: try Self.seconds(time)) == nil)
    }

    @Test("hours are those of the time zone, in summer and in winter, and one of several windows is enough")
    func zone() throws {
        let zone = try #require(TimeZone(identifier: "Europe/Berlin"))
        let schedule = Schedule(timeZone: zone, windows: [.apply: [Self.office, Self.always]])
        let times = [
            ("2026-07-01T05:59:00Z", false), ("2026-07-01T06:00:00Z", true), ("2026-07-01T16:00:00Z", false),
            ("2026-12-01T06:59:00Z", false), ("2026-12-01T07:00:00Z", true), ("2026-11-27T23:00:00Z", true),
        ]
        for (time, isAllowed) in times {
            let reason = schedule.reason(against: .apply, at: try Self.seconds(time))
            #expect(
                reason == (isAllowed ? nil : "schedule: apply only mon-fri 08:00-18:00, sat (Europe/Berlin)"), "\(time)"
            )
        }
    }

    @Test("a freeze stops both, from the first day's start to the last one's end, whatever the windows say")
    func freeze() throws {
        let first = Int(try Self.seconds("2026-12-20T00:00:00Z") / 86_400)
        let named = Schedule.Freeze(text: "2026-12-20 to 2026-12-21", days: first...first + 1, reason: "holidays")
        let silent = Schedule.Freeze(text: "2026-12-24 to 2026-12-24", days: first + 4...first + 4, reason: nil)
        let schedule = Schedule(freezes: [named, silent])
        let told = "schedule: frozen 2026-12-20 to 2026-12-21 (holidays)"
        for (time, reason) in [
            ("2026-12-19T23:59:59Z", nil), ("2026-12-20T00:00:00Z", told), ("2026-12-21T23:59:59Z", told),
            ("2026-12-22T00:00:00Z", nil), ("2026-12-24T12:00:00Z", "schedule: frozen 2026-12-24 to 2026-12-24"),
        ] {
            for action in [Schedule.Action.propose, .apply] {
                #expect(schedule.reason(against: action, at: try Self.seconds(time)) == reason, "\(time)")
            }
            #expect(schedule.reason(against: .drift, at: try Self.seconds(time)) == nil)
        }
    }
}
