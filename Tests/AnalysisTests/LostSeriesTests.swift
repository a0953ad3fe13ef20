import Analysis
import Domain
import Testing

@Suite("Series without a home")
struct LostSeriesTests {
    private static let idle = "1 1 1 1"
    private static let busy = "9 9 9 9"
    private static let noState = Problem(.needsPerson, "there is no backend")

    @Test("an ambiguous series is told of, proposes nothing, and keeps its candidates from being clear")
    func ambiguous() throws {
        var stage = Stage(
            try .sample(),
            series: [
                Stage.machine("i-dup", Self.idle), Stage.machine("i-1", Self.busy), Stage.machine("i-3", Self.busy),
            ])
        stage.instances = [
            "a": ["aws_instance.x[0]": "i-dup", "aws_instance.x[1]": "i-1"],
            "b": ["aws_instance.y": "i-dup", "aws_instance.z": "i-3"],
        ]
        let result = stage.analyse()
        #expect(
            result.lines == [
                "- idle ambiguous 1 (label instance_id = aws_instance.id in the state leads to 2 resources: "
                    + "a aws_instance.x[0], b aws_instance.y)", "a idle clear 1", "b idle clear 1",
            ])
        #expect(result.opportunities.isEmpty)
        #expect(result.clear == [ProposalKey(workspace: "b", rule: "idle", address: "aws_instance.z")])
    }

    @Test("a state that could not be read is the reason where the series names its workspace")
    func unreadableByName() throws {
        var stage = Stage(
            try .sample(),
            series: ["i-1", "i-7", "i-8"].map {
                Stage.machine($0, Self.idle, ["terraform_workspace": $0 == "i-1" ? "web" : "db"])
            })
        stage.unreadable = ["db": Self.noState]
        let result = stage.analyse()
        #expect(
            result.lines == [
                "db idle error 2 (the state could not be read: there is no backend)", "web idle firing 1",
            ])
        #expect(result.problems == [Self.noState])
    }

    @Test(
        "or where it carries all labels of one workspace",
        arguments: [
            (["env": "prod", "team": "x"], "db idle error 1 (the state could not be read: there is no backend)"),
            (
                ["env": "prod"],
                "- idle unmapped 1 (no resource has these labels: {env=\"prod\", instance_id=\"i-7\"}; "
                    + "the state of db could not be read)"
            ),
            (
                ["env": "dev", "team": "x"],
                "- idle unmapped 1 (no resource has these labels: {env=\"dev\", instance_id=\"i-7\", team=\"x\"}; "
                    + "the state of db could not be read)"
            ),
        ] as [(Labels, String)])
    func unreadableByLabels(labels: Labels, line: String) throws {
        var stage = Stage(try .sample(), series: [Stage.machine("i-7", Self.idle, labels)])
        stage.labels = ["db": ["env": "prod", "team": "x"], "web": ["env": "dev"], "new": ["team": "y"]]
        stage.unreadable = ["db": Self.noState]
        #expect(stage.analyse().lines == [line])
    }

    @Test("what the code of an unreadable workspace declares may be its own")
    func unreadableInCode() throws {
        let match = Rule.ResourceSelector(
            type: "aws_instance", match: [.init(attribute: "tags.Name", label: "tag_Name")])
        var stage = Stage(try .sample(resource: match), series: [Stage.machine("i-7", Self.idle, ["tag_Name": "n"])])
        stage.declared["db"] = [
            DeclaredResource(
                address: "aws_instance.n", type: "aws_instance", literals: ["tags.Name": .string("n")], file: "f")
        ]
        stage.unreadable = ["db": Self.noState]
        #expect(
            stage.analyse().lines == [
                "db idle firing 1", "web idle no_data 1 (aws_instance.web: no series leads to it)",
            ])
    }

    @Test("the first reason stands for all, and their number is told")
    func counted() throws {
        let series = (3...9).reversed().map { Stage.machine("i-\($0)", Self.idle) }
        let result = Stage(try .sample(), series: series).analyse()
        #expect(result.lines == ["- idle unmapped 7 (no resource has these labels: {instance_id=\"i-3\"})"])
    }
}
