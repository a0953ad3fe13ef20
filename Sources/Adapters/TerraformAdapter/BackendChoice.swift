import Domain

/// Where a workspace's state is kept in this run.
enum BackendChoice {
    /// As the code says, with further settings for `init`.
    case configured(settings: [String: String])
    /// In a file of the local state folder, through an override file.
    case localFile(String)
    case refused(reason: String)

    init(_ workspace: Workspace, _ settings: Terraform.Settings) {
        switch workspace.backend {
        case .remote(let type, let configured):
            let given = type == "s3" ? Self.s3(workspace, settings).filter { !configured.contains($0.key) } : [:]
            self = .configured(settings: given.merging(workspace.settings.backend) { $1 })
        case .local(let path?) where path.hasPrefix("/"): self = .configured(settings: workspace.settings.backend)
        case .none, .local:
            guard let folder = settings.localStateFolder else {
                let what = workspace.backend == .none ? "no backend" : "a local backend at a relative path"
                self = .refused(
                    reason: "\(workspace.path) has \(what), so its state would be lost with the scratch folder")
                return
            }
            self = .localFile("\(folder)/\(workspace.path)/terraform.tfstate")
        }
    }

    var localFile: String? {
        if case .localFile(let file) = self { file } else { nil }
    }

    var refusal: Problem? {
        guard case .refused(let reason) = self else { return nil }
        return Problem(.needsPerson, reason, hint: "give it a backend, or set SPHINX_LOCAL_STATE_DIR")
    }

    /// For `init`; credentials reach Terraform through its environment alone.
    var arguments: [String] {
        guard case .configured(let values) = self else { return [] }
        return values.sorted { $0.key < $1.key }.map { "-backend-config=\($0.key)=\($0.value)" }
    }

    /// The key names a folder, so that every workspace has a state of its own.
    private static func s3(_ workspace: Workspace, _ settings: Terraform.Settings) -> [String: String] {
        var given = settings.s3.filter { ["bucket", "key", "region"].contains($0.key) && !$0.value.isEmpty }
        guard let key = given["key"] else { return given }
        let steps = key.split(separator: "/").map(String.init)
        let folder = key.hasSuffix(".tfstate") ? steps.dropLast() : steps[...]
        given["key"] = (folder + ["\(workspace.path)/terraform.tfstate"]).joined(separator: "/")
        return given
    }
}
