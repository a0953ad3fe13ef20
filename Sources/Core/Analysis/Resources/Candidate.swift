import Domain

/// One resource that a label may lead to.
struct Candidate: Hashable, Sendable {
    let workspace: String
    /// With its instance key where it comes from the state, without where it comes from the code.
    let address: String
    let type: String
    /// Where it runs, as far as its values say so.
    let region: String?
    let account: String?

    var block: Location.Block { Location.Block(workspace: workspace, address: ResourceAddress.block(address)) }

    init(_ instance: ResourceInstance, in workspace: String) {
        self.workspace = workspace
        address = instance.address
        type = instance.type
        // arn:partition:service:region:account:resource
        let arn = instance.values["arn"]?.string?.split(separator: ":", omittingEmptySubsequences: false) ?? []
        let part = { (index: Int) in arn.count > 5 && !arn[index].isEmpty ? String(arn[index]) : nil }
        region = part(3) ?? instance.values["region"]?.string
        account = part(4) ?? instance.values["owner_id"]?.string ?? instance.values["account_id"]?.string
    }

    init(_ declared: DeclaredResource, in workspace: String) {
        self.workspace = workspace
        address = declared.address
        type = declared.type
        (region, account) = (nil, nil)
    }

    /// A series of another region or account is not this resource's, whatever else agrees.
    func agrees(with labels: Labels) -> Bool {
        Self.agree(labels["region"], region) && Self.agree(labels["account_id"], account)
            && Self.agree(labels["terraform_workspace"], workspace)
    }

    private static func agree(_ label: String?, _ value: String?) -> Bool {
        guard let label, !label.isEmpty, let value, !value.isEmpty else { return true }
        return label == value
    }
}
