import Foundation
import TestSupport
import Testing

@testable import Reports

@Suite("A reviewer's page in a terminal")
struct TerminalPageTests {
    @Test("the same page without Markdown's signs")
    func golden() async throws {
        let page = TerminalPage(ProposalPage.markdown(for: try Sample.presentation()))
        try await Golden.expect(page.text, "proposal.txt")
    }

    @Test(
        "running text as a person reads it",
        arguments: [
            ("a\\_b \\[x\\] \\` **bold**", "a_b [x] ` bold"), ("`code` and ``a`b``, `` ` ``", "code and a`b, `"),
            ("&lt;b&gt; &amp;amp; &#64;x @&#8203;all &nope;", "<b> &amp; @x @all &nope;"),
            ("[Prometheus](https://p.example/graph?a=b)", "Prometheus: https://p.example/graph?a=b"),
            ("<code>a&#124;b</code>", "a|b"), ("``` unclosed", "``` unclosed"), ("\\", "\\"), ("", ""),
            ("&#27;[31m &#0; &#9999999;", "[31m  &#9999999;"), ("`a` `", "a `"),
        ])
    func inline(markdown: String, text: String) {
        #expect(InlineMarkdown.text(markdown) == text)
    }

    @Test("tables stand in columns, and a cell's own bar does not end it")
    func tables() {
        let page = "| resource | action |\n|---|---|\n| `a.b` | update |\n| long\\|er | x |\n\nafter\n"
        #expect(
            TerminalPage(page).text == "  resource  action\n  a.b       update\n  long|er   x\n\nafter\n")
    }

    @Test("colours only where they are asked for; the words are the same")
    func colours() throws {
        let page = ProposalPage.markdown(for: try Sample.presentation())
        let coloured = TerminalPage(page, style: .coloured).text
        #expect(coloured.contains("\u{1B}[1;31m  WARNING\u{1B}[0m") && coloured.contains("\u{1B}[31m-a\u{1B}[0m"))
        #expect(coloured.replacing(/\u{1B}\[[0-9;]*m/, with: "") == TerminalPage(page).text)
    }

    @Test("nothing of a page moves the terminal", arguments: HostileText.all)
    func hostile(text: String) {
        for page in [
            text, "| \(text) | \(text)", "> \(text)", "# \(text)", "```\n\(text)", "<details><summary>\(text)",
        ] {
            let shown = TerminalPage(page).text
            #expect(shown == Escaping.plain(shown), "\(page.debugDescription)")
        }
    }
}
