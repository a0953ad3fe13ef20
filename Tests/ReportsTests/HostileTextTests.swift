import Domain
import Foundation
import TestSupport
import Testing

@testable import Reports

/// Where a third party's text stands on what reviewers read.
enum Place: String, CaseIterable, Sendable {
    case title, description, ruleName, ruleID, query, condition, instance, located, attributeName, attributeValue, label
    case address, changedName, changedValue, replacePath, planText, difference, analysis, impact, model, version
    case workspace, reason
}

/// A proposal and a request for approval with one text in one place.
private struct Poisoned {
    let place: Place
    let text: String

    private func put(_ place: Place, _ otherwise: String) -> String { self.place == place ? text : otherwise }

    private func rule() -> Rule {
        Rule(
            id: put(.ruleID, "idle"), name: put(.ruleName, "Idle machine"), query: put(.query, "cpu"),
            condition: Rule.Condition(.lessThan, 0.05, duration: 600), title: .plain(""), description: .plain(""),
            location: SourceLocation(file: "rules.yml", line: 1, column: 1))
    }

    func opportunity() -> Opportunity {
        let rule = rule()
        let values = put(.attributeValue, "gp2")
        return Opportunity(
            workspace: put(.workspace, "prod/web"), rule: rule, address: put(.address, "a.b"),
            title: put(.title, "A title"), description: put(.description, "A description."), since: 0, value: 0.01,
            evidence: Evidence(
                query: rule.expression, condition: put(.condition, "value less than 0.05"), start: 0, end: 600,
                step: 60,
                threshold: 0.05, instances: [put(.instance, "a.b[0]"), "a.b[1]"],
                series: [
                    Series(labels: ["id": put(.label, "i-1")], samples: [Domain.Sample(time: 0, value: 1)]),
                    Series(labels: ["id": "i-2"], samples: [Domain.Sample(time: 0, value: 1)]),
                ], located: put(.located, "the state"),
                attributes: [put(.attributeName, "type"): .array([.string(values), .string("x")])]))
    }

    func plan() -> Plan {
        let name = put(.changedName, "size")
        return Plan(
            changes: [
                ResourceChange(
                    address: put(.address, "a.b"), actions: [.update], before: .object([name: .string("large")]),
                    after: .object([name: .string(put(.changedValue, "small"))])),
                ResourceChange(
                    address: "\(put(.address, "c.d"))x", actions: [.delete, .create],
                    before: .object(["x": .integer(1)]),
                    after: .object(["x": .integer(2)]), replacePaths: [put(.replacePath, "x"), "z"]),
            ], text: "Terraform will:\n  ~ x = \(put(.planText, "1"))\n\(put(.planText, "y"))\nPlan: 1 to add.\n",
            terraformVersion: put(.version, "1.11.4"))
    }

    func manifest() -> Manifest {
        Manifest(
            key: ProposalKey(workspace: "w", rule: "r", address: "a"), workspace: put(.workspace, "prod/web"),
            rule: put(.ruleID, "idle"), address: put(.address, "a.b"), title: put(.title, "A title"), base: Sample.id,
            baseTree: Sample.id, plannedTree: Sample.id, modules: [:], inputDigest: Digest(of: ["i"]),
            ruleDigest: Digest(of: ["r"]), promptVersion: "1", author: .model, model: put(.model, "gemini-3.8-flash"),
            planDigest: Digest(of: ["p"]), changes: [], risk: "low", terraformVersion: put(.version, "1.11.4"),
            sphinxVersion: "0.1.0")
    }

    func presentation() -> ProposalPresentation {
        ProposalPresentation(
            cause: .opportunity(opportunity()), manifest: manifest(), plan: plan(),
            difference: "--- a/x\n+++ b/x\n-\(put(.difference, "a"))\n+b\n",
            correction: Correction(
                analysis: put(.analysis, "It is idle."), decision: .change, edits: [],
                impact: put(.impact, "Less capacity."), risk: .low), context: Sample.context)
    }

    func text(of document: Document) -> String {
        let approval = ApprovalPage(
            workspace: put(.workspace, "prod/web"), merged: [manifest()], plan: plan(),
            reason: put(.reason, "not approved: a.b"))
        return switch document {
        case .page: ProposalPage.markdown(for: presentation())
        case .commit: Self.body(CommitMessage.text(for: presentation()))
        case .approval: approval.markdown
        case .approvalCommit:
            Self.body(
                approval.commitMessage(key: manifest().key, base: Sample.id, planDigest: manifest().planDigest))
        }
    }

    /// A commit's subject is a title, and no Markdown.
    private static func body(_ message: String) -> String { String(message.drop { $0 != "\n" }) }
}

/// What a forge shows of a proposal as Markdown.
enum Document: String, CaseIterable, Sendable {
    case page, commit, approval, approvalCommit
}

