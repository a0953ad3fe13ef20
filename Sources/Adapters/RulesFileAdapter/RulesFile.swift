package import Domain

/// Reads rules.yml and workspace.yml: raw YAML in, values that cannot be wrong out, or every problem at once.
package struct RulesFile: RuleBook {
    package init() {}

    package func rules(
        in file: SourceFile, folder: (String) throws(Problem) -> [SourceFile], workspaces: [String]
    ) throws(Problems) -> RuleSet {
        let main = RulesDocument(file)
        let documents = [main] + withoutActuallyEscaping(folder) { Inclusion(main: main, folder: $0).documents() }
        Self.refuseDoubles(documents)
        let ids = documents.flatMap { $0.entries.map(\.result.rule.id) }
        let suppressions = documents.flatMap { document in
            document.list("suppressions").compactMap {
                SuppressionReading($0, document.reading)?.suppression(knownRules: ids)
            }
        }
        Self.checkSuperseded(documents, ids)
        let overrides = documents.flatMap { document in
            document.list("overrides").compactMap {
                Override($0, knownRules: ids, variables: document.variables, document.reading)
            }
        }
        let limits = main.map?["limits"].flatMap { LimitsReading($0, main.reading)?.limits() } ?? Limits()
        let schedule = main.map?["schedule"].flatMap { ScheduleReading($0, main.reading)?.schedule() } ?? Schedule()
        let policy =
            main.map?["policy"].flatMap { PolicyReading($0, main.reading)?.policy(knownRules: ids) } ?? Policy()
        // What overrides make of wrong rules would only say the same again.
        let isSound = documents.allSatisfy { $0.reading.problems.isEmpty }
        let variants =
            isSound ? Variants(documents: documents, overrides: overrides, workspaces: workspaces).resolved() : [:]
        let results = documents.flatMap { $0.entries.map(\.result) }
        let warnings = results.compactMap(\.warning) + (ids.isEmpty ? [Self.empty(file)] : [])
        return try Self.finish(
            documents,
            RuleSet(
                rules: results.map(\.rule), variants: variants, suppressions: suppressions, limits: limits,
                policy: policy, schedule: schedule, grouping: main.map?.choice("group", Grouping.self),
                warnings: warnings))
    }

    /// File by file, in the order in which they are read.
    private static func finish(_ documents: [RulesDocument], _ set: RuleSet) throws(Problems) -> RuleSet {
        var problems: [Problem] = []
        for document in documents {
            do throws(Problems) { _ = try document.reading.finish(()) } catch { problems += error.all }
        }
        guard problems.isEmpty else { throw Problems(problems) }
        return set
    }

    private static func empty(_ file: SourceFile) -> Problem {
        Problem(.needsPerson, "\(file.path) has no rules", hint: "nothing is analysed until it has one")
    }

    // MARK: Checks over all files

    private static func refuseDoubles(_ documents: [RulesDocument]) {
        var first: [String: SourceLocation] = [:]
        for document in documents {
            for entry in document.entries {
                let rule = entry.result.rule
                guard let earlier = first[rule.id] else {
                    first[rule.id] = rule.location
                    continue
                }
                let place = earlier.file == rule.location.file ? "line \(earlier.line)" : "\(earlier)"
                document.reading.refuse(
                    "the rule id '\(rule.id)' is taken by \(place)", hint: "give one of them another 'id'",
                    at: entry.raw)
            }
        }
    }

    private static func checkSuperseded(_ documents: [RulesDocument], _ ids: [String]) {
        for document in documents {
            for entry in document.entries {
                for id in entry.result.rule.supersedes where !ids.contains(id) {
                    document.reading.refuse(unknown: id, among: ids, at: entry.raw)
                }
            }
        }
    }
}
