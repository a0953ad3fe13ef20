import Domain

/// What an answer depends on; equal digests mean that asking again would be asking the same.
enum InputDigest {
    static func of(workspace: Workspace, cause: Cause, author: Author) -> Digest {
        Digest(
            of: ["input"] + trees(workspace) + [of(cause).hex, author.prompt(for: cause), author.model]
                + (author.policy.isEmpty ? [] : [author.policy]))
    }

    static func of(rule: Rule) -> Digest {
        Digest(of: ["rule", rule.meaning])
    }

    /// What is asked, without where.
    static func of(_ cause: Cause) -> Digest {
        switch cause {
        case .opportunity(let opportunity): of(rule: opportunity.rule)
        case .request(let request, _): request.digest
        }
    }

    static func trees(_ workspace: Workspace) -> [String] {
        [workspace.tree.hex] + workspace.modules.sorted { $0.key < $1.key }.flatMap { [$0.key, $0.value.hex] }
    }

    /// Who writes the change: a model under a prompt, or the rule's own fix.
    struct Author: Hashable {
        let prompt: String
        let model: String
        /// What the proof is held against; empty for the standard policy.
        var policy = ""

        static let rule = Author(prompt: "", model: "")

        /// Without a key nobody is asked, and no prompt has a part in it.
        func prompt(for cause: Cause) -> String {
            guard case .request = cause, !prompt.isEmpty else { return prompt }
            return RequestPrompt.version
        }
    }
}
