extension Rule {
    /// Which resources a rule is about, and how its series lead to them.
    package struct ResourceSelector: Hashable, Sendable {
        package enum Scope: String, CaseIterable, Sendable {
            /// All instances of the block have to satisfy the condition, as an edit changes all of them.
            case block
            /// One instance is enough.
            case instance
        }

        /// A Terraform type such as `aws_ebs_volume`; nil accepts the types of the label table.
        package var type: String?
        package var match: [Match]
        /// What the attributes of an instance have to say.
        package var filter: Predicate?
        package var scope: Scope
        /// The workspace to look in, such as `{labels.env}/{labels.app}`.
        package var workspace: Template?

        package init(
            type: String? = nil, match: [Match] = [], filter: Predicate? = nil, scope: Scope = .block,
            workspace: Template? = nil
        ) {
            self.type = type
            self.match = match
            self.filter = filter
            self.scope = scope
            self.workspace = workspace
        }

        var meaning: String {
            let matches = match.map { "\($0.attribute)=\($0.label)" }.joined(separator: ",")
            return "\(type ?? "");\(matches);\(filter?.description ?? "");\(scope.rawValue);\(workspace?.source ?? "")"
        }
    }

    /// The attribute of the resource that equals a label of the series.
    package struct Match: Hashable, Sendable {
        /// A dotted path such as `input.instance_id`.
        package let attribute: String
        package let label: String

        package init(attribute: String, label: String) {
            self.attribute = attribute
            self.label = label
        }
    }

    /// What attributes say, as `where:` writes it.
    package indirect enum Predicate: Hashable, Sendable {
        case all([Predicate])
        case any([Predicate])
        case not(Predicate)
        case attribute(String, Test)
    }

    /// What one attribute is compared with; a path such as `ebs_block_device.*.volume_type` holds if any element does.
    package enum Test: Hashable, Sendable {
        /// Equal to one of these scalars; numbers compare as numbers.
        case oneOf([JSONValue])
        case compares(Comparison, Threshold)
        /// A regular expression over the whole text.
        case matches(String)
        /// Null, missing, an empty text, list or object.
        case absent
        case present
    }
}

extension Rule.Predicate: CustomStringConvertible {
    package var description: String {
        switch self {
        case .all(let parts): "all of (\(parts.map(\.description).joined(separator: "; ")))"
        case .any(let parts): "any of (\(parts.map(\.description).joined(separator: "; ")))"
        case .not(let part): "not (\(part))"
        case .attribute(let path, .oneOf(let values)):
            "\(path) is \(values.map { $0.scalarText ?? $0.canonical }.joined(separator: " or "))"
        case .attribute(let path, .compares(let comparison, let threshold)):
            "\(path) \(comparison.rawValue.replacing("_", with: " ")) \(threshold)"
        case .attribute(let path, .matches(let pattern)): "\(path) matches \(pattern)"
        case .attribute(let path, .absent): "\(path) is absent"
        case .attribute(let path, .present): "\(path) is present"
        }
    }
}
