import Analysis
import Domain
import Testing

@Suite("From labels to a resource")
struct LocateTests {
    typealias Selector = Rule.ResourceSelector

    static func instance(_ address: String, _ values: [String: JSONValue]) -> ResourceInstance {
        ResourceInstance(
            address: address, type: ResourceAddress.type(of: address) ?? "", values: .object(values))
    }

    static func declared(_ address: String, _ literals: [String: JSONValue] = [:]) -> DeclaredResource {
        DeclaredResource(
            address: address, type: ResourceAddress.type(of: address) ?? "", literals: literals, file: "main.tf")
    }

    private static let prod = ResourceIndex.Entry(
        workspace: "prod/web", labels: ["env": "prod"],
        instances: [
            instance(
                "aws_instance.web[0]", ["id": .string("i-1"), "arn": .string("arn:aws:ec2:eu-1:111:instance/i-1")]),
            instance("aws_instance.web[1]", ["id": .string("i-2")]),
            instance("aws_instance.same[0]", ["id": .string("i-same"), "tags": .object(["Name": .string("pool")])]),
            instance("aws_instance.same[1]", ["id": .string("i-same"), "tags": .object(["Name": .string("pool")])]),
            instance(
                "module.db[\"a.b\"].aws_db_instance.main", ["id": .string("db-ABC"), "identifier": .string("main")]),
            instance("terraform_data.a", ["input": .object(["id": .string("x"), "port": .integer(80)])]),
            instance("aws_kinesis_stream.s", ["arn": .string("arn:aws:kinesis:eu-1:111:stream/s")]),
        ],
        declared: [
            declared("aws_instance.web"), declared("aws_ebs_volume.new", ["tags.Name": .string("data")]),
            declared("terraform_data.a", ["input.id": .string("x")]), declared("aws_instance.planned"),
        ])

    private static let staging = ResourceIndex.Entry(
        workspace: "staging/web", labels: ["env": "staging"],
        instances: [
            instance("aws_instance.web", ["id": .string("i-3")]),
            instance("aws_instance.twin", ["id": .string("i-dup")]),
            instance(
                "aws_instance.other",
                ["id": .string("i-dup"), "private_ip": .string("10.0.0.7"), "tags": .object(["Name": .string("o")])]),
        ], declared: [declared("aws_instance.web")])

    static let index = ResourceIndex(workspaces: [prod, staging])
    private static let byInput = Selector(type: "terraform_data", match: [.init(attribute: "input.id", label: "id")])
    private static let byName = Selector(match: [.init(attribute: "tags.Name", label: "tag_Name")])
    private static let instances = Selector(type: "aws_instance")
    private static let volumes = Selector(type: "aws_ebs_volume", match: [.init(attribute: "tags.Name", label: "Name")])

    private static func found(_ workspace: String, _ instance: String, _ how: String) -> Location {
        .found(workspace: workspace, instance: instance, block: ResourceAddress.block(instance), how: how)
    }

    private static let byID = "label instance_id = aws_instance.id in the state"

    // MARK: What the series says itself

    @Test(
        "a series that names its address is believed, if there is such a block",
        arguments: [
            (
                ["terraform_workspace": "staging/web", "terraform_address": "aws_instance.web"], Selector(),
                found("staging/web", "aws_instance.web", "label terraform_address")
            ),
            (
                ["terraform_workspace": "prod/web", "terraform_address": "aws_instance.web[1]"], Selector(),
                found("prod/web", "aws_instance.web[1]", "label terraform_address")
            ),
            (
                ["tf_address": "aws_instance.planned"], Selector(),
                found("prod/web", "aws_instance.planned", "label terraform_address")
            ),
            (
                ["terraform_address": "module.db[\"a.b\"].aws_db_instance.main"], Selector(),
                found("prod/web", "module.db[\"a.b\"].aws_db_instance.main", "label terraform_address")
            ),
            (
                ["terraform_address": "aws_instance.web", "env": "staging"], Selector(),
                found("staging/web", "aws_instance.web", "label terraform_address")
            ),
            (
                ["terraform_address": "aws_instance.web"], Selector(),
                .ambiguous(
                    among: [
                        .init(workspace: "prod/web", address: "aws_instance.web"),
                        .init(workspace: "staging/web", address: "aws_instance.web"),
                    ], reason: "aws_instance.web stands in prod/web, staging/web")
            ),
            (
                ["terraform_address": "aws_instance.none", "instance_id": "i-1"], Selector(),
                .unmapped(reason: "no workspace has aws_instance.none")
            ),
            (
                ["terraform_workspace": "dev", "terraform_address": "aws_instance.web"], Selector(),
                .unmapped(reason: "the workspace 'dev' has no aws_instance.web")
            ),
            (
                ["terraform_workspace": "prod/web", "terraform_address": "aws_instance.web", "env": "dev"], Selector(),
                .unmapped(reason: "the labels of the workspace 'prod/web' contradict the series'")
            ),
            (
                ["terraform_address": "aws_instance.web"], volumes,
                .unmapped(
                    reason: "label terraform_address says aws_instance.web, and the rule is about aws_ebs_volume")
            ),
            (
                ["terraform_address": ""], Selector(),
                .unmapped(reason: "no label leads to a resource: {terraform_address=\"\"}")
            ),
            (["terraform_address": "no\u{1B}[0m[\u{202E}"], Selector(), .unmapped(reason: "no workspace has no")),
        ] as [(Labels, Selector, Location)])
    func explicit(labels: Labels, selector: Selector, expected: Location) {
        #expect(Self.index.locate(labels, selector) == expected)
    }

