import Domain
import Foundation

extension MapReading {
    /// Days since 1970 of a day like `2027-03-31`.
    func day(_ key: String) -> Int? {
        guard let text = text(key), let node = self[key] else { return nil }
        let isDate = text.wholeMatch(of: /\d{4}-\d{2}-\d{2}/) != nil
        guard isDate, let date = try? Date("\(text)T00:00:00Z", strategy: .iso8601),
            date.formatted(.iso8601).hasPrefix(text)
        else {
            reading.refuse("'\(key)' is '\(text)'", hint: "write a day like 2027-03-31", at: node)
            return nil
        }
        return Int(date.timeIntervalSince1970 / 86_400)
    }
}
