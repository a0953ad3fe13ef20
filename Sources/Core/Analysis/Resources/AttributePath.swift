import Domain

/// The way to an attribute of a resource, such as `input.size` or `root_block_device.*.volume_id`.
enum AttributePath {
    /// The scalars at a dotted path, as texts; `*` stands for every element of a list.
    static func texts(at path: String, in value: JSONValue) -> [String] {
        texts(at: path.split(separator: ".")[...], in: value)
    }

    private static func texts(at steps: ArraySlice<Substring>, in value: JSONValue) -> [String] {
        guard let step = steps.first else { return value.scalarText.map { $0.isEmpty ? [] : [$0] } ?? [] }
        let rest = steps.dropFirst()
        switch value {
        case .object(let members): return members[String(step)].map { texts(at: rest, in: $0) } ?? []
        case .array(let items) where step == "*": return items.flatMap { texts(at: rest, in: $0) }
        case .array(let items):
            guard let index = Int(step), items.indices.contains(index) else { return [] }
            return texts(at: rest, in: items[index])
        default: return []
        }
    }
}

extension AttributePath {
    /// Whether there is anything at the path but null and the empty text, list or object.
    static func isPresent(at path: String, in value: JSONValue) -> Bool {
        isPresent(at: path.split(separator: ".")[...], in: value)
    }

    private static func isPresent(at steps: ArraySlice<Substring>, in value: JSONValue) -> Bool {
        guard let step = steps.first else {
            switch value {
            case .null: return false
            case .string(let text): return !text.isEmpty
            case .array(let items): return !items.isEmpty
            case .object(let members): return !members.isEmpty
            case .bool, .integer, .number: return true
            }
        }
        let rest = steps.dropFirst()
        switch value {
        case .object(let members): return members[String(step)].map { isPresent(at: rest, in: $0) } ?? false
        case .array(let items) where step == "*": return items.contains { isPresent(at: rest, in: $0) }
        case .array(let items):
            guard let index = Int(step), items.indices.contains(index) else { return false }
            return isPresent(at: rest, in: items[index])
        default: return false
        }
    }

    /// Whether a mask says `true` at the path, above it or below it.
    static func isMarked(at path: String, in mask: JSONValue) -> Bool {
        isMarked(at: path.split(separator: ".")[...], in: mask)
    }

    private static func isMarked(at steps: ArraySlice<Substring>, in mask: JSONValue) -> Bool {
        let (step, rest) = (steps.first, steps.dropFirst())
        switch mask {
        case .bool(let isMarked): return isMarked
        case .object(let members):
            guard let step else { return members.values.contains { isMarked(at: [], in: $0) } }
            return members[String(step)].map { isMarked(at: rest, in: $0) } ?? false
        case .array(let items):
            guard let step, let index = Int(step) else { return items.contains { isMarked(at: rest, in: $0) } }
            return items.indices.contains(index) && isMarked(at: rest, in: items[index])
        default: return false
        }
    }
}
