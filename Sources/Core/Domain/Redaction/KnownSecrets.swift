import Synchronization

/// What is known to be secret in one run: given when it starts, and learned of each workspace on the way.
///
/// What one workspace hides is taken out of what is said of that workspace alone: the pages of another do not depend
/// on what was read before them.
package final class KnownSecrets: Sendable {
    private struct State {
        var given: Set<String>
        var learned: [String: Set<String>] = [:]
        var redactors: [String?: Redactor] = [:]
        /// Of everything that is known.
        var all: Redactor?
    }

    private let state: Mutex<State>

    package init(_ given: some Sequence<String> = []) {
        state = Mutex(State(given: Set(given)))
    }

    /// What the run itself signs in with.
    package func give(_ secrets: some Sequence<String>) {
        state.withLock { state in
            guard !state.given.isSuperset(of: secrets) else { return }
            state.given.formUnion(secrets)
            state.redactors = [:]
            state.all = nil
        }
    }

    package func learn(_ secrets: some Sequence<String>, of workspace: String) {
        state.withLock { state in
            guard !state.learned[workspace, default: []].isSuperset(of: secrets) else { return }
            state.learned[workspace, default: []].formUnion(secrets)
            state.redactors[workspace] = nil
            state.all = nil
        }
    }

    /// For what is said of a workspace; for nil with what the run itself signs in with alone.
    package func redactor(for workspace: String?) -> Redactor {
        state.withLock { state in
            let learned = workspace.flatMap { state.learned[$0] }
            let key = learned == nil ? nil : workspace
            if let known = state.redactors[key] { return known }
            let redactor = Redactor(secrets: state.given.union(learned ?? []))
            state.redactors[key] = redactor
            return redactor
        }
    }

    /// For prose that may be about any workspace, such as the problems of a run.
    package var redactor: Redactor {
        state.withLock { state in
            if let known = state.all { return known }
            let redactor = Redactor(secrets: state.learned.values.reduce(into: state.given) { $0.formUnion($1) })
            state.all = redactor
            return redactor
        }
    }
}

extension KnownSecrets: CustomReflectable {
    package var customMirror: Mirror { Mirror(self, children: []) }
}
