import Domain

/// Which labels of the known exporters name which attributes of which Terraform types.
///
/// YACE writes dimensions in camel case (`dimension_InstanceId`) or, if it is told so, in snake case
/// (`dimension_instance_id`), cloudwatch_exporter in snake case (`instance_id`), stackdriver_exporter and the Azure
/// exporters as their clouds do. Lambda Insights' own dimension is in snake case (`dimension_function_name`).
enum LabelTable {
    struct Row: Hashable, Sendable {
        let types: [String]
        /// All of them have to agree.
        let parts: [Part]
        /// Set where the labels name a resource of another type, which leads to this one.
        let link: Link?

        init(_ types: String..., parts: Part..., through link: Link? = nil) {
            self.types = types
            self.parts = parts
            self.link = link
        }

        /// The types that a rule about a type, or about any, may find by this row.
        func types(for type: String?) -> [String] {
            guard let type else { return link == nil ? types : [] }
            // Azure's ids name their resource alone, so that they serve every type.
            let isAzure = type.hasPrefix("azurerm_") && types.contains { $0.hasPrefix("azurerm_") }
            return isAzure || types.contains(type) ? [type] : []
        }
    }

    /// A resource that the labels name, and the attribute in which it names the one to edit.
    struct Link: Hashable, Sendable {
        let type: String
        /// A dotted path of the linking resource.
        let attribute: String
        /// What of the resource to edit it equals.
        let target: String
    }

    struct Part: Hashable, Sendable {
        /// The spellings; the first one that the series carries counts.
        let labels: [String]
        /// A dotted path; `*` stands for every element of a list.
        let attribute: String
        let form: Form

        init(_ labels: String..., is attribute: String, _ form: Form = .exact) {
            self.labels = labels + Self.snakeCase(labels)
            self.attribute = attribute
            self.form = form
        }

        /// YACE's other spelling of a dimension, which is cloudwatch_exporter's behind its prefix.
        private static func snakeCase(_ labels: [String]) -> [String] {
            guard labels.count > 1, labels[0].hasPrefix("dimension_") else { return [] }
            return ["dimension_\(labels[1])"]
        }
    }

    /// What of a value is compared.
    enum Form: Hashable, Sendable {
        case exact
        /// Azure's ids are the same in any case.
        case caseless
        /// What follows the last slash, as of an ARN or a self link.
        case lastSegment
        /// An address or a name without its port: `10.0.1.7:9100`, `[fd00::1]:9100`.
        case host
        /// The controller's name in a pod's: `web` of `web-7d9f8b6c5d-x2x4z`, `db` of `db-0`.
        case workload

        func callAsFunction(_ text: String) -> String {
            switch self {
            case .exact: text
            case .caseless: text.lowercased()
            case .lastSegment: text.split(separator: "/").last.map(String.init) ?? text
            case .host: Self.host(text)
            case .workload: text
            }
        }

        /// What a label says of the attribute; only pods are named otherwise than what declares them.
        func of(label text: String) -> String { self == .workload ? PodName.workload(of: text) : self(text) }

        private static func host(_ text: String) -> String {
            if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
                return String(text[text.index(after: text.startIndex)..<end]).lowercased()
            }
            let pieces = text.split(separator: ":", omittingEmptySubsequences: false)
            return (pieces.count == 2 ? String(pieces[0]) : text).lowercased()
        }
    }

    /// The types that a rule without a type of its own may lead to.
    static let types = Set(rows.filter { $0.link == nil }.flatMap(\.types))

    static let rows = amazon + google + azure + kubernetes

    /// The types that lead to resources of a type.
    static func linkedTypes(_ type: String) -> [String] {
        rows.compactMap { $0.types.contains(type) ? $0.link?.type : nil }
    }

    /// Ways that hold for resources of any type, and are believed only after all others: tags, and addresses.
    static let loose = [
        Part("tag_yor_trace", is: "tags_all.yor_trace"), Part("tag_yor_trace", is: "tags.yor_trace"),
        Part("tag_Name", is: "tags_all.Name"), Part("tag_Name", is: "tags.Name"),
        Part("instance", is: "private_ip", .host), Part("instance", is: "private_dns", .host),
    ]
}
