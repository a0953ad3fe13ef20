/// Why an edit or a plan is not accepted; the reason is for programs, the sentence for the model and people.
package struct Refusal: Error, Hashable, Sendable {
    package enum Reason: String, Error, CaseIterable, Sendable {
        case unknownFile = "unknown_file"
        case searchNotFound = "search_not_found"
        case searchNotUnique = "search_not_unique"
        case emptySearch = "empty_search"
        case nothingChanged = "nothing_changed"
        case tooLarge = "too_large"
        case redactedText = "redacted_text"
        case syntax
        case outsideTarget = "outside_target"
        case deniedConstruct = "denied_construct"
        case deniedFunction = "denied_function"
        case widening
        case policy
        case hiddenCharacter = "hidden_character"
        case fixNotMade = "fix_not_made"
        case fixImpossible = "fix_impossible"
        case planEmpty = "plan_empty"
        case planScope = "plan_scope"
        case planDestroys = "plan_destroys"
        case stillFiring = "still_firing"
        case terraform
    }

    package let reason: Reason
    package let sentence: String

    package init(_ reason: Reason, _ sentence: String) {
        self.reason = reason
        self.sentence = sentence
    }
}

extension [Refusal] {
    /// All of them as one text.
    var text: String { map(\.sentence).joined(separator: "; ") }
}
