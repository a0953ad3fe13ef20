import Domain

extension PrometheusExport {
    /// A rule file that `promtool check rules` accepts; one group for each step, every text in quotes.
    package var yaml: String {
        let groups = Dictionary(grouping: alerts) { $0.rule.step ?? Schedule.shortestStep }
        let omitted = omissions.map { "# left out: \(Self.comment($0.rule)): \(Self.comment($0.reason))\n" }.joined()
        guard !groups.isEmpty else { return omitted + "groups: []\n" }
        return omitted + "groups:\n"
            + groups.sorted { $0.key < $1.key }.map { step, alerts in
                "  - name: \(Self.quoted("sphinx-\(DurationText.text(step))"))\n"
                    + "    interval: \(DurationText.text(step))\n    rules:\n"
                    + alerts.map(Self.text).joined()
            }.joined()
    }

    private static func text(_ alert: Alert) -> String {
        let rule = alert.rule
        var lines = ["      - alert: \(quoted(name(rule.id)))", "        expr: \(quoted(alert.expression))"]
        if alert.duration > 0 { lines.append("        for: \(DurationText.text(alert.duration))") }
        lines += [
            "        labels:", "          severity: \(quoted(rule.severity.rawValue))",
            "          sphinx_rule: \(quoted(rule.id))", "        annotations:",
            "          title: \(quoted(annotation(rule.title)))",
            "          description: \(quoted(annotation(rule.description)))",
        ]
        return lines.joined(separator: "\n") + "\n"
    }

    /// `aws/ec2-idle` becomes `AwsEc2Idle`.
    package static func name(_ id: String) -> String {
        let words = id.split { !$0.isASCII || !($0.isLetter || $0.isNumber) }
        let name = words.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
        return name.first?.isNumber == true ? "Rule\(name)" : name
    }

    // MARK: Texts

    /// Prometheus's own templates for what it knows; a literal brace pair is written as one of its texts.
    private static func annotation(_ template: Template) -> String {
        template.parts.map { part in
            switch part {
            case .text(let text): text.replacing("{{", with: "{{ \"{{\" }}")
            case .placeholder("value", let filters):
                filters.contains(.percent) ? "{{ $value | humanizePercentage }}" : "{{ $value }}"
            case .placeholder(let name, _):
                name.hasPrefix("labels.") ? "{{ $labels.\(name.dropFirst(7)) }}" : "<\(name)>"
            }
        }.joined()
    }

    /// YAML's double quotes take the escapes of JSON.
    private static func quoted(_ text: String) -> String { JSONValue.string(text).canonical }

    private static func comment(_ text: String) -> String { text.filter { !$0.isNewline } }
}
