/// The model that writes corrected Terraform.
package protocol ProposalWriter: Sendable {
    /// The model that will be asked, as it is configured.
    var model: String { get }

    func reply(to conversation: Conversation) async throws(ModelFailure) -> ModelReply
}
