import Foundation

/// Times as people and programs read them: ISO 8601, UTC, whole seconds.
package enum UTC {
    package static func text(_ seconds: Double) -> String {
        Date(timeIntervalSince1970: seconds.rounded(.down)).formatted(.iso8601)
    }
}
