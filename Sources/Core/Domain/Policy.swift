/// What the people of a repository allow proposals to do, beyond the update of one resource in place.
package struct Policy: Hashable, Sendable {
    /// Block addresses that a proposal may be about.
    package var addresses: [Glob]
    /// Blocks beside the target that may be updated in place by the same plan.
    package var affected: [Glob]
    /// Rules whose plans may replace instances of the target.
    package var replace: [Glob]
    /// Rules whose edits may remove the target, and whose plans may destroy instances of it.
    package var destroy: [Glob]
    /// The most resources that one plan may change; nil is no limit.
    package var mostChanges: Int?
    package var check: Check?
    package var signatures: Set<SignedPart>

    package init(
        addresses: [Glob] = [Glob("**")], affected: [Glob] = [], replace: [Glob] = [], destroy: [Glob] = [],
        mostChanges: Int? = nil, check: Check? = nil, signatures: Set<SignedPart> = []
    ) {
        self.addresses = addresses
        self.affected = affected
        self.replace = replace
        self.destroy = destroy
        self.mostChanges = mostChanges
        self.check = check
        self.signatures = signatures
    }

    /// A command that reads a plan as JSON, such as conftest, and says what is wrong with it.
    package struct Check: Hashable, Sendable {
        package static let standardTimeout = 30.0

        /// The program and its arguments; a program with a slash is a path from the top of the repository.
        package let command: [String]
        /// What the command finds in its working folder, from the top of the repository.
        package let folder: String?
        /// Seconds.
        package let timeout: Double

        package init(command: [String], folder: String? = nil, timeout: Double = standardTimeout) {
            self.command = command
            self.folder = folder
            self.timeout = timeout
        }
    }

    package func covers(_ address: String) -> Bool { addresses.contains { $0.matches(address) } }
    package func affects(_ address: String) -> Bool { affected.contains { $0.matches(address) } }
    package func replaces(_ rule: String) -> Bool { replace.contains { $0.matches(rule) } }
    package func destroys(_ rule: String) -> Bool { destroy.contains { $0.matches(rule) } }

    /// Everything that a proof depends on, as one text; empty for the policy that allows nothing more.
    package var meaning: String {
        guard self != Policy(signatures: signatures) else { return "" }
        let lists = [addresses, affected, replace, destroy].map { $0.map(\.pattern).joined(separator: ",") }
        let command = check.map { "\($0.command);\($0.folder ?? "")" } ?? ""
        return (lists + [mostChanges.map(String.init) ?? "", command]).joined(separator: "\u{1F}")
    }
}
