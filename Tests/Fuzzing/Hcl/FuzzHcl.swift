import Domain
import Glibc
import TerraformLanguage

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

/// The reader and the editor of HCL: no crash, what is read prints as it was, and an edit changes one value.
private func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    do throws(SyntaxError) {
        let document = try Document.parse(bytes, path: "main.tf")
        precondition(HclFuzzing.printed(document.body, document) == bytes, "printed differently")
        precondition(HclFuzzing.coversAll(document), "text that is in no token")
        for isAligned in [false, true] { HclFuzzing.edit(document, aligning: isAligned) }
    } catch {
        let place = error.position(in: bytes)
        precondition(place.line >= 1 && place.column >= 1 && !error.message.isEmpty, "a mistake without a place")
    }
    return 0
}

enum HclFuzzing {
    /// The text put together again from the parts that were found, and from what stands between them.
    static func printed(_ body: Body, _ document: Document) -> [UInt8] {
        let parts = body.items.map { item -> (range: Range<Int>, text: [UInt8]) in
            switch item {
            case .attribute(let attribute):
                let value = attribute.expression
                return (attribute.range, joined(attribute.range, [(value.range, printed(value, document))], document))
            case .block(let block):
                let inner = (range: block.body.range, text: printed(block.body, document))
                return (block.range, joined(block.range, [inner], document))
            }
        }
        return joined(body.range, parts, document)
    }

    private static func printed(_ expression: Expression, _ document: Document) -> [UInt8] {
        joined(expression.range, expression.parts.map { ($0.range, printed($0, document)) }, document)
    }

    private static func joined(
        _ whole: Range<Int>, _ parts: [(range: Range<Int>, text: [UInt8])], _ document: Document
    ) -> [UInt8] {
        var (result, start) = ([UInt8](), whole.lowerBound)
        for part in parts {
            result += document.bytes[start..<part.range.lowerBound] + part.text
            start = part.range.upperBound
        }
        return result + document.bytes[start..<whole.upperBound]
    }

    /// Between tokens there is nothing but blanks.
    static func coversAll(_ document: Document) -> Bool {
        var start = document.bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        for token in document.tokens {
            guard isBlank(document.bytes[start..<token.range.lowerBound]) else { return false }
            start = token.range.upperBound
        }
        return isBlank(document.bytes[start...])
    }

    private static func isBlank(_ bytes: ArraySlice<UInt8>) -> Bool { bytes.allSatisfy { $0 == 0x20 || $0 == 0x09 } }

    /// After an edit of the first literal the text is HCL again, and differs in this one value.
    static func edit(_ document: Document, aligning: Bool) {
        let leaf = document.leaves(of: document.body).first {
            $0.expression.literal != nil && document.expression(at: $0.path, in: document.body) == $0.expression
        }
        guard let leaf else { return }
        let literal = Literal.string("changed to ${this}")
        guard let bytes = document.setting(leaf.path, to: literal, in: document.body, aligning: aligning),
            let after = try? Document.parse(bytes, path: "main.tf")
        else { preconditionFailure("an edit that breaks the text") }
        let changes = CodeChange.changes(from: document, to: after)
        precondition(changes.count == 1 && changes[0].after?.contains(literal.source) == true, "another change")
        precondition(
            aligning || bytes == document.replacing(leaf.expression.range, with: literal.source), "other bytes changed")
    }
}
