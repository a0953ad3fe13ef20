/// What somebody may write into a label, a name or an answer, so that a reviewer's forge or terminal does more than show it.
enum HostileText {
    static let all: [String] =
        mentions + links + html + blocks + tables + signs + combined

    private static let mentions = [
        "@everyone", "ping @org/team now", "a@evil.example", "fixes #12", "org/repo#12", "!12", "GH-12", "gh-7", "&12",
        "%1", "~label", "~\"a b\"", "$7", "^alert#3", "*iteration:1", "[vulnerability:1]", "/approve", "/merge",
    ]
    private static let links = [
        "https://evil.example/x", "HTTP://EVIL.EXAMPLE", "ftp://evil.example", "see www.evil.example",
        "WWW.EVIL.EXAMPLE",
        "mailto:a@evil.example", "[text](https://evil.example)", "![picture](https://evil.example/p.png)", "[x](/evil)",
        "[ref]: https://evil.example", "[^1]: note", "<https://evil.example>", "[x]", "[[x]]",
    ]
    private static let html = [
        "<a href=x>x</a>", "<img src=x onerror=alert(1)>", "<script>alert(1)</script>", "<!-- comment", "-->",
        "<details open>",
        "</details>", "</sub>", "</code>", "<b", "&lt;b&gt;", "&#64;everyone", "\" onload=\"alert(1)", "' x='", "]]>",
        "<?php", "<![CDATA[",
    ]
    private static let blocks = [
        "```\nrm -rf /\n```", "~~~\nx\n~~~", "``` @everyone", "# heading", "text\n# heading", "text\n===", "text\n---",
        "---",
        "- item", "+ item", "* item", "1. item", "12) item", "> quote", ">>> quote", "    indented", "\tindented",
        "===",
        "\\", "\\\\", "text\\", "\r\n\r\n## heading\r\n", "\n\n\n", ":::", "",
    ]
    private static let tables = [
        "| a | b |\n|---|---|\n| 1 | 2 |", "x | @everyone <b>", "a\\|@everyone <img src=x>", "a\\\\|<b>", "|", "\\|",
        "a|`|b",
        "`a|b` @everyone", "``|``",
    ]
    private static let signs = [
        "`code` @everyone", "*bold*", "**bold**", "_x_", "__bold__", "a_b_c", "~~gone~~", "$x$", "$$x$$", "{{ 7*7 }}",
        "{% raw %}", "Sphinx-Workspace: other", "x\nSphinx-Workspace: other", "Co-authored-by: x <x@evil.example>",
        "bidi \u{202E}txet\u{202C}", "\u{2066}x\u{2069}", "zero\u{200B}width\u{FEFF}", "\u{1B}[31mred", "\u{9B}31m",
        "\u{1B}]8;;https://evil.example\u{7}x", "\u{0}nul", "\u{7F}", "a\u{2028}# heading", "a\u{2029}b", "a\u{85}b",
        "\u{E0001}tag",
        "\u{3164}", "ünïcödé 漢字 🙂",
    ]
    /// A combining mark makes one character of a sign and itself, though no parser sees it so.
    private static let combined =
        ["<\u{301}", "`\u{301}", "[x]\u{301}(y)", "\"\u{301} x=\"", "|\u{301}", "*\u{301}b*", "&\u{301}", "@\u{301}"]
        + ["`\u{301}<img src=x>`", "``\u{301}x", "a|\u{301}<b>", "\\\u{301}|<b>"]
}
