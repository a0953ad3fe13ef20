import Domain
import Glibc
import RulesFileAdapter

@main
struct Fuzzing {
    static func main() {
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        exit(run(&count, &arguments) { fuzz($0, $1) })
    }
}

/// libFuzzer's own loop (LLVM, "libFuzzer: using libFuzzer as a library").
@_silgen_name("LLVMFuzzerRunDriver")
private func run(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
    _ body: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// The reader of rules files: no crash, every problem within its file, and the same answer to the same bytes.
private func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    let file = SourceFile(path: "rules.yml", bytes: bytes)
    let breaks: Set<Character> = ["\n", "\r\n", "\r", "\u{85}", "\u{2028}", "\u{2029}"]
    let lines = file.text.split(omittingEmptySubsequences: false) { breaks.contains($0) }
    let first = RulesFuzzing.outcome(file)
    precondition(first == RulesFuzzing.outcome(file), "the same bytes, and another answer")
    if case .failure(let problems) = first {
        for case let place? in problems.all.map(\.location) {
            precondition(place.line >= 1 && place.line <= lines.count + 1, "a line that the file has not")
            precondition(place.column >= 1, "a column before the first")
        }
    }
    _ = try? RulesFile().settings(in: file)
    _ = try? RulesFile().plugin(in: file)
    _ = try? RulesFile().tests(in: file)
    return 0
}

enum RulesFuzzing {
    static func outcome(_ file: SourceFile) -> Result<RuleSet, Problems> {
        do throws(Problems) {
            return .success(
                try RulesFile().rules(
                    in: file, folder: { (_) throws(Problem) in [] }, workspaces: ["dev/web", "prod/db"]))
        } catch {
            return .failure(error)
        }
    }
}
