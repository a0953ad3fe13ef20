/// A YAML value with the place where it begins.
struct YAMLNode {
    indirect enum Value {
        case scalar(String, isPlain: Bool)
        case list([YAMLNode])
        case map([(key: YAMLNode, value: YAMLNode)])
    }

    let value: Value
    /// Both from 0, as libyaml counts.
    let line: Int
    let column: Int
    /// Of a scalar whose text stands on one line just after the place (and a quote), so that columns within it hold.
    let textOffset: Int

    /// A scalar's key text.
    var text: String? {
        guard case .scalar(let text, _) = value else { return nil }
        return text
    }

    var isNull: Bool {
        guard case .scalar(let text, let isPlain) = value else { return false }
        return isPlain && ["", "~", "null", "Null", "NULL"].contains(text)
    }

    var kind: String {
        switch value {
        case .scalar: isNull ? "nothing" : "a text"
        case .list: "a list"
        case .map: "a mapping"
        }
    }
}
