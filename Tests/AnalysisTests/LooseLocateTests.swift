import Analysis
import Domain
import Testing

@Suite("Finding resources by tags and addresses")
struct LooseLocateTests {
    private static func instance(_ name: String, _ values: [String: JSONValue]) -> ResourceInstance {
        ResourceInstance(address: "aws_instance.\(name)", type: "aws_instance", values: .object(values))
    }

    private static func tags(_ name: String, _ value: String) -> [String: JSONValue] {
        ["tags_all": .object([name: .string(value)])]
    }

    private static let index = ResourceIndex(workspaces: [
        .init(
            workspace: "w",
            instances: [
                instance(
                    "web", ["private_ip": .string("10.0.1.7"), "private_dns": .string("ip-10-0-1-7.ec2.internal")]),
                instance("six", ["private_ip": .string("fd00::1")]),
                instance("traced", tags("yor_trace", "abc")), instance("named", tags("Name", "api")),
                instance("twin1", tags("Name", "twin")), instance("twin2", tags("Name", "twin")),
                instance("id", ["id": .string("i-1")].merging(tags("Name", "other")) { $1 }),
            ])
    ])

    @Test(
        "the port is no part of an address, and what is told by an id is not looked for by its tag",
        arguments: [
            (["instance": "10.0.1.7:9100"], "web"), (["instance": "10.0.1.7"], "web"),
            (["instance": "IP-10-0-1-7.ec2.internal:9100"], "web"), (["instance": "[fd00::1]:9100"], "six"),
            (["instance": "fd00::1"], "six"), (["tag_yor_trace": "abc"], "traced"), (["tag_Name": "api"], "named"),
            (["dimension_InstanceId": "i-1", "tag_Name": "api"], "id"),
        ] as [(Labels, String)])
    func found(labels: Labels, name: String) {
        guard case .found(_, _, let block, _) = Self.index.locate(labels, Rule.ResourceSelector(type: "aws_instance"))
        else {
            Issue.record("\(Self.index.locate(labels, Rule.ResourceSelector(type: "aws_instance")))")
            return
        }
        #expect(block == "aws_instance.\(name)")
    }

    @Test("a tag of two resources leads to neither, an unknown address nowhere")
    func lost() {
        let selector = Rule.ResourceSelector(type: "aws_instance")
        guard case .ambiguous(let among, _) = Self.index.locate(["tag_Name": "twin"], selector) else {
            Issue.record("it was settled")
            return
        }
        #expect(among.map(\.address).sorted() == ["aws_instance.twin1", "aws_instance.twin2"])
        guard case .unmapped = Self.index.locate(["instance": "10.9.9.9:1"], selector) else {
            Issue.record("it was found")
            return
        }
    }
}
