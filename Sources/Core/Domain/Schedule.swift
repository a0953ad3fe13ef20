package import Foundation

/// When proposals are made, merges are applied and drift is looked for: `schedule` in rules.yml.
package struct Schedule: Hashable, Sendable {
    package enum Action: String, Hashable, Sendable, CaseIterable {
        case propose, apply, drift
    }

    /// Hours of some days of the week; one that ends before it begins ends on the next day.
    package struct Window: Hashable, Sendable {
        /// As it is written.
        package let text: String
        /// 0 is Monday.
        package let days: Set<Int>
        /// Minutes from the day's start, the end not included: 0 to 1440.
        package let start: Int
        package let end: Int

        package init(text: String, days: Set<Int>, start: Int, end: Int) {
            self.text = text
            self.days = days
            self.start = start
            self.end = end
        }

        func contains(day: Int, minute: Int) -> Bool {
            let weekday = Window.weekday(day)
            if start < end { return days.contains(weekday) && (start..<end).contains(minute) }
            return (days.contains(weekday) && minute >= start)
                || (days.contains(Window.weekday(day - 1)) && minute < end)
        }

        /// 1970-01-01 was a Thursday.
        private static func weekday(_ day: Int) -> Int { ((day + 3) % 7 + 7) % 7 }
    }

    /// Days on which nothing is proposed or applied, both ends included.
    package struct Freeze: Hashable, Sendable {
        /// Such as `2026-12-20 to 2027-01-04`.
        package let text: String
        /// Days since 1970.
        package let days: ClosedRange<Int>
        package let reason: String?

        package init(text: String, days: ClosedRange<Int>, reason: String?) {
            self.text = text
            self.days = days
            self.reason = reason
        }
    }

    package var timeZone: TimeZone
    /// What is not named is always allowed.
    package var windows: [Action: [Window]]
    package var freezes: [Freeze]
    /// Seconds between two looks for drift in one workspace.
    package var driftInterval: Double

    package init(
        timeZone: TimeZone = .gmt, windows: [Action: [Window]] = [:], freezes: [Freeze] = [],
        driftInterval: Double = 86_400
    ) {
        self.timeZone = timeZone
        self.windows = windows
        self.freezes = freezes
        self.driftInterval = driftInterval
    }

    /// Why an action has to wait; nil where it may be done `now`, in seconds since 1970.
    ///
    /// A freeze does not hold back looking.
    package func reason(against action: Action, at now: Double) -> String? {
        let offset = timeZone.secondsFromGMT(for: Date(timeIntervalSince1970: now))
        let minutes = Int((now / 60).rounded(.down)) + offset / 60
        let day = Int((Double(minutes) / 1_440).rounded(.down))
        if action != .drift, let freeze = freezes.first(where: { $0.days.contains(day) }) {
            return "schedule: frozen \(freeze.text)\(freeze.reason.map { " (\($0))" } ?? "")"
        }
        guard let windows = windows[action],
            !windows.contains(where: { $0.contains(day: day, minute: minutes - day * 1_440) })
        else { return nil }
        let allowed = windows.map(\.text).joined(separator: ", ")
        return "schedule: \(action.rawValue) only \(allowed) (\(timeZone.identifier))"
    }
}
