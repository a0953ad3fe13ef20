import Domain
import Foundation
import Reports
import Testing

@Suite("The history for auditors")
struct HistoryTableTests {
    /// A field, and how it stands in a file.
    static let fields: [(String, String)] = [
        ("plain", "plain"), ("", ""), ("a,b", "\"a,b\""), ("say \"no\"", "\"say \"\"no\"\"\""), ("a\nb", "\"a\nb\""),
        ("a\r\nb", "\"a\r\nb\""), ("=1+1", "'=1+1"), ("+1", "'+1"), ("-1", "'-1"), ("@SUM(A1)", "'@SUM(A1)"),
        ("\tx", "'\tx"), ("\rx", "\"'\rx\""), ("\nx", "\"'\nx\""), ("＝1", "'＝1"), ("a=1", "a=1"), ("'=1", "'=1"),
        ("=HYPERLINK(\"http://x\",\"y\")", "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\""), ("ä; b", "ä; b"),
        ("\r\nx", "\"'\r\nx\""), ("=\u{301}1", "'=\u{301}1"),
    ]

    @Test("is CSV that every reader takes, and no spreadsheet runs", arguments: fields)
    func field(text: String, written: String) {
        #expect(Table(columns: ["a", "b"], rows: [[text, "c"]]).csv == "a,b\r\n\(written),c\r\n")
    }

    private static func row(_ details: [String: JSONValue], action: String = "apply") -> HistoryRow {
        HistoryRow(
            sequence: 7,
            entry: HistoryEntry(
                run: "run-1", time: Date(timeIntervalSince1970: 1_764_000_000.25), workspace: "prod/web",
                action: action,
                status: "applied", subject: "0123456789", details: .object(details)),
            hash: "abc")
    }

    @Test("says who merged and approved, which plan and model, and what it cost")
    func audit() {
        let rows = [
            Self.row([
                "reason": .string("Apply complete!"), "mergedBy": .string("Ann <ann@example.com>"),
                "approvedBy": .array([.string("Bob <b@example.com>"), .string("=cmd")]), "merge": .string("c0ffee"),
                "planDigest": .string("sha256:12"), "model": .string("m-1"),
            ]),
            Self.row(
                [
                    "usage": .object([
                        "inputTokens": .integer(100), "outputTokens": .integer(11), "costUSD": .number(0.25),
                    ])
                ]),
            Self.row(
                [
                    "inputTokens": .integer(1), "outputTokens": .integer(1), "costUSD": .integer(2),
                    "problems": .array([]),
                ],
                action: "run"),
            Self.row(["digest": .string("sha256:34"), "model": .null]),
        ]
        let lines = Table.audit(rows).csv.components(separatedBy: "\r\n")
        #expect(
            lines[0]
                == "step,time,run,workspace,action,status,subject,reason,merged_by,approved_by,merge,plan,model,tokens,cost_usd,details,hash"
        )
        let start = "7,2025-11-24T16:00:00.250Z,run-1,prod/web"
        #expect(
            lines[1].hasPrefix(
                "\(start),apply,applied,0123456789,Apply complete!,Ann <ann@example.com>,Bob <b@example.com>; =cmd,c0ffee,sha256:12,m-1,,,\"{\"\"approvedBy\"\":"
            ))
        #expect(lines[1].hasSuffix("}\",abc"))
        #expect(lines[2].hasPrefix("\(start),apply,applied,0123456789,,,,,,,111,0.2500,"))
        #expect(lines[3].hasPrefix("\(start),run,applied,0123456789,,,,,,,2,2.0000,"))
        #expect(lines[4].hasPrefix("\(start),apply,applied,0123456789,,,,,sha256:34,,,,"))
    }

    @Test("is one JSON document with all details")
    func json() {
        let document = [Self.row(["a": .integer(1)])].exportJSON
        #expect(document["schema"] == .string("sphinx.history-export/1"))
        #expect(document.value(at: "steps.0.details.a") == .integer(1))
        #expect(document.value(at: "steps.0.time") == .string("2025-11-24T16:00:00Z"))
    }
}
