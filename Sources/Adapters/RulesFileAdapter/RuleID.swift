import Domain

/// A rule's id: its own, or the slug of its name.
struct RuleID {
    let map: MapReading

    func id(name: String?) -> String? {
        guard let text = map.text("id", atMost: 100), let node = map["id"] else {
            let slug = Self.slug(name ?? "")
            if slug.isEmpty, name != nil { map.reading.refuse("'name' gives no id", hint: "add an 'id'", at: map.node) }
            return slug.isEmpty ? nil : slug
        }
        let isValid =
            text.first.map { $0.isASCII && ($0.isLowercase || $0.isNumber) } == true
            && text.allSatisfy { $0.isASCII && ($0.isLowercase || $0.isNumber || "/_.-".contains($0)) }
        if !isValid {
            map.reading.refuse(
                "'\(text)' is not an id", hint: "use lower-case letters, digits and / _ . -", at: node)
        }
        return isValid ? text : nil
    }

    static func slug(_ name: String) -> String {
        var slug = ""
        for character in name.lowercased() {
            if character.isASCII, character.isLetter || character.isNumber {
                slug.append(character)
            } else if !slug.isEmpty, slug.last != "-" {
                slug.append("-")
            }
        }
        return slug.last == "-" ? String(slug.dropLast()) : slug
    }
}
