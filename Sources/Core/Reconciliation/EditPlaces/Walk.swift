import TerraformLanguage

/// One way from an attribute to its literal.
struct Walk {
    /// The attribute, for messages.
    let subject: String
    let values: VariableValues

    func place(
        from setting: Setting, in scopes: ArraySlice<ModuleScope>, left: Int
    ) throws(Refusal) -> EditPlace {
        guard let expression = setting.expression else { return setting.place(nil) }
        if let literal = setting.document.literal(expression) {
            guard scopes.count == 1 else { throw inside(setting) }
            return setting.place(literal)
        }
        guard left > 0, let next = try next(expression, scopes) else {
            let text = setting.document.normalized(expression)
            throw Refusal(.fixImpossible, "\(subject) is the expression '\(text.prefix(120))'")
        }
        return try place(from: next.setting, in: next.scopes, left: left - 1)
    }

    /// A module's own code serves every workspace that calls it.
    func inside(_ setting: Setting) -> Refusal {
        Refusal(
            .fixImpossible,
            "\(subject) is decided inside a module, in \(setting.document.path), which other workspaces may use, too")
    }

    private typealias Step = (setting: Setting, scopes: ArraySlice<ModuleScope>)

    /// Nil for what is more than one value handed on, and for what more than this attribute depends on.
    private func next(
        _ expression: Expression, _ scopes: ArraySlice<ModuleScope>
    ) throws(Refusal) -> Step? {
        guard let scope = scopes.last, let path = expression.handedOn, path.steps.count > 1,
            scope.uses(of: path.description) == 1
        else { return nil }
        let inner = AttributePath(steps: Array(path.steps.dropFirst()))
        switch path.steps[0] {
        case "local": return scope.local(inner.description).map { ($0, scopes) }
        case "var": return try variable(inner, scope, scopes)
        default: return nil
        }
    }

    private func variable(
        _ path: AttributePath, _ scope: ModuleScope, _ scopes: ArraySlice<ModuleScope>
    ) throws(Refusal) -> Step? {
        let name = path.steps[0]
        let isDeclared = scope.setting("", of: "variable.\(name)") != nil
        guard isDeclared else { return nil }
        if let call = scope.call { return argument(path, of: call, scopes.dropLast()) }
        if let given = try values.setting(path) { return (given, scopes) }
        let inner = AttributePath(steps: ["default"] + path.steps.dropFirst())
        let value = scope.setting(inner.description, of: "variable.\(name)")
        return value?.expression == nil ? nil : value.map { ($0, scopes) }
    }

    /// An argument that the call leaves out can be given by it, where the call stands in the workspace's own files.
    private func argument(_ path: AttributePath, of call: Setting, _ scopes: ArraySlice<ModuleScope>) -> Step? {
        let setting = Setting(call.document, call.block, call.body, path.description)
        let canAdd = scopes.count == 1 && path.steps.count == 1
        return setting.expression != nil || canAdd ? (setting, scopes) : nil
    }
}
