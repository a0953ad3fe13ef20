import Domain
import Foundation

/// An answer whose change was proved, as the cache keeps it.
struct Accepted: Codable {
    let correction: Correction
    let model: String
    /// What a person answered on the way.
    let answers: [ChangeRequest.Answer]?

    init(correction: Correction, model: String, answers: [ChangeRequest.Answer] = []) {
        self.correction = correction
        self.model = model
        self.answers = answers
    }

    /// Nil where the cache holds something else.
    init?(bytes: [UInt8]) {
        guard let accepted = try? JSONDecoder().decode(Accepted.self, from: Data(bytes)) else { return nil }
        self = accepted
    }

    var bytes: [UInt8]? {
        (try? JSONDocument.text(self)).map { Array($0.utf8) }
    }
}
