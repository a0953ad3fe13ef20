import Domain

extension Dashboard {
    /// What a reader looks for first, each with its name.
    var figures: [(name: String, value: String)] {
        let usage = history.usage
        return [
            ("Opportunities", String(entries.count { $0.opportunity != nil })),
            ("Open proposals", String(entries.count { [.open, .edited].contains($0.standing) })),
            ("Waiting", String(entries.count { $0.standing == .waiting })),
            ("To be applied", String(entries.count { $0.standing == .merged })),
            ("Applied", String(entries.count { $0.standing == .applied })),
            ("Gemini tokens", Figures.grouped(usage.tokens)), ("Gemini cost", usage.price),
        ]
    }

    /// Where the reader is.
    var place: String { "\(baseBranch) at \(base.short), \(Figures.time(at))" }
}
