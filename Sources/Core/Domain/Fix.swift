extension Rule {
    /// The change that answers the rule.
    package struct Fix: Hashable, Sendable {
        /// A dotted path such as `type` or `input.size`.
        package let attribute: String
        /// A scalar to set; nil where only the hint is given, so that a model has to find it.
        package var value: JSONValue?
        package let hint: String?
        /// Removes something: a person has to make it, no proposal does.
        package var isDestructive: Bool
        /// What is set with it, such as the `iops` that keep the performance: path → scalar.
        package var also: [String: JSONValue]
        /// Values that depend on the resource, such as `{attr.size|times:3}`; the analysis fills them in.
        package var computed: [String: Template]

        package init(
            attribute: String, value: JSONValue?, hint: String? = nil, isDestructive: Bool = false,
            also: [String: JSONValue] = [:], computed: [String: Template] = [:]
        ) {
            self.attribute = attribute
            self.value = value
            self.hint = hint
            self.isDestructive = isDestructive
            self.also = also
            self.computed = computed
        }

        /// Everything that is set, by path, in the order of the paths.
        package var settings: [(attribute: String, value: JSONValue)] {
            let first = value.map { [(attribute, $0)] } ?? []
            return (first + also.map { ($0.key, $0.value) }).sorted { $0.0 < $1.0 }.map { ($0.0, $0.1) }
        }

        var meaning: String {
            let set = settings.map { "\($0.attribute)=\($0.value.canonical)" }
            let open = computed.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.source)" }
            return "\(attribute);\(set.joined(separator: ","));\(open.joined(separator: ","));\(hint ?? "");"
                + "\(isDestructive)"
        }
    }
}
