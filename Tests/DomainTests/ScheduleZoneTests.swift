import Domain
import Foundation
import Testing

@Suite("The schedule and the hours of people")
struct ScheduleZoneTests {
    private static let night = Schedule.Window(text: "sat 22:00-06:00", days: [5], start: 1_320, end: 360)
    private static let early = Schedule.Window(text: "sun 02:00-03:00", days: [6], start: 120, end: 180)
    private static let noon = Schedule.Window(text: "12:00-13:00", days: Set(0..<7), start: 720, end: 780)

    private static func isAllowed(_ window: Schedule.Window, _ zone: String, _ time: String) throws -> Bool {
        let schedule = Schedule(timeZone: try #require(TimeZone(identifier: zone)), windows: [.apply: [window]])
        let reason = schedule.reason(against: .apply, at: try Date(time, strategy: .iso8601).timeIntervalSince1970)
        #expect(reason == nil || reason == "schedule: apply only \(window.text) (\(zone))")
        return reason == nil
    }

    /// In Berlin clocks go from 2:00 to 3:00 on 2026-03-29, and from 3:00 to 2:00 on 2026-10-25.
    @Test(
        "an hour that is left out never comes, one that comes twice holds twice, and a night ends by the new time",
        arguments: [
            (early, "2026-03-29T00:59:59Z", false), (early, "2026-03-29T01:00:00Z", false),
            (early, "2026-10-24T23:59:59Z", false), (early, "2026-10-25T00:00:00Z", true),
            (early, "2026-10-25T00:59:59Z", true), (early, "2026-10-25T01:00:00Z", true),
            (early, "2026-10-25T01:59:59Z", true), (early, "2026-10-25T02:00:00Z", false),
            (night, "2026-03-28T20:59:59Z", false), (night, "2026-03-28T21:00:00Z", true),
            (night, "2026-03-29T03:59:59Z", true), (night, "2026-03-29T04:00:00Z", false),
            (night, "2026-10-24T20:00:00Z", true), (night, "2026-10-25T04:59:59Z", true),
            (night, "2026-10-25T05:00:00Z", false),
        ])
    func summerTime(window: Schedule.Window, time: String, isAllowed: Bool) throws {
        #expect(try Self.isAllowed(window, "Europe/Berlin", time) == isAllowed)
    }

    @Test(
        "zones of quarter hours and at the ends of the world",
        arguments: [
            ("Asia/Kolkata", "2026-06-01T06:30:00Z", true), ("Asia/Kolkata", "2026-06-01T06:29:59Z", false),
            ("Asia/Kathmandu", "2026-06-01T06:15:00Z", true), ("Asia/Kathmandu", "2026-06-01T07:15:00Z", false),
            ("Pacific/Kiritimati", "2026-06-01T22:00:00Z", true), ("Pacific/Pago_Pago", "2026-06-01T23:00:00Z", true),
            ("America/St_Johns", "2026-06-01T14:30:00Z", true), ("America/St_Johns", "2026-06-01T14:29:59Z", false),
        ])
    func zones(zone: String, time: String, isAllowed: Bool) throws {
        #expect(try Self.isAllowed(Self.noon, zone, time) == isAllowed)
    }

    @Test(
        "a freeze begins and ends at the zone's midnight, also where a day has 23 or 25 hours",
        arguments: [
            ("Pacific/Kiritimati", "2026-12-19T09:59:59Z", false), ("Pacific/Kiritimati", "2026-12-19T10:00:00Z", true),
            ("Pacific/Kiritimati", "2026-12-20T10:00:00Z", false), ("America/New_York", "2026-12-20T04:59:59Z", false),
            ("America/New_York", "2026-12-20T05:00:00Z", true), ("America/New_York", "2026-12-21T04:59:59Z", true),
            ("America/New_York", "2026-12-21T05:00:00Z", false),
        ])
    func freezes(zone: String, time: String, isFrozen: Bool) throws {
        let day = Int(try Date("2026-12-20T00:00:00Z", strategy: .iso8601).timeIntervalSince1970 / 86_400)
        let schedule = Schedule(
            timeZone: try #require(TimeZone(identifier: zone)),
            freezes: [Schedule.Freeze(text: "2026-12-20 to 2026-12-20", days: day...day, reason: "holiday")])
        let now = try Date(time, strategy: .iso8601).timeIntervalSince1970
        #expect(
            schedule.reason(against: .propose, at: now)
                == (isFrozen ? "schedule: frozen 2026-12-20 to 2026-12-20 (holiday)" : nil))
    }

    @Test("the first freeze that holds is told, and before any window")
    func order() {
        let freeze = { (text: String) in Schedule.Freeze(text: text, days: 0...1, reason: nil) }
        let schedule = Schedule(windows: [.apply: []], freezes: [freeze("a"), freeze("b")])
        #expect(schedule.reason(against: .apply, at: 0) == "schedule: frozen a")
        #expect(schedule.reason(against: .apply, at: 172_800) == "schedule: apply only  (GMT)")
        #expect(schedule.reason(against: .propose, at: 172_800) == nil)
    }

    @Test("looking for drift has windows of its own")
    func drift() {
        let schedule = Schedule(windows: [.drift: [Self.noon]])
        #expect(schedule.reason(against: .drift, at: 0) == "schedule: drift only 12:00-13:00 (GMT)")
        #expect(schedule.reason(against: .drift, at: 43_200) == nil && schedule.reason(against: .apply, at: 0) == nil)
    }

    @Test("a month is limited by its tokens or its cost")
    func month() {
        #expect(!Limits().month.isLimited && Limits.Month(tokens: 0).isLimited && Limits.Month(costUSD: 0).isLimited)
    }
}
