import Domain

/// A request to merge, in the words of a push.
struct PushedRequest {
    /// Values of `--push-option`.
    let options: [String]
    /// A ref that no repository keeps; the forge takes it for the request.
    let update: RefUpdate?
    private let forge: MergeRequest.Forge

    init(_ request: MergeRequest) {
        forge = request.forge
        switch request.forge {
        case .gitlab:
            options = ["merge_request.create", "merge_request.target=\(request.base)", "merge_request.label=sphinx"]
            update = nil
        case .agit:
            // Without force-push a request whose branch was rewritten stays at the earlier commit.
            options = ["topic=\(request.branch)", "force-push=true"]
            update = RefUpdate("refs/for/\(request.base)", from: nil, to: request.commit)
        }
    }

    var unsupported: Problem {
        Problem(
            .needsPerson, "the remote takes no push options, which merge requests by '\(forge.rawValue)' need",
            hint: "leave SPHINX_MERGE_REQUESTS out, or set receive.advertisePushOptions on the server")
    }
}
