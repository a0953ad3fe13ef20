import TerraformLanguage

extension Body {
    /// Those of nested blocks, too.
    var expressions: [Expression] {
        attributes.map(\.expression) + blocks.flatMap(\.body.expressions)
    }
}
