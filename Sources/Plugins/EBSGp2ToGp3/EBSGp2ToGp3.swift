public import SphinxPlugin

/// Volumes of the type gp2, which gp3 does cheaper; iops and throughput are set, so that no performance is lost.
///
/// Source: Amazon EBS User Guide, "General Purpose SSD volumes": gp2 has 3 IOPS per GiB, from 100 to 16,000, and reaches
/// 250 MiB/s beyond 170 GiB; gp3 starts at 3,000 IOPS and 125 MiB/s.
@main
public struct EBSGp2ToGp3: Plugin {
    public init() {}

    public var name: String { "EBS gp2 to gp3" }
    public var author: String { "Sphinx" }
    public var resourceTypes: [String] { ["aws_ebs_volume"] }

    public func analyze(_ input: Input) -> [Opportunity] {
        input.resources.filter { $0.values["type"] == "gp2" }.map(Self.opportunity)
    }

    private static func opportunity(_ volume: Resource) -> Opportunity {
        let size = volume.values["size"]?.number ?? 0
        let iops = min(max(3_000, 3 * size), 16_000)
        let throughput: Double = size > 170 ? 250 : 125
        return Opportunity(
            title: "gp2 → gp3 on \(volume.address)",
            description:
                "gp3 costs less for each GiB, and has \(Int(iops)) IOPS and \(Int(throughput)) MiB/s as set here.",
            address: volume.address, workspace: volume.workspace,
            fix: Fix(
                attribute: "type", value: "gp3", set: ["iops": .number(iops), "throughput": .number(throughput)],
                hint: "set iops and throughput explicitly"),
            evidence: ["type": "gp2", "size": .number(size)])
    }
}
