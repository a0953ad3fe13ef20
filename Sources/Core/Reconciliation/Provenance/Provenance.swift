import Domain

/// Whether what is merged in one workspace is signed by those who have to sign it.
struct Provenance {
    let world: World
    let base: ObjectID
    let workspace: Workspace
    let manifests: [MergedManifest]
    let parts: Set<SignedPart>

    enum Finding: Hashable, Sendable {
        /// Who signed, sorted.
        case vouched(signers: [String])
        /// One sentence: what is not signed, and what to do.
        case refused(String)
    }

    /// Throws where it cannot be told, such as without a list of signers.
    func finding() async throws(Problem) -> Finding {
        guard let verifier = world.verifier else {
            throw Problem(.bug, "signatures are wanted, and nothing here can judge them")
        }
        var signers: Set<String> = []
        if parts.contains(.merges) {
            let line = SignedLine(
                world: world, verifier: verifier, base: base, workspace: workspace, manifests: manifests)
            switch try await line.finding() {
            case .refused(let reason): return .refused(reason)
            case .vouched(let found): signers.formUnion(found)
            }
        }
        if parts.contains(.manifests) {
            for merged in manifests {
                let seal = ManifestSeal(
                    objects: world.objects, verifier: verifier, base: base, manifest: merged.manifest)
                switch try await seal.finding() {
                case .refused(let reason): return .refused(reason)
                case .vouched(let found): signers.formUnion(found)
                }
            }
        }
        return .vouched(signers: signers.sorted())
    }
}

extension Reconciler {
    /// What the policy wants signed, and what this machine does; the repository can add to it and take nothing away.
    func signatures(wantedBy policy: Policy) -> Set<SignedPart> { settings.signatures.union(policy.signatures) }

    /// What this run proposes could never be applied.
    func unsignedProposals(_ policy: Policy) -> [Problem] {
        guard settings.only != .apply, !world.signs, signatures(wantedBy: policy).contains(.manifests) else {
            return []
        }
        return [
            Problem(
                .needsPerson, "manifests have to be signed, and this machine has no key to sign proposals with",
                hint: "set SPHINX_SIGNING_KEY to an SSH key's file")
        ]
    }

    /// The workspaces in which everything is signed; one after another, as they may fetch commits that are missing.
    func vouched(
        _ stages: [ApplyStage], signed parts: Set<SignedPart>, refusals: inout [ApplyStage.Result]
    ) async -> [ApplyStage] {
        guard !parts.isEmpty else { return stages }
        var vouched: [ApplyStage] = []
        for stage in stages {
            if let refusal = await stage.refusal(signed: parts) {
                refusals.append(refusal)
            } else {
                vouched.append(stage)
            }
        }
        return vouched
    }
}

extension ApplyStage {
    /// What becomes of this workspace where something is not signed; nil where it may be applied.
    fileprivate func refusal(signed parts: Set<SignedPart>) async -> Result? {
        let provenance = Provenance(
            world: world, base: observation.snapshot.base, workspace: workspace, manifests: manifests, parts: parts)
        do throws(Problem) {
            switch try await provenance.finding() {
            case .refused(let reason):
                try record(.unverified, reason)
                return Result(outcomes: outcomes(.unverified, reason))
            case .vouched(let signers):
                try journal.record(
                    "provenance", "verified", workspace: workspace.path,
                    subject: manifests.map(\.manifest.key.text).joined(separator: " "),
                    details: [
                        "signed": .texts(parts.map(\.rawValue).sorted()), "signers": .texts(signers),
                        "base": .string(observation.snapshot.base.hex),
                    ])
                return nil
            }
        } catch {
            return Result(outcomes: outcomes(.failed, error.message), problems: [error])
        }
    }
}
