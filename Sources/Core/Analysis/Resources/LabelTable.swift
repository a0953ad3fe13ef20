import Domain

/// Which labels of the known exporters name which attributes of which Terraform types.
///
/// YACE writes dimensions in camel case (`dimension_InstanceId`), cloudwatch_exporter in snake case (`instance_id`),
/// stackdriver_exporter and the Azure exporters as their clouds do.
enum LabelTable {
    struct Row: Hashable, Sendable {
        let types: [String]
        /// All of them have to agree.
        let parts: [Part]

        init(_ types: String..., parts: Part...) {
            self.types = types
            self.parts = parts
        }

        /// The types that a rule about a type, or about any, may find by this row.
        func types(for type: String?) -> [String] {
            guard let type else { return types }
            // Azure's ids name their resource alone, so that they serve every type.
            let isAzure = type.hasPrefix("azurerm_") && types.contains { $0.hasPrefix("azurerm_") }
            return isAzure || types.contains(type) ? [type] : []
        }
    }

    struct Part: Hashable, Sendable {
        /// The spellings; the first one that the series carries counts.
        let labels: [String]
        /// A dotted path; `*` stands for every element of a list.
        let attribute: String
        let form: Form

        init(_ labels: String..., is attribute: String, _ form: Form = .exact) {
            self.labels = labels
            self.attribute = attribute
            self.form = form
        }
    }

    /// What of a value is compared.
    enum Form: Hashable, Sendable {
        case exact
        /// Azure's ids are the same in any case.
        case caseless
        /// What follows the last slash, as of an ARN or a self link.
        case lastSegment

        func callAsFunction(_ text: String) -> String {
            switch self {
            case .exact: text
            case .caseless: text.lowercased()
            case .lastSegment: text.split(separator: "/").last.map(String.init) ?? text
            }
        }
    }

    /// The types that a rule without a type of its own may lead to.
    static let types = Set(rows.flatMap(\.types))

    static let rows = amazon + google + azure
}