    @Test("the named workspace alone narrows the other ways")
    func workspaceOnly() {
        let labels = ["instance_id": "i-3", "terraform_workspace": "staging/web"]
        #expect(Self.index.locate(labels, Selector()) == Self.found("staging/web", "aws_instance.web", Self.byID))
        let other = Self.index.locate(["instance_id": "i-3", "terraform_workspace": "prod/web"], Selector())
        #expect(
            other
                == .unmapped(
                    reason: "no resource has these labels: {instance_id=\"i-3\", terraform_workspace=\"prod/web\"}"))
    }

    // MARK: ARN, table, match

    @Test(
        "the ARN, the label table and the rule's match lead to one block",
        arguments: [
            (
                ["name": "arn:aws:ec2:eu-1:111:instance/i-1"], Selector(),
                found("prod/web", "aws_instance.web[0]", "its ARN")
            ),
            (
                ["arn": "arn:aws:kinesis:eu-1:111:stream/s"], Selector(),
                found("prod/web", "aws_kinesis_stream.s", "its ARN")
            ),
            (
                ["dimension_InstanceId": "i-2"], Selector(),
                found("prod/web", "aws_instance.web[1]", "label dimension_InstanceId = aws_instance.id in the state")
            ),
            (["instance_id": "i-3", "env": "staging"], instances, found("staging/web", "aws_instance.web", byID)),
            (
                ["dbinstance_identifier": "main"], Selector(),
                found(
                    "prod/web", "module.db[\"a.b\"].aws_db_instance.main",
                    "label dbinstance_identifier = aws_db_instance.identifier in the state")
            ),
            (["id": "x"], byInput, found("prod/web", "terraform_data.a", "label id = input.id in the state")),
            (
                ["port": "80"], Selector(match: [.init(attribute: "input.port", label: "port")]),
                found("prod/web", "terraform_data.a", "label port = input.port in the state")
            ),
            (["Name": "data"], volumes, found("prod/web", "aws_ebs_volume.new", "label Name = tags.Name in the code")),
            (["instance_id": "i-same"], Selector(), found("prod/web", "aws_instance.same", byID)),
            (
                ["tag_Name": "pool", "instance_id": "i-1"], byName,
                found("prod/web", "aws_instance.same", "label tag_Name = tags.Name in the state")
            ),
            (
                ["instance_id": "i-dup", "tag_Name": "o"], byName,
                found("staging/web", "aws_instance.other", "label tag_Name = tags.Name in the state")
            ),
        ] as [(Labels, Selector, Location)])
    func leads(labels: Labels, selector: Selector, expected: Location) {
        #expect(Self.index.locate(labels, selector) == expected)
    }

    @Test(
        "what leads nowhere says why",
        arguments: [
            (
                ["dbinstance_identifier": "db-ABC"], Selector(),
                "no resource has these labels: {dbinstance_identifier=\"db-ABC\"}"
            ),
            (
                ["instance_id": "i-3", "env": "prod"], Selector(),
                "no resource has these labels: {env=\"prod\", instance_id=\"i-3\"}"
            ),
            (
                ["instance_id": "i-1"], Selector(type: "aws_ebs_volume"),
                "no label leads to a resource: {instance_id=\"i-1\"}"
            ),
            (
                ["name": "arn:aws:ec2:eu-1:111:instance/i-1"], Selector(type: "aws_ebs_volume"),
                "no resource has these labels: {name=\"arn:aws:ec2:eu-1:111:instance/i-1\"}"
            ),
            (["name": "web", "job": "node"], Selector(), "no label leads to a resource: {job=\"node\", name=\"web\"}"),
            (["id": ""], byInput, "no label leads to a resource: {id=\"\"}"),
            ([:], Selector(), "no label leads to a resource: {}"),
        ] as [(Labels, Selector, String)])
    func nowhere(labels: Labels, selector: Selector, reason: String) {
        #expect(Self.index.locate(labels, selector) == .unmapped(reason: reason))
    }

    @Test("two resources on one way are ambiguous, and both are named")
    func twoResources() {
        let other = Location.Block(workspace: "staging/web", address: "aws_instance.other")
        let twin = Location.Block(workspace: "staging/web", address: "aws_instance.twin")
        #expect(
            Self.index.locate(["instance_id": "i-dup"], Selector())
                == .ambiguous(
                    among: [other, twin],
                    reason: "\(Self.byID) leads to 2 resources: "
                        + "staging/web aws_instance.other, staging/web aws_instance.twin"))
    }

    @Test("a later way settles what an earlier one left open")
    func settled() {
        let selector = Selector(match: [
            .init(attribute: "id", label: "instance_id"), .init(attribute: "private_ip", label: "ip"),
        ])
        let location = Self.index.locate(["instance_id": "i-dup", "ip": "10.0.0.7"], selector)
        #expect(location == Self.found("staging/web", "aws_instance.other", "label ip = private_ip in the state"))
    }

    @Test("a later way that contradicts settles nothing")
    func contradiction() {
        let selector = Selector(match: [
            .init(attribute: "id", label: "instance_id"), .init(attribute: "input.id", label: "ip"),
        ])
        let location = Self.index.locate(["instance_id": "i-dup", "ip": "x"], selector)
        guard case .ambiguous(let blocks, _) = location else {
            Issue.record("\(location)")
            return
        }
        #expect(blocks.map(\.address).sorted() == ["aws_instance.other", "aws_instance.twin"])
    }
}