@Suite("Hostile text on what reviewers read")
struct HostileTextTests {
    /// What forges look for in rendered text: each begins a link, an order or a notification.
    private static func links(in text: String) -> [String] {
        let pattern = /(?:^|[^\w`])@[\w"-]|[#!$%~&^]\d|~["\w]|\w+:\/\/|(?i:www)\.\w|(?i:\bgh)-\d|\*iteration:/
        return text.matches(of: pattern).map { String($0.0) }
    }

    @Test("shows as text, whatever it is and wherever it stands", arguments: Place.allCases)
    func harmless(place: Place) async throws {
        for kind in Document.allCases {
            let text = { (text: String) in Poisoned(place: place, text: text).text(of: kind) }
            if text("benign") == text("other") { continue }
            let documents = (["benign"] + HostileText.all).map(text)
            let structures = try await MarkdownStructure.of(documents)
            for (text, (document, structure)) in zip(HostileText.all, zip(documents, structures).dropFirst())
            where !Escaping.line(text, limit: .max).trimmed.isEmpty {
                let shown = "\(kind), \(place): \(text.debugDescription)"
                #expect(structure.nodes == structures[0].nodes, "\(shown)\n\(document)")
                let found = Self.links(in: structure.texts.joined(separator: "\n"))
                #expect(found.isEmpty, "\(shown): \(found)")
                #expect(!document.unicodeScalars.contains(where: Self.isHidden), "\(shown)")
                let isOrder = document.split(separator: "\n").contains { $0.hasPrefix("/") }
                // GitLab carries out no order that stands in a block of code.
                #expect(!isOrder || place == .planText || place == .difference, "\(shown)")
            }
        }
    }

    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return scalar.value < 32 && scalar != "\n" && scalar != "\t" }
        return [.control, .format].contains(scalar.properties.generalCategory)
    }

    @Test("a commit has its subject, its trailers and no other", arguments: Place.allCases)
    func commits(place: Place) {
        let message = { (text: String) in
            CommitMessage.text(for: Poisoned(place: place, text: text).presentation())
        }
        let isThere = message("benign") != message("other")
        for text in HostileText.all where isThere {
            let message = message(text)
            let lines = message.split(separator: "\n", omittingEmptySubsequences: false)
            #expect(lines.count { $0.hasPrefix("Sphinx-") } == 7, "\(text.debugDescription)")
            #expect(lines[1].isEmpty && lines[0].hasPrefix("sphinx("), "\(lines[0])")
            #expect(lines.allSatisfy { !$0.hasPrefix("#") && !$0.hasPrefix("/") }, "\(text.debugDescription)")
            let shown = lines.filter { $0.hasPrefix("Sphinx-") || $0.hasPrefix("sphinx(") }.joined(separator: "\n")
            #expect(Self.links(in: shown).isEmpty, "\(shown)")
            #expect(message.utf8.count < 65_536)
        }
    }

    @Test("a chart stays XML with the same elements")
    func charts() async throws {
        let folder = try TemporaryFolder()
        let places: [Place] = [.title, .query, .condition, .label]
        let all =
            [Poisoned(place: .title, text: "benign")]
            + places.flatMap { place in
                HostileText.all.map { Poisoned(place: place, text: $0) }
            }
        for (number, poisoned) in all.enumerated() {
            try folder.write(EvidenceChart.file(for: poisoned.opportunity()) ?? "", to: "\(number).svg")
        }
        let shapes = try await Shell.run(
            "python3",
            [
                "-c",
                """
                import sys, xml.etree.ElementTree as tree
                for number in range(\(all.count)):
                    print(" ".join(e.tag.split("}")[1] + "".join(sorted(e.attrib)) for e in tree.parse(f"{number}.svg").iter()))
                """,
            ], in: folder.path
        ).split(separator: "\n")
        #expect(shapes.count == all.count)
        for (poisoned, shape) in zip(all, shapes) where !poisoned.text.isEmpty {
            #expect(shape == shapes[0], "\(poisoned)")
        }
    }

    @Test("a trailer's value is read back as it was", arguments: HostileText.all + ["a%40b", "a/www.b", "%", "a/gh-1"])
    func trailers(text: String) {
        let encoded = TrailerText.encoded(text)
        #expect(TrailerText.decoded(encoded) == text)
        #expect(Escaping.subject(encoded, limit: .max) == encoded)
    }

    @Test(
        "an ordinary trailer's value stays as it is",
        arguments: ["prod/web", "aws/ebs-gp2", "plugin/ebs_gp2", "gemini-3.8-flash"])
    func plainTrailers(text: String) {
        #expect(TrailerText.encoded(text) == text)
    }

    @Test("random text shows as text, too")
    func random() async throws {
        let alphabet = Array("@<>[]()`#*_|\\ \n\u{1B}\u{202E}\u{200B}\u{301}ahttp://w.&!$~ü1-+={}\"'".unicodeScalars)
        var state: UInt64 = 3
        let texts = (0..<400).map { _ in
            let scalars = (0..<30).map { _ -> Unicode.Scalar in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return alphabet[Int(state >> 33) % alphabet.count]
            }
            return String(String.UnicodeScalarView(scalars))
        }
        let documents = texts.map {
            "\(Escaping.markdown($0)) x\n\n| \(Escaping.markdown($0)) | \(Escaping.cell($0)) |\n|---|---|\n\n"
                + "> \(Escaping.markdown($0)) \(Escaping.code($0))\n\n\(Escaping.fenced($0, as: "diff"))"
        }
        let structures = try await MarkdownStructure.of(documents)
        for (document, structure) in zip(documents, structures) {
            let kinds = Set(structure.nodes.map { $0.drop { $0.isNumber || $0 == " " } })
            let allowed: Set<Substring> = [
                "document", "paragraph", "table", "table_header", "table_row", "table_cell", "block_quote", "code",
                "code_block",
            ]
            #expect(kinds.isSubset(of: allowed), "\(kinds) \(document)")
            #expect(Self.links(in: structure.texts.joined(separator: "\n")).isEmpty, "\(document)")
        }
    }
}
