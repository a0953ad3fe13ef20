import Domain

/// Records without secrets; names, keys and branches are what rows are found by, and stay.
struct RedactingHistory: History {
    let history: any History
    let secrets: KnownSecrets

    func append(_ entry: HistoryEntry) throws(Problem) {
        let redactor = entry.workspace.map { secrets.redactor(for: $0) } ?? secrets.redactor
        try history.append(
            HistoryEntry(
                run: entry.run, time: entry.time, workspace: entry.workspace, action: entry.action,
                status: entry.status, subject: entry.subject, details: redactor.redact(entry.details)))
    }

    func rows(_ filter: HistoryFilter) throws(Problem) -> [HistoryRow] { try history.rows(filter) }
    func firstBreak() throws(Problem) -> Problem? { try history.firstBreak() }
}
