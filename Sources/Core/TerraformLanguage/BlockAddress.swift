/// The address of a block or of one of its instances, taken apart: `module.a["x"].aws_instance.web[0]`.
package struct BlockAddress: Hashable, Sendable {
    /// What tells instances apart: `[0]` of `count`, `["x"]` of `for_each`.
    package enum InstanceKey: Hashable, Sendable {
        case number(Int)
        case text(String)
    }

    package struct Module: Hashable, Sendable {
        package let name: String
        package let key: InstanceKey?
    }

    /// The calls that lead to the block, the outermost first.
    package let modules: [Module]
    /// As ``Block/address`` says it; empty where the address is that of a module's instance.
    package let block: String
    package let key: InstanceKey?

    /// Nil for what is no address.
    package init?(_ text: String) {
        guard var steps = Self.steps(of: text) else { return nil }
        var modules: [Module] = []
        while steps.count >= 2, steps[0] == .name("module"), case .name(let name) = steps[1] {
            steps.removeFirst(2)
            modules.append(Module(name: name, key: Self.takeKey(&steps)))
        }
        self.modules = modules
        let names = steps.prefix { if case .name = $0 { true } else { false } }.map(\.text)
        steps.removeFirst(names.count)
        key = Self.takeKey(&steps)
        block = names.joined(separator: ".")
        guard steps.isEmpty, !(names.isEmpty && (key != nil || modules.isEmpty)) else { return nil }
    }

    private enum Step: Equatable {
        case name(String)
        case key(InstanceKey)

        var text: String { if case .name(let text) = self { text } else { "" } }
    }

    private static func steps(of text: String) -> [Step]? {
        var lexer = Lexer(Array(text.utf8))
        guard let tokens = try? lexer.tokens(), let first = tokens.first, first.kind == .identifier else { return nil }
        let source = { (token: Token) in String(decoding: lexer.bytes[token.range], as: UTF8.self) }
        var steps = [Step.name(source(first))]
        var rest = tokens.dropFirst()
        while let sign = rest.popFirst() {
            guard let token = rest.popFirst() else { return nil }
            switch (sign.kind, token.kind) {
            case (.symbol("."), .identifier): steps.append(.name(source(token)))
            case (.symbol("["), .number):
                guard let number = Int(source(token)) else { return nil }
                steps.append(.key(.number(number)))
            case (.symbol("["), .string(let sequences)) where sequences.isEmpty:
                steps.append(.key(.text(Literal.unquoted(lexer.bytes[token.range]))))
            default: return nil
            }
            guard sign.isSymbol(".") || rest.popFirst()?.isSymbol("]") == true else { return nil }
        }
        return steps
    }

    private static func takeKey(_ steps: inout [Step]) -> InstanceKey? {
        guard case .key(let key)? = steps.first else { return nil }
        steps.removeFirst()
        return key
    }
}
