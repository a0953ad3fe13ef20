import Domain
import Foundation

/// What all jobs have asked of the model in the calendar month of a run, in UTC.
///
/// Each run that asked leaves a ref of its own, so that two jobs at once cannot lose each other's part. A job sees what
/// others have finished when it starts: together they may go over a limit by what they spend side by side.
struct MonthlySpending {
    private static let kind = "spent"

    /// Such as `2026-11`.
    let month: String
    let earlier: Usage
    /// Refs of other months.
    private let past: [String: ObjectID]
    private let world: World
    private let settings: RunSettings

    init(in snapshot: Snapshot, world: World, settings: RunSettings) {
        let month = String(UTC.text(world.now().timeIntervalSince1970).prefix(7))
        let prefix = settings.names.spent(in: nil)
        let refs = snapshot.refs.filter { $0.key.hasPrefix(prefix) }
        var earlier = Usage()
        for (name, object) in refs.sorted(by: { $0.key < $1.key })
        where name.hasPrefix(settings.names.spent(in: month)) {
            earlier = earlier + Self.usage(in: try? world.objects.summary(of: object).message)
        }
        self.month = month
        self.earlier = earlier
        past = refs.filter { !$0.key.hasPrefix(settings.names.spent(in: month)) }
        self.world = world
        self.settings = settings
    }

    /// Nothing for what is no record, and never less: nobody gives tokens back.
    private static func usage(in message: String?) -> Usage {
        let told = message.flatMap(Record.init)?.usage ?? Usage()
        return Usage(
            calls: max(0, told.calls), inputTokens: max(0, told.inputTokens), outputTokens: max(0, told.outputTokens),
            costUSD: max(0, told.costUSD), isPriceKnown: told.isPriceKnown)
    }

    /// What to push so that later runs know of it; nothing for a run that asked nothing.
    func groups(adding usage: Usage) throws(Problem) -> [Publisher.Group] {
        guard usage.calls > 0, !settings.isDryRun else { return [] }
        let record = Record(kind: Self.kind, run: settings.run, holder: settings.holder, workspace: "", usage: usage)
        let own = RefUpdate(
            settings.names.spent(in: month) + settings.run, from: nil,
            to: try world.objects.commit(try record.draft(at: world.now())))
        return [Publisher.Group(name: own.name, updates: [own])]
            + past.sorted { $0.key < $1.key }.map {
                Publisher.Group(name: $0.key, updates: [RefUpdate($0.key, from: $0.value, to: nil)])
            }
    }
}
