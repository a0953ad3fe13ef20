import Domain
import EBSGp2ToGp3
import Foundation
import SphinxPlugin
import Testing

@Suite("Plugins in Swift")
struct SwiftPluginTests {
    @Test(
        "a plugin in Swift sets what keeps the performance, by the size of the volume",
        arguments: [(100, 3_000, 125), (171, 3_000, 250), (2_000, 6_000, 250), (9_000, 16_000, 250)])
    func swiftPlugin(size: Int, iops: Int, throughput: Int) throws {
        let request = """
            {"schema":"sphinx.plugin/1","action":"analyze","at":"2026-01-01T00:00:00Z","metrics":{},"resources":[
              {"workspace":"w","address":"aws_ebs_volume.a","type":"aws_ebs_volume","values":{"type":"gp2","size":\(size)}},
              {"workspace":"w","address":"aws_ebs_volume.b","type":"aws_ebs_volume","values":{"type":"gp3","size":1}}]}
            """
        let answer = try EBSGp2ToGp3().answer(to: Data(request.utf8))
        let found = try JSONDecoder().decode(JSONValue.self, from: answer)
        #expect(found["opportunities"]?.array?.count == 1)
        let fix = found.value(at: "opportunities.0.fix")
        #expect(fix?["value"] == .string("gp3"))
        #expect(fix?["set"] == .object(["iops": .integer(Int64(iops)), "throughput": .integer(Int64(throughput))]))
    }

    @Test("a request of another version is refused in words")
    func otherVersion() {
        #expect {
            _ = try EBSGp2ToGp3().answer(to: Data(#"{"schema":"sphinx.plugin/2","action":"describe"}"#.utf8))
        } throws: { "\($0)" == "the schema 'sphinx.plugin/2' is not known to this plugin" }
    }

    @Test("it says what it is and what it wants to see")
    func describes() throws {
        let request = Data(#"{"schema":"sphinx.plugin/1","action":"describe"}"#.utf8)
        let answer = try JSONDecoder().decode(JSONValue.self, from: try EBSGp2ToGp3().answer(to: request))
        #expect(answer["name"] == .string("EBS gp2 to gp3"))
        #expect(answer["resourceTypes"] == .array([.string("aws_ebs_volume")]))
    }

    @Test("samples that JSON has no number for are read as Prometheus writes them")
    func samples() throws {
        let text = #"[[1,"NaN"],[2,"+Inf"],[3,0.5]]"#
        let samples = try JSONDecoder().decode([SphinxPlugin.Sample].self, from: Data(text.utf8))
        #expect(samples.map(\.time) == [1, 2, 3])
        #expect(samples[0].value.isNaN && samples[1].value == .infinity && samples[2].value == 0.5)
    }
}
