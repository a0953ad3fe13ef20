import ChildProcess
package import Domain
import Foundation

extension Terraform {
    package func keptStates(of workspace: String) throws(Problem) -> [String] {
        try KeptFolder(of: workspace, settings).states()
    }

    package func keptState(in file: String) throws(Problem) -> KeptState {
        guard let data = FileManager.default.contents(atPath: file) else {
            throw Problem(.needsPerson, "the kept state \(file) cannot be read", hint: "name a file that can be read")
        }
        guard let document = try? JSONDecoder().decode(JSONValue.self, from: data),
            let lineage = document["lineage"]?.string, case .integer(let serial)? = document["serial"]
        else {
            throw Problem(
                .needsPerson, "\(file) is not a state of Terraform's",
                hint: "name an 'errored.tfstate'; if nothing can be read of it, import what it held")
        }
        return KeptState(
            file: file, serial: serial, lineage: lineage, resources: document["resources"]?.array?.count ?? 0,
            digest: Digest(ofBytes: data))
    }

    package func recover(_ state: KeptState, in files: WorkspaceFiles) async throws(TerraformFailure) {
        let bench = try bench(for: files)
        let result: Result<Void, TerraformFailure>
        do throws(TerraformFailure) { result = .success(try await bench.push(state)) } catch {
            result = .failure(error)
        }
        await bench.close()
        try result.get()
        guard rename(state.file, state.recoveredFile) == 0 else {
            throw bench.stopped(
                "state push", .needsPerson, "the state is recovered, but \(state.file) cannot be renamed",
                hint: "remove the file, or nothing is applied here")
        }
    }
}

extension TerraformWorkbench {
    /// A copy is pushed, so that it is what was looked at; Terraform refuses another lineage and an older serial.
    func push(_ state: KeptState) async throws(TerraformFailure) {
        try await initialize(forState: true)
        guard let data = FileManager.default.contents(atPath: state.file), Digest(ofBytes: data) == state.digest else {
            throw stopped("state push", .passing, "\(state.file) changed while it was read", hint: "look at it again")
        }
        guard let copy = scratch.keep(data, as: "recovered.tfstate") else {
            throw stopped(
                "state push", .needsPerson, "the state cannot be copied to \(scratch.path)",
                hint: "check its permissions and the room on its disk")
        }
        let pulled = try await command.run("state", ["pull"])
        if pulled.succeeded, let held = Self.content(of: pulled.output), held == Self.content(of: Array(data)) {
            return
        }
        let pushed = try await command.run("state", ["push", "-no-color", copy])
        guard pushed.succeeded else { throw failure("state push", pushed) }
    }

    /// Without what a push itself changes: a run that died after it would be refused for that.
    private static func content(of state: [UInt8]) -> [String: JSONValue]? {
        let document = try? JSONDecoder().decode(JSONValue.self, from: Data(state))
        return document?.object?.filter { !["serial", "lineage", "terraform_version"].contains($0.key) }
    }
}
