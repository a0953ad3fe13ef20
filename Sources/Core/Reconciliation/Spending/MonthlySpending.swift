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

    init(in snapshot: Snapshot, world: World, settings: RunSettings) throws(Problem) {
        let month = String(UTC.text(world.now().timeIntervalSince1970).prefix(7))
        let prefix = settings.names.spent(in: nil)
        let refs = snapshot.refs.filter { $0.key.hasPrefix(prefix) }
        var earlier = Usage()
        for (name, object) in refs.sorted(by: { $0.key < $1.key })
        where name.hasPrefix(settings.names.spent(in: month)) {
            let message = try world.objects.summary(of: object).message
            earlier = earlier + (Record(message: message)?.usage ?? Usage())
        }
        self.month = month
        self.earlier = earlier
        past = refs.filter { !$0.key.hasPrefix(settings.names.spent(in: month)) }
        self.world = world
        self.settings = settings
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
