package import Domain

/// The rules that come with Sphinx as a page, made from their own files.
package enum RuleCatalogue {
    /// A file and what was read from it.
    package struct Chapter: Sendable {
        package let file: SourceFile
        package let rules: [Rule]

        package init(file: SourceFile, rules: [Rule]) {
            self.file = file
            self.rules = rules
        }
    }

    package static func markdown(_ chapters: [Chapter]) -> String {
        let head = """
            # Rules that come with Sphinx

            Include them by name: `include: ["sphinx:aws-state"]`. This page is made from their files; `sphinx rules library NAME` prints one.

            """
        return head + chapters.map(chapter).joined()
    }

    private static func chapter(_ chapter: Chapter) -> String {
        let sources = sources(in: chapter.file)
        let table = Table(
            columns: ["id", "what", "severity", "threshold", "source", "fix"],
            rows: chapter.rules.map { rule in
                [
                    rule.id + (rule.enabled ? "" : " (off)"), rule.name, rule.severity.rawValue, threshold(rule),
                    sources[rule.id] ?? "", fix(rule),
                ]
            })
        return "\n## \(chapter.file.path)\n\n\(table.markdown)"
    }

    private static func threshold(_ rule: Rule) -> String {
        let window = rule.window.map { ", window \(DurationText.text($0))" } ?? ""
        return (rule.condition?.description ?? rule.resource.filter?.description ?? "there is one") + window
    }

    private static func fix(_ rule: Rule) -> String {
        guard let fix = rule.fix else { return "" }
        let set = fix.settings.map { "\($0.attribute) = \($0.value.scalarText ?? "")" }
        let computed = fix.computed.sorted { $0.key < $1.key }.map { "\($0.key) = \($0.value.source)" }
        let all = set + computed + [fix.hint].compactMap(\.self)
        return all.joined(separator: "; ") + (fix.isDestructive ? " (by hand)" : "")
    }

    /// Rule id → the `# source:` line directly above its `- id:`.
    package static func sources(in file: SourceFile) -> [String: String] {
        var sources: [String: String] = [:]
        var last: String?
        for line in file.text.split(separator: "\n", omittingEmptySubsequences: false) {
            let text = line.trimmed
            if text.hasPrefix("# source: ") {
                last = String(text.dropFirst("# source: ".count))
            } else if text.hasPrefix("- id: ") {
                sources[String(text.dropFirst("- id: ".count))] = last
                last = nil
            }
        }
        return sources
    }
}
