import Domain

extension ApplyStage {
    /// Why the last apply failed, as whoever approves anew has to know what it left behind.
    func lastFailure(_ ledger: Ledger) -> String {
        let records = manifests.compactMap {
            ledger.failed[Ledger.Entry(key: $0.manifest.key, approval: $0.approval)]
        }
        let reason = records.lazy.filter(world.objects.contains).compactMap { record in
            (try? world.objects.summary(of: record)).flatMap { Record(message: $0.message) }?.reason
        }.first
        return "the last apply of this approval failed" + (reason.map { ": \($0)" } ?? "")
    }
}
