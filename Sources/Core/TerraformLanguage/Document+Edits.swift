extension Document {
    /// The bytes with the value at a dotted path of a body set to a literal; every other byte stays.
    ///
    /// A path whose last step is missing is added as a line after the last sibling; nil where the step before it is
    /// missing, too, or is not an object.
    package func setting(_ path: String, to literal: Literal, in body: Body) -> [UInt8]? {
        if let expression = expression(at: path, in: body) { return replacing(expression.range, with: literal.source) }
        let steps = path.split(separator: ".").map(String.init)
        guard let name = steps.last else { return nil }
        let parent = steps.dropLast().joined(separator: ".")
        if parent.isEmpty {
            return adding("\(name) = \(literal.source)", after: body.items.last?.range, in: body.range)
        }
        guard let object = expression(at: parent, in: body), let items = objectItems(object), let last = items.last
        else {
            return nil
        }
        let isOneLine = !bytes[object.range].contains(10)
        return isOneLine
            ? replacing(
                last.value.range.upperBound..<last.value.range.upperBound, with: ", \(name) = \(literal.source)")
            : adding("\(name) = \(literal.source)", after: last.value.range, in: object.range)
    }

    /// A new line below a sibling, with the sibling's indentation and the file's line ends.
    private func adding(_ line: String, after sibling: Range<Int>?, in range: Range<Int>) -> [UInt8]? {
        let lineEnd = bytes.contains(13) ? "\r\n" : "\n"
        guard let sibling else {
            return replacing(range, with: "\(lineEnd)  \(line)\(lineEnd)")
        }
        let start = bytes[..<sibling.lowerBound].lastIndex(of: 10).map { $0 + 1 } ?? 0
        let indentation = bytes[start..<sibling.lowerBound].prefix { $0 == 0x20 || $0 == 0x09 }
        guard let end = bytes[sibling.upperBound...].firstIndex(of: 10), end < range.upperBound else { return nil }
        let text = String(decoding: indentation, as: UTF8.self) + line
        let place = end > 0 && bytes[end - 1] == 13 ? end - 1 : end
        return replacing(place..<place, with: "\(lineEnd)\(text)")
    }
}

extension Body.Item {
    package var range: Range<Int> {
        switch self {
        case .attribute(let attribute): attribute.range
        case .block(let block): block.range
        }
    }
}
