import Domain

extension ProposalPage {
    /// The person's words, each line as it was written, and what that person said to the model's questions.
    static func asked(_ request: ChangeRequest) -> String {
        let answers = request.answers.map {
            "- \(Escaping.markdown($0.question))\n  \($0.answer.isEmpty ? "(no answer)" : Escaping.markdown($0.answer))"
        }
        let allowed = [request.allowsDestroy ? "destroy" : nil, request.allowsReplace ? "replace" : nil]
            .compactMap { $0 }
        return [
            "## Why\n\nA person asked:\n\n\(quoted(request.text))",
            answers.isEmpty ? "" : "The model asked, and the person answered:\n\n\(answers.joined(separator: "\n"))",
            allowed.isEmpty ? "" : "The person allowed it to \(allowed.joined(separator: " and to ")) resources.",
        ].filter { !$0.isEmpty }.joined(separator: "\n\n")
    }

    private static func quoted(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.allSatisfy(\.isWhitespace) ? ">" : "> \(Escaping.markdown(String($0)))" }
            .joined(separator: "\n")
    }
}

extension Cause {
    /// What of a page does not come from a model.
    var known: String {
        switch self {
        case .opportunity: "measured and planned"
        case .request: "planned"
        }
    }

    /// What a rejection means, up to its end.
    var rejection: String {
        switch self {
        case .opportunity: "It is not proposed again"
        case .request: "Other words get a new answer at once; the same words get none"
        }
    }
}
