extension Dashboard {
    /// Where an opportunity or a proposal stands; what somebody has to do something about comes first.
    package enum Standing: String, CaseIterable, Sendable {
        case failed, merged, open, edited, next, waiting, unfixable, reported, withdrawn, rejected, applied

        package var title: String {
            switch self {
            case .failed: "Failed"
            case .merged: "Merged, to be applied"
            case .open: "Open"
            case .edited: "Edited by a person"
            case .next: "Next"
            case .waiting: "Waiting"
            case .unfixable: "Not fixed"
            case .reported: "For a person"
            case .withdrawn: "To be withdrawn"
            case .rejected: "Rejected"
            case .applied: "Applied"
            }
        }

        /// What that means for the reader.
        package var meaning: String {
            switch self {
            case .failed: "Something went wrong, and it is not tried again by itself."
            case .merged: "The next run plans again, and applies what is as approved."
            case .open: "A branch waits for review: merge it to accept, delete it to reject."
            case .edited: "Someone else's commit is on the branch, so that Sphinx leaves it alone."
            case .next: "The next run writes a proposal for it."
            case .waiting: "Nothing is proposed yet, for the reason beside it."
            case .unfixable:
                "No change was found that passes the checks; it is tried again when the code or the rule changes."
            case .reported: "Sphinx does not make this change itself."
            case .withdrawn: "The next run deletes the branch."
            case .rejected: "The branch was deleted without a merge."
            case .applied: "Done."
            }
        }
    }
}
