import Domain
import Foundation

/// A time as people write it on the command line.
enum PointInTime {
    private static let day: Double = 86_400
    private static let units: [Character: Double] = ["m": 60, "h": 3_600, "d": day, "w": 7 * day]

    /// `2026-11-24T12:00:00Z`, a day, or how long ago; `asEnd` takes a whole day to its last moment.
    static func parse(_ text: String, now: Date = Date(), asEnd: Bool = false) throws(Problem) -> Date {
        if let date = try? Date(text, strategy: .iso8601) { return date }
        if let date = EntryTexts.date(text) { return date }
        if let date = try? Date("\(text)T00:00:00Z", strategy: .iso8601), text.count == 10 {
            return asEnd ? date.addingTimeInterval(day - 0.001) : date
        }
        if let last = text.last, let unit = units[last], let number = Double(text.dropLast()), number >= 0,
            number.isFinite
        {
            return now.addingTimeInterval(-number * unit)
        }
        throw Problem(
            .needsPerson, "'\(text)' is not a time", hint: "write it like 2026-11-24T12:00:00Z, 2026-11-24 or 30d")
    }
}
