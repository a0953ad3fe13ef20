import Domain

/// What an answer depends on; equal digests mean that asking again would be asking the same.
enum InputDigest {
    static func of(workspace: Workspace, rule: Rule, author: Author) -> Digest {
        Digest(
            of: ["input", workspace.tree.hex]
                + workspace.modules.sorted { $0.key < $1.key }.flatMap { [$0.key, $0.value.hex] }
                + [of(rule: rule).hex, author.prompt, author.model] + (author.policy.isEmpty ? [] : [author.policy]))
    }

    static func of(rule: Rule) -> Digest {
        Digest(of: ["rule", rule.meaning])
    }

    /// Who writes the change: a model under a prompt, or the rule's own fix.
    struct Author: Hashable {
        let prompt: String
        let model: String
        /// What the proof is held against; empty for the standard policy.
        var policy = ""

        static let rule = Author(prompt: "", model: "")
    }
}
