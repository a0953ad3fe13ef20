import Domain
import Foundation
import TestSupport
import Testing

@testable import Reports

/// The report as a browser shows it: real Chromium, and axe-core as the judge of accessibility.
@Suite("The HTML report in a browser", .serialized)
struct BrowserTests {
    private static let widths = [320, 360, 720, 900, 1_280]

    private static func report() throws -> String { HTMLReport(try SampleDashboard.dashboard()).html }

    /// Serves the report, and further pages by their paths.
    private static func server(_ pages: [String: String] = [:]) throws -> LoopbackServer {
        let all = pages.merging(["/report.html": try report()]) { given, _ in given }
        return try LoopbackServer { request in
            guard let page = all[request.path] else { return .text(404, "") }
            let type = request.path.hasSuffix(".js") ? "text/javascript" : "text/html"
            return .text(200, page, headers: ["Content-Type": "\(type); charset=utf-8"])
        }
    }

    @Test("loads without a word on the console and without asking for anything else, and shows everything")
    func content() async throws {
        let server = try Self.server()
        let page = try await Chromium().page(at: "\(server.url)/report.html")
        #expect(page.console.isEmpty)
        #expect(server.requests.map(\.path).filter { $0 != "/favicon.ico" } == ["/report.html"])
        let text = page.dom.replacing("<wbr>", with: "")
        for words in [
            "main at \(Sample.id.short), 2025-11-25T16:00:00Z", "The disk fills up", "base not applied (1 to add",
            "the rule has no fix.value, and there is no Gemini key", "merged and not applied yet",
            "sphinx/prod/web/idle-machine-48bceb87d5", "needed for recovery", "ci-runner-7/4121 until",
            "Apply complete! Resources: 0 added, 1 changed, 0 destroyed.", "The steps of the latest run",
            "Cost of the last 8 runs", "did you mean 'threshold'?", "threshold 50 GiB", "and 2 more series",
        ] {
            #expect(text.contains(words), "\(words)")
        }
        for tag in ["<script", "<img", "<link", "<iframe", "href=\"http", "url("] {
            #expect(!page.dom.contains(tag), "\(tag)")
        }
        #expect(page.dom.firstMatch(of: /<[a-z][^<>]* (src|on[a-z]+)=/) == nil)
    }

    @Test("fits every width: nothing overflows, and a phone shows the charts made for it")
    func widths() async throws {
        let frames = Self.widths.map { "<iframe src=\"/report.html\" width=\"\($0)\" height=\"700\"></iframe>" }
            .joined()
        let server = try Self.server([
            "/harness.html": """
            <!doctype html><body style="margin:0">\(frames)<pre id="result"></pre><script>
            addEventListener("load", () => {
              const lines = [...document.querySelectorAll("iframe")].map(frame => {
                const page = frame.contentDocument, root = page.documentElement;
                const wide = [...page.querySelectorAll("body *")].filter(e => {
                  const box = e.getBoundingClientRect();
                  return box.width > 0 && box.right > root.clientWidth + 0.5 && !e.closest("svg > *");
                }).map(e => e.tagName + ":" + e.textContent.trim().slice(0, 40));
                const shown = name => [...page.querySelectorAll(name)].filter(e => e.getClientRects().length).length;
                return `${root.clientWidth} ${root.scrollWidth} ${shown(".narrow svg")} ${shown(".wide svg")} ${wide.join(";")}`;
              });
              document.getElementById("result").textContent = lines.join("\\n");
            });
            </script>
            """
        ])
        let page = try await Chromium().page(at: "\(server.url)/harness.html")
        #expect(page.console.isEmpty)
        let result = page.dom.firstMatch(of: /<pre id="result">([^<]*)</)?.1 ?? ""
        #expect(result == "320 320 3 0 \n360 360 3 0 \n720 720 0 3 \n900 900 0 3 \n1280 1280 0 3 ")
    }

    @Test(
        "axe-core finds nothing to mend, in light and dark, on a desk and on a phone",
        arguments: Chromium.Scheme.allCases, [1_280, 360])
    func accessibility(scheme: Chromium.Scheme, width: Int) async throws {
        let axe = try await Shell.run("axe-core", [])
        // The page's own policy forbids scripts; the judge is one.
        let judged = try Self.report().replacing(/<meta http-equiv[^>]*>/, with: "").replacing(
            "</body>",
            with: """
                <script src="/axe.js"></script><script>
                axe.run(document).then(found => {
                  const lines = found.violations.flatMap(v => v.nodes.map(n => `${v.id}: ${n.target}: ${n.failureSummary}`));
                  parent.document.getElementById("result").textContent = `${innerWidth} ${found.passes.length > 20}\\n${lines.join("\\n")}`;
                });
                </script></body>
                """)
        let harness =
            "<!doctype html><iframe src=\"/judged.html\" width=\"\(width)\"></iframe><pre id=\"result\"></pre>"
        let server = try Self.server(["/judged.html": judged, "/axe.js": axe, "/harness.html": harness])
        let page = try await Chromium(scheme: scheme).page(at: "\(server.url)/harness.html")
        #expect(page.console.isEmpty)
        #expect(page.dom.firstMatch(of: /<pre id="result">([^<]*)</)?.1 == "\(width) true\n")
    }

    @Test("is dark where the reader's system is, and light where it is not")
    func schemes() async throws {
        let server = try Self.server([
            "/harness.html": """
            <!doctype html><iframe src="/report.html" width="800"></iframe><pre id="result"></pre><script>
            addEventListener("load", () => {
              const page = document.querySelector("iframe").contentWindow;
              const colour = name => page.getComputedStyle(page.document.querySelector(name)).backgroundColor;
              document.getElementById("result").textContent = colour("body") + " " + colour(".chart");
            });
            </script>
            """
        ])
        let colours = [
            Chromium.Scheme.light: "rgb(255, 255, 255) rgb(255, 255, 255)", .dark: "rgb(13, 17, 23) rgb(13, 17, 23)",
        ]
        for scheme in Chromium.Scheme.allCases {
            let page = try await Chromium(scheme: scheme).page(at: "\(server.url)/harness.html")
            #expect(page.dom.firstMatch(of: /<pre id="result">([^<]*)</).map { String($0.1) } == colours[scheme])
        }
    }
}
