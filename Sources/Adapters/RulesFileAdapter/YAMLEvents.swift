import CYAML

/// Reads libyaml's events, one at a time, from bytes that stay where they are.
struct YAMLEvents: ~Copyable {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let buffer: UnsafeMutableBufferPointer<UInt8>

    init?(_ bytes: [UInt8]) {
        parser = .allocate(capacity: 1)
        buffer = .allocate(capacity: max(bytes.count, 1))
        _ = buffer.initialize(fromContentsOf: bytes)
        guard yaml_parser_initialize(parser) == 1 else { return nil }
        yaml_parser_set_input_string(parser, buffer.baseAddress, bytes.count)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
        buffer.deallocate()
    }

    /// What libyaml could not read.
    struct Mistake: Error {
        let message: String
        let line: Int
        let column: Int
    }

    enum Event {
        case scalar(String, isPlain: Bool, offset: Int)
        case alias(String)
        case listStart, listEnd, mapStart, mapEnd, documentEnd, streamEnd, other
    }

    struct Placed {
        let event: Event
        let anchor: String?
        let tag: String?
        let line: Int
        let column: Int
    }

    mutating func next() throws(Mistake) -> Placed {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw mistake }
        defer { yaml_event_delete(&event) }
        return Placed(event)
    }

    private var mistake: Mistake {
        if parser.pointee.error == YAML_READER_ERROR { return unreadable }
        let mark = parser.pointee.problem_mark
        let problem = parser.pointee.problem.map { String(cString: $0) } ?? "the text is not YAML"
        let context = parser.pointee.context.map { String(cString: $0) + ": " } ?? ""
        return Mistake(message: "\(context)\(problem)", line: Int(mark.line), column: Int(mark.column))
    }

    /// Of bytes that are no text libyaml tells the offset alone.
    private var unreadable: Mistake {
        let problem = parser.pointee.problem.map { String(cString: $0) } ?? "the bytes are no text"
        let isMarked = buffer.starts(with: [0xEF, 0xBB, 0xBF])
        let before = buffer.prefix(Int(clamping: parser.pointee.problem_offset)).dropFirst(isMarked ? 3 : 0)
        let text = String(decoding: before, as: UTF8.self).split(
            omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        return Mistake(message: problem, line: text.count - 1, column: text.last?.unicodeScalars.count ?? 0)
    }
}

extension YAMLEvents.Placed {
    init(_ event: yaml_event_t) {
        line = Int(event.start_mark.line)
        column = Int(event.start_mark.column)
        switch event.type {
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            let text = String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
            let isPlain = scalar.style == YAML_PLAIN_SCALAR_STYLE
            let isBlock = scalar.style == YAML_LITERAL_SCALAR_STYLE || scalar.style == YAML_FOLDED_SCALAR_STYLE
            self.event = .scalar(text, isPlain: isPlain, offset: isBlock ? -1 : isPlain ? 0 : 1)
            anchor = Self.text(scalar.anchor)
            tag = Self.text(scalar.tag)
        case YAML_SEQUENCE_START_EVENT:
            self.event = .listStart
            anchor = Self.text(event.data.sequence_start.anchor)
            tag = Self.text(event.data.sequence_start.tag)
        case YAML_MAPPING_START_EVENT:
            self.event = .mapStart
            anchor = Self.text(event.data.mapping_start.anchor)
            tag = Self.text(event.data.mapping_start.tag)
        case YAML_ALIAS_EVENT:
            self.event = .alias(Self.text(event.data.alias.anchor) ?? "")
            (anchor, tag) = (nil, nil)
        default:
            self.event = Self.plain[event.type.rawValue] ?? .other
            (anchor, tag) = (nil, nil)
        }
    }

    private static let plain: [UInt32: YAMLEvents.Event] = [
        YAML_SEQUENCE_END_EVENT.rawValue: .listEnd, YAML_MAPPING_END_EVENT.rawValue: .mapEnd,
        YAML_DOCUMENT_END_EVENT.rawValue: .documentEnd, YAML_STREAM_END_EVENT.rawValue: .streamEnd,
    ]

    private static func text(_ bytes: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        bytes.map { String(cString: $0) }
    }
}
