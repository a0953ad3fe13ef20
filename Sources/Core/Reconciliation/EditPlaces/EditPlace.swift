import TerraformLanguage

/// The literal in the code that gives an attribute of the target its value.
struct EditPlace: Hashable, Sendable, CustomStringConvertible {
    /// The file.
    let path: String
    /// As ``CodeChange`` names blocks; empty for a file of variables' values.
    let block: String
    /// Dotted.
    let attribute: String
    /// Nil where the attribute has to be added.
    let literal: Literal?

    var description: String { block.isEmpty ? "\(attribute) in \(path)" : "\(attribute) of \(block) in \(path)" }
}

/// A place on the way to the literal: what one file says of one attribute.
struct Setting {
    let document: Document
    /// As ``CodeChange`` names blocks.
    let block: String
    let body: Body
    let attribute: String

    init(_ document: Document, _ block: String, _ body: Body, _ attribute: String) {
        (self.document, self.block, self.body, self.attribute) = (document, block, body, attribute)
    }

    /// Where a place stands in one version of its file.
    init?(_ place: EditPlace, in document: Document) {
        guard place.path == document.path else { return nil }
        if place.block.isEmpty {
            self.init(document, "", document.body, place.attribute)
            return
        }
        guard let block = document.block(named: place.block) else { return nil }
        self.init(document, place.block, block.body, place.attribute)
    }

    var expression: Expression? { document.expression(at: attribute, in: body) }

    func place(_ literal: Literal?) -> EditPlace {
        EditPlace(path: document.path, block: block, attribute: attribute, literal: literal)
    }
}
