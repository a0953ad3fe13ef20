package import Domain

/// What one run is asked to do, and under which names.
package struct RunSettings: Sendable {
    package enum Part: String, Sendable, CaseIterable {
        case propose, apply
    }

    package var run: String
    /// Such as `host/1234`; written into locks.
    package var holder: String
    package var baseBranch: String?
    /// Nil does both.
    package var only: Part?
    /// Globs over workspace paths; empty means all.
    package var workspaces: [Glob]
    /// Stops after the analysis.
    package var analysisOnly: Bool
    package var isDryRun: Bool
    /// A person does now what the schedule would hold back.
    package var ignoresSchedule = false
    /// Plans the base of workspaces in which nothing was merged.
    package var detectsDrift = false
    /// From the top of the repository.
    package var pluginsFolder = "plugins"
    package var rulesFile: String
    package var names: RefNames
    /// Terraform processes at once.
    package var concurrency: Int
    /// Seconds for which a lock holds while a plan is made.
    package var lease: Double
    /// Seconds that an apply may take; the lock holds at least as long.
    package var applyDeadline: Double
    /// Seconds for which metrics still tell of the time before an apply.
    package var settle: Double
    /// Seconds for which a rejected proposal is not made again.
    package var coolDown: Double
    /// What this machine wants signed, whatever the policy says.
    package var signatures: Set<SignedPart> = []
    /// The address at which people open Prometheus, without a slash at its end; nil shows no link.
    package var metricsPage: String?
    /// Nil opens no merge requests.
    package var forge: MergeRequest.Forge?
    package var version: String

    package init(
        run: String, holder: String, baseBranch: String? = nil, only: Part? = nil, workspaces: [Glob] = [],
        analysisOnly: Bool = false, isDryRun: Bool = false, rulesFile: String = "rules.yml",
        names: RefNames = RefNames(), concurrency: Int = 2, lease: Double = 1_800, applyDeadline: Double = 3_600,
        settle: Double = 3_600, coolDown: Double = 30 * 86_400, version: String
    ) {
        self.run = run
        self.holder = holder
        self.baseBranch = baseBranch
        self.only = only
        self.workspaces = workspaces
        self.analysisOnly = analysisOnly
        self.isDryRun = isDryRun
        self.rulesFile = rulesFile
        self.names = names
        self.concurrency = concurrency
        self.lease = lease
        self.applyDeadline = applyDeadline
        self.settle = settle
        self.coolDown = coolDown
        self.version = version
    }

    package func includes(workspace: String) -> Bool {
        workspaces.isEmpty || workspaces.contains { $0.matches(workspace) }
    }

    /// What a push of a branch asks the forge for; GitLab's request follows its branch by itself.
    func request(for branch: String, at commit: ObjectID, isNew: Bool, in snapshot: Snapshot) -> MergeRequest? {
        guard let forge, isNew || forge == .agit else { return nil }
        return MergeRequest(forge: forge, branch: branch, base: snapshot.baseBranch, commit: commit)
    }
}
