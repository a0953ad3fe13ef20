import Domain

/// The names of branches that a plan can be attached to.
enum BranchName {
    /// The problem with a name, before anyone has looked whether there is such a branch; nil where there is none.
    static func problem(with name: String, _ names: RefNames) -> Problem? {
        let isPlain =
            !name.isEmpty && !name.hasPrefix("-") && !name.hasPrefix("/") && !name.hasSuffix("/")
            && !name.contains("..") && !name.contains("//")
            && name.unicodeScalars.allSatisfy {
                $0.value > 0x20 && $0.value != 0x7F && !"~^:?*[\\".contains(Character($0))
            }
        guard isPlain else {
            return Problem(.needsPerson, "'\(name)' is no name of a branch", hint: "write it like --branch feature")
        }
        if name.hasPrefix("\(names.branchPrefix)/") {
            return Problem(
                .needsPerson, "'\(name)' is a proposal branch of Sphinx, which has its plan already",
                hint: "merge it, or delete it")
        }
        guard !names.head(name).hasPrefix("\(names.namespace)/") else {
            return Problem(.needsPerson, "'\(name)' is a part of Sphinx's ledger", hint: "name a branch of your own")
        }
        return nil
    }
}
