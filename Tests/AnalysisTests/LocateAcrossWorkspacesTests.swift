import Analysis
import Domain
import Testing

@Suite("One home among many workspaces")
struct LocateAcrossWorkspacesTests {
    typealias Selector = Rule.ResourceSelector

    private static func function(_ region: String, _ account: String) -> ResourceInstance {
        LocateTests.instance(
            "aws_lambda_function.f",
            [
                "function_name": .string("worker"),
                "arn": .string("arn:aws:lambda:\(region):\(account):function:worker"),
            ])
    }

    private static let regions = ResourceIndex(workspaces: [
        .init(workspace: "eu", instances: [function("eu-west-1", "111")]),
        .init(workspace: "us", instances: [function("us-east-1", "111")]),
        .init(workspace: "other", instances: [function("us-east-1", "222")]),
    ])

    private static func workspace(_ location: Location) -> String {
        switch location {
        case .found(let workspace, _, _, _): workspace
        case .unmapped: "unmapped"
        case .ambiguous(let blocks, _): blocks.map(\.workspace).sorted().joined(separator: "|")
        }
    }

    @Test(
        "region and account decide where both sides have them",
        arguments: [
            (["region": "eu-west-1", "account_id": "111"], "eu"), (["region": "eu-west-1"], "eu"),
            (["account_id": "222"], "other"), (["region": "us-east-1"], "other|us"), ([:], "eu|other|us"),
            (["region": "ap-1"], "unmapped"), (["region": ""], "eu|other|us"),
        ] as [(Labels, String)])
    func places(labels: Labels, expected: String) {
        let labels = labels.merging(["function_name": "worker"]) { $1 }
        #expect(Self.workspace(Self.regions.locate(labels, Selector())) == expected)
    }

    @Test("without an ARN the values' own region and owner count")
    func values() {
        let index = ResourceIndex(
            workspaces: ["a", "b"].map { name in
                let values = [
                    "id": JSONValue.string("i-1"), "region": .string("r-\(name)"), "owner_id": .string("o-\(name)"),
                ]
                return .init(workspace: name, instances: [LocateTests.instance("aws_instance.x", values)])
            })
        #expect(Self.workspace(index.locate(["instance_id": "i-1", "region": "r-b"], Selector())) == "b")
        #expect(Self.workspace(index.locate(["instance_id": "i-1", "account_id": "o-a"], Selector())) == "a")
    }

    @Test(
        "an ARN without region and account, as a bucket's, agrees with any, and leaves the word to the values",
        arguments: [(["region": "eu-1", "account_id": "1"], "a|b"), (["region": "us-1"], "a"), ([:], "a|b")]
            as [(Labels, String)])
    func bucket(labels: Labels, expected: String) {
        let values = ["bucket": JSONValue.string("logs"), "arn": .string("arn:aws:s3:::logs")]
        let regional = values.merging(["region": .string("eu-1")]) { $1 }
        let index = ResourceIndex(workspaces: [
            .init(workspace: "a", instances: [LocateTests.instance("aws_s3_bucket.b", values)]),
            .init(workspace: "b", instances: [LocateTests.instance("aws_s3_bucket.b", regional)]),
        ])
        let location = index.locate(labels.merging(["bucket_name": "logs"]) { $1 }, Selector())
        #expect(Self.workspace(location) == expected)
    }

    // MARK: States that were not read

    private static let byName = Selector(
        type: "aws_lambda_function", match: [.init(attribute: "function_name", label: "function_name")])

    private static func entry(_ name: String, read: Bool, has: Bool = true) -> ResourceIndex.Entry {
        ResourceIndex.Entry(
            workspace: name, instances: read ? (has ? [function("r", "1")] : []) : nil,
            declared: [LocateTests.declared("aws_lambda_function.f", ["function_name": .string("worker")])])
    }

    @Test("the state is believed before the code, except where it was not read")
    func unread() {
        let labels = ["function_name": "worker"]
        let both = ResourceIndex(workspaces: [Self.entry("a", read: true), Self.entry("b", read: true, has: false)])
        #expect(Self.workspace(both.locate(labels, Self.byName)) == "a")
        let half = ResourceIndex(workspaces: [Self.entry("a", read: true), Self.entry("b", read: false)])
        #expect(Self.workspace(half.locate(labels, Self.byName)) == "a|b")
        let none = ResourceIndex(workspaces: [Self.entry("b", read: false)])
        #expect(Self.workspace(none.locate(labels, Self.byName)) == "b")
        let empty = ResourceIndex(workspaces: [Self.entry("b", read: true, has: false)])
        #expect(Self.workspace(empty.locate(labels, Self.byName)) == "b")
    }

    @Test("many places are told in few words")
    func manyPlaces() {
        let index = ResourceIndex(workspaces: (1...9).map { Self.entry("w\($0)", read: true) })
        guard case .ambiguous(let blocks, let reason) = index.locate(["function_name": "worker"], Selector()) else {
            Issue.record("not ambiguous")
            return
        }
        #expect(blocks.count == 9)
        #expect(
            reason == "label function_name = aws_lambda_function.function_name in the state leads to 9 resources: "
                + (1...5).map { "w\($0) aws_lambda_function.f" }.joined(separator: ", ") + " and 4 more")
    }
}
