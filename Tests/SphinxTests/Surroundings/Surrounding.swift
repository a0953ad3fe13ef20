import ChildProcess
import Domain
import Foundation
import TestSupport

/// One kind of hostile surroundings: what is done, what Sphinx says, and how it ends.
struct Surrounding: Sendable, CustomStringConvertible {
    enum Place: String, Sendable {
        case git = "the git remote", prometheus = "Prometheus", gemini = "Gemini", disk = "the disk"
        case repository = "the repository", history = "the history"
    }

    typealias Deed = @Sendable (SurroundingStage) async throws -> SurroundingStage.Answer

    let place: Place
    let what: String
    /// With the names of the stage's own folder and ports replaced.
    let says: String
    let exit: Int32
    /// Takes long, or much of the machine.
    let isExpensive: Bool
    /// What the next run does in good surroundings; nil where a person has to change something first.
    let next: String?
    let deed: Deed

    init(
        _ place: Place, _ what: String, says: String, exit: Int32 = 1, isExpensive: Bool = false,
        next: String? = "created", _ deed: @escaping Deed
    ) {
        self.place = place
        self.what = what
        self.says = says
        self.exit = exit
        self.isExpensive = isExpensive
        self.next = next
        self.deed = deed
    }

    var description: String { "\(place.rawValue): \(what)" }

    static let all = remotes + metrics + models + disks + states + repositories + histories
}

extension Surrounding {
    /// Everything that a person reads of problems, in one line.
    static func said(_ answer: SurroundingStage.Answer, in stage: SurroundingStage) -> String {
        var lines = answer.completion.errorText.split(separator: "\n").map(String.init)
        if let report = try? JSONDecoder().decode(JSONValue.self, from: Data(answer.completion.output)) {
            lines += (report["problems"]?.array ?? []).map { problem in
                let hint = problem["hint"]?.string.map { "; \($0)" } ?? ""
                let place = problem["location"]?.object.map { location in
                    "\(location["file"]?.string ?? ""):\(location["line"]?.scalarText ?? ""): "
                }
                return (place ?? "") + (problem["message"]?.string ?? "") + hint
            }
            lines += (report["proposals"]?.array ?? []).map { proposal in
                let state = proposal["state"]?.string ?? ""
                return ["waiting", "unfixable"].contains(state)
                    ? "\(state): \(proposal["reason"]?.string ?? "")" : state
            }
        }
        return lines.map { line in
            line.replacing(#/^sphinx: /#, with: "").replacing(stage.folder.path, with: "…")
                .replacing(#/(127\.0\.0\.1):\d+/#) { "\($0.1)" }
                .replacing(#/\/mirrors\/[0-9a-f]{16}/#, with: "/mirrors/…")
                .replacing(#/the file [0-9a-f]{10}/#, with: "the file …")
                .replacing(#/\d+ bytes of body/#, with: "… bytes of body").replacing(
                    #/sphinx-\d+(-[0-9a-f]{16})?/#, with: "sphinx-…"
                )
                .replacing(#/job-[0-9a-f]{8}-\d+-\d+-[0-9A-F-]{36}/#, with: "job-…").replacing(
                    #/errored\/[0-9a-f]{16}/#, with: "errored/…"
                )
                .replacing(#/[0-9A-F-]{36}\.errored/#, with: "….errored")
        }.joined(separator: " · ")
    }
}
