import Domain
import Foundation

/// `schedule: {timezone, propose, apply, drift, drift_interval, freeze}`.
struct ScheduleReading {
    private static let keys = ["timezone", "propose", "apply", "drift", "drift_interval", "freeze"]
    private static let dayNames = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

    private let map: MapReading
    private let reading: Reading

    init?(_ node: YAMLNode, _ reading: Reading) {
        guard let map = MapReading(node, called: "schedule", keys: Self.keys, reading) else { return nil }
        self.map = map
        self.reading = reading
    }

    func schedule() -> Schedule {
        var schedule = Schedule(timeZone: timeZone(), freezes: map.list("freeze").compactMap(freeze))
        for action in Schedule.Action.allCases where map[action.rawValue] != nil {
            let nodes = map.list(action.rawValue)
            if let node = map[action.rawValue], case .list(let items) = node.value, items.isEmpty {
                reading.refuse(
                    "'\(action.rawValue)' has no window, which allows nothing", hint: "leave it out to allow always",
                    at: node)
            }
            schedule.windows[action] = nodes.compactMap(window)
        }
        if let interval = map.duration("drift_interval") { schedule.driftInterval = interval }
        return schedule
    }

    private func timeZone() -> TimeZone {
        guard let name = map.text("timezone"), let node = map["timezone"] else { return .gmt }
        let isName = TimeZone.knownTimeZoneIdentifiers.contains(name) || name == "UTC"
        guard isName, let zone = TimeZone(identifier: name) else {
            let near = Spelling.nearest(to: name, among: TimeZone.knownTimeZoneIdentifiers)
            reading.refuse(
                "'\(name)' is not a time zone",
                hint: near.map { "did you mean '\($0)'?" } ?? "write one like Europe/Berlin", at: node)
            return .gmt
        }
        return zone
    }

    // MARK: Windows

    /// `mon-fri 08:00-18:00`, `sat,sun`, `22:00-06:00`.
    private func window(_ node: YAMLNode) -> Schedule.Window? {
        let text = node.text ?? node.kind
        let parts = text.lowercased().split(separator: " ")
        let days = parts.first.flatMap(Self.days)
        let hours = days != nil && parts.count == 1 ? (0, 1_440) : parts.last.flatMap(Self.hours)
        guard let hours, parts.count == (days == nil ? 1 : parts.count), parts.count <= 2 else {
            reading.refuse("'\(text)' is not a window", hint: "write one like mon-fri 08:00-18:00", at: node)
            return nil
        }
        return Schedule.Window(text: text, days: days ?? Set(0..<7), start: hours.0, end: hours.1)
    }

    private static func days(_ text: Substring) -> Set<Int>? {
        var days: Set<Int> = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false).map {
                dayNames.firstIndex(of: String($0))
            }
            guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1] else { return nil }
            days.formUnion((0...((last - first + 7) % 7)).map { (first + $0) % 7 })
        }
        return days
    }

    /// `22:00-06:00`; `24:00` is the end of the day.
    private static func hours(_ text: Substring) -> (Int, Int)? {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map(minute)
        guard ends.count == 2, let start = ends[0], let end = ends[1], start < 1_440, start != end else { return nil }
        return (start, end)
    }

    private static func minute(_ text: Substring) -> Int? {
        guard let match = text.wholeMatch(of: /(\d\d):(\d\d)/), let hour = Int(match.1), let minute = Int(match.2),
            minute < 60, hour * 60 + minute <= 1_440
        else { return nil }
        return hour * 60 + minute
    }

    // MARK: Freezes

    /// `{from, to, reason}`.
    private func freeze(_ node: YAMLNode) -> Schedule.Freeze? {
        guard let map = MapReading(node, called: "a freeze", keys: ["from", "to", "reason"], reading) else {
            return nil
        }
        let (first, last) = (map.day("from"), map.day("to"))
        guard map.required("from") != nil, map.required("to") != nil, let first, let last else { return nil }
        guard first <= last else {
            reading.refuse("the freeze ends before it begins", at: map["to"] ?? node)
            return nil
        }
        return Schedule.Freeze(
            text: "\(map.text("from") ?? "") to \(map.text("to") ?? "")", days: first...last,
            reason: map.text("reason", atMost: 500))
    }
}
