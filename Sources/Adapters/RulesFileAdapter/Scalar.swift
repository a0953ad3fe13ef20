import Domain

extension YAMLNode {
    /// A plain number or boolean is one; anything in quotes is a text; nil for lists, mappings and nothing.
    var json: JSONValue? {
        guard case .scalar(let text, let isPlain) = value, !isNull else { return nil }
        guard isPlain else { return .string(text) }
        if let bool = ["true": true, "false": false][text] { return .bool(bool) }
        if let integer = Int64(text) { return .integer(integer) }
        if let number = Double(text), number.isFinite, text.first?.isLetter != true { return .number(number) }
        return .string(text)
    }

    /// The number that a plain text is, where that is not how it is written, as with versions and codes: `1.10`, `007`.
    var reread: String? {
        guard let json, json.string == nil, json.bool == nil, let text, let number = json.scalarText else { return nil }
        let hasZeroAtEnd = text.hasSuffix("0") && text.contains(".") && !text.lowercased().contains("e")
        return hasZeroAtEnd || Numbers.hasLeadingZero(text) || Numbers.isHexadecimal(text) ? number : nil
    }
}

extension MapReading {
    /// The path of an attribute.
    func path(_ key: String) -> String? {
        guard let path = required(key), let node = self[key] else { return nil }
        guard Names.isPath(path) else {
            reading.refuse("'\(path)' is not the path of an attribute", at: node)
            return nil
        }
        return path
    }

    /// A template, with the place of its mistake.
    func template(_ key: String) -> Template? {
        guard let text = text(key), let node = self[key] else { return nil }
        return reading.template(text, at: node)
    }
}

extension Reading {
    func template(_ text: String, at node: YAMLNode) -> Template? {
        do throws(Template.Mistake) {
            return try Template(parsing: text)
        } catch {
            refuse(error.message, hint: error.hint, at: node, offset: error.offset)
            return nil
        }
    }
}
