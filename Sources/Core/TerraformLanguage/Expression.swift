/// An expression and what it is made of; its text stays in the document.
package struct Expression: Hashable, Sendable {
    /// How it is built; operators and their order do not matter to anyone who only reads or edits.
    package indirect enum Form: Hashable, Sendable {
        /// A value that stands for itself.
        case literal(Literal)
        /// A heredoc, or a quoted string with expressions in it.
        case template([Expression])
        case name(String)
        case traversal(Expression, [Step])
        case call(FunctionCall)
        case tuple([Expression])
        case object([ObjectItem])
        /// Operators, conditions, `for` and parentheses: what is computed from others.
        case computed([Expression])
    }

    /// One step from a value into it.
    package enum Step: Hashable, Sendable {
        case attribute(String)
        case index(Expression)
        case splat
    }

    package let form: Form
    /// In bytes, without blanks and comments at its ends.
    package let range: Range<Int>
}

/// One `key = value` of an object constructor.
package struct ObjectItem: Hashable, Sendable {
    /// Nil for a key that is computed.
    package let key: String?
    package let keyExpression: Expression
    package let value: Expression
}

/// A function that is called by its name.
package struct FunctionCall: Hashable, Sendable {
    /// Without its namespace: `file`, also where it is called as `core::file`.
    package let name: String
    /// `provider`, `aws` for `provider::aws::arn_parse`; empty where there is none.
    package let namespace: [String]
    package let arguments: [Expression]
    /// From the name or its namespace to the closing parenthesis.
    package let range: Range<Int>
}

extension Expression {
    /// The expressions that it is made of, in the order of the text.
    package var parts: [Expression] {
        switch form {
        case .literal, .name: []
        case .template(let parts), .tuple(let parts), .computed(let parts): parts
        case .call(let call): call.arguments
        case .object(let items): items.flatMap { [$0.keyExpression, $0.value] }
        case .traversal(let root, let steps):
            [root] + steps.compactMap { if case .index(let index) = $0 { index } else { nil } }
        }
    }

    package var literal: Literal? {
        if case .literal(let literal) = form { literal } else { nil }
    }

    /// The items of an object constructor; nil for any other expression, `for` expressions among them.
    package var objectItems: [ObjectItem]? {
        if case .object(let items) = form { items } else { nil }
    }

    /// The elements of a tuple constructor; nil for any other expression.
    package var elements: [Expression]? {
        if case .tuple(let elements) = form { elements } else { nil }
    }

    /// Every function called in it, also inside templates.
    package var calls: [FunctionCall] {
        let own: [FunctionCall] = if case .call(let call) = form { [call] } else { [] }
        return own + parts.flatMap(\.calls)
    }

    /// Every traversal in it such as `var.size` or `aws_instance.web.id`, also inside templates, up to its first index.
    package var references: [String] {
        var own: [String] = []
        if case .traversal(let root, let steps) = form, case .name(let name) = root.form {
            let names = steps.prefix { if case .attribute = $0 { true } else { false } }
                .compactMap { if case .attribute(let name) = $0 { name } else { nil } }
            own = names.isEmpty ? [] : [([name] + names).joined(separator: ".")]
        }
        return own + parts.flatMap(\.references)
    }

    /// The path of a value that is handed on and nothing else, such as `var.sizes.web` for `var.sizes["web"]`.
    package var handedOn: AttributePath? {
        guard case .traversal(let root, let steps) = form, case .name(let name) = root.form else { return nil }
        var path = [name]
        for step in steps {
            switch step {
            case .attribute(let name): path.append(name)
            case .index(let index):
                guard let key = index.literal?.text else { return nil }
                path.append(key)
            case .splat: return nil
            }
        }
        return AttributePath(steps: path)
    }
}
