import Domain
import TerraformLanguage

/// The literals of one file that are secret by their names, by their variable, or by what they look like.
struct SecretLiterals {
    struct Literal {
        let range: Range<Int>
        /// Nil where only a part of what is computed is known.
        let value: String?
    }

    private let document: Document
    private let redactor: Redactor
    private let hiddenVariables: Set<String>

    init(_ document: Document, hiddenVariables: Set<String>, _ redactor: Redactor) {
        self.document = document
        self.hiddenVariables = hiddenVariables
        self.redactor = redactor
    }

    /// The variables that are declared as sensitive or ephemeral.
    static func hiddenVariables(in document: Document) -> Set<String> {
        Set(
            document.body.blocks("variable").filter { block in
                ["sensitive", "ephemeral"].contains {
                    block.body.attribute($0).flatMap { document.literal($0) } == .bool(true)
                }
            }.compactMap(\.labels.first))
    }

    var all: [Literal] {
        literals(in: document.body, below: "", isHidden: false)
    }

    /// The attributes of a file of values are variables; in code only blocks have names that tell.
    private func literals(in body: Body, below path: String, isHidden: Bool) -> [Literal] {
        let isPairHidden = ["name", "key"].contains { name in
            body.attribute(name).flatMap { document.literal($0)?.text }.map(SensitiveName.matches) == true
        }
        let own = body.attributes.flatMap { attribute in
            let isValue = path.isEmpty && hiddenVariables.contains(attribute.name)
            let isHidden =
                isHidden && attribute.name == "default" || isValue || isPairHidden && attribute.name == "value"
            return document.leaves(of: attribute.expression, at: attribute.name).flatMap { leaf in
                literals(in: leaf.expression, isHidden || SensitiveName.matches("\(path).\(leaf.path)"))
            }
        }
        return own + body.blocks.flatMap { literals(in: $0, below: path) }
    }

    private func literals(in block: Block, below path: String) -> [Literal] {
        // A resource's name tells nothing of its attributes, a variable's or an output's all.
        let name = ["variable", "output"].contains(block.type) ? block.address : block.type
        let isHidden = block.type == "variable" && block.labels.first.map(hiddenVariables.contains) == true
        return literals(in: block.body, below: path.isEmpty ? name : "\(path).\(name)", isHidden: isHidden)
    }

    // MARK: Tokens

    private func literals(in expression: Expression, _ isHidden: Bool) -> [Literal] {
        let tokens = document.tokens(in: expression.range).filter { $0.kind != .comment }
        var isPairHidden = false
        return tokens.indices.compactMap { index in
            let token = tokens[index]
            if token.isSymbol("{") || token.isSymbol("}") { isPairHidden = false }
            guard isText(token) || (isHidden && token.kind == .number), !isKey(tokens, index) else { return nil }
            let name = assigned(tokens, index)
            if ["name", "key"].contains(name) { isPairHidden = SensitiveName.matches(text(token) ?? "") }
            let isSecret =
                isHidden || name.map(SensitiveName.matches) == true || (isPairHidden && name == "value")
            if isSecret { return Literal(range: token.range, value: isWhole(tokens, index) ? text(token) : nil) }
            return redactor.findsSecret(in: document.text(token)) ? Literal(range: token.range, value: nil) : nil
        }
    }

    private func isText(_ token: Token) -> Bool {
        switch token.kind {
        case .string, .heredoc: true
        default: false
        }
    }

    /// What stands before `=` or `:`, or between brackets after something that is indexed.
    private func isKey(_ tokens: [Token], _ index: Int) -> Bool {
        let next = index + 1 < tokens.count ? tokens[index + 1] : nil
        if next?.isSymbol("=") == true || (next?.isSymbol(":") == true && !isChoice(tokens, index)) { return true }
        return index > 1 && tokens[index - 1].isSymbol("[")
            && (tokens[index - 2].kind == .identifier || tokens[index - 2].isSymbol("]"))
    }

    /// `condition ? this : that`.
    private func isChoice(_ tokens: [Token], _ index: Int) -> Bool {
        tokens[..<index].contains { $0.isSymbol("?") }
    }

    private func assigned(_ tokens: [Token], _ index: Int) -> String? {
        guard index > 1, tokens[index - 1].isSymbol("=") || tokens[index - 1].isSymbol(":") else { return nil }
        let name = tokens[index - 2]
        return name.kind == .identifier ? document.text(name) : text(name)
    }

    private func isWhole(_ tokens: [Token], _ index: Int) -> Bool {
        tokens.count == 1 || assigned(tokens, index) != nil
    }

    private func text(_ token: Token) -> String? {
        switch token.kind {
        case .string, .number: document.literal(token)?.text
        case .heredoc(let sequences) where sequences.isEmpty: document.text(token)
        default: nil
        }
    }
}
