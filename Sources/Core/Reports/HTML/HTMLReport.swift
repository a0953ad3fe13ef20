import Domain

/// A dashboard as one HTML file that needs no network and no script.
package struct HTMLReport: Sendable {
    /// Nothing but the styles that stand in the file itself is ever loaded.
    private static let policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

    let dashboard: Dashboard

    package init(_ dashboard: Dashboard) {
        self.dashboard = dashboard
    }

    package var html: String {
        "<!doctype html>\n"
            + Markup("html", ["lang": "en"]) {
                head
                Markup("body") {
                    Markup("a", ["class": "skip", "href": "#content"], "Skip to the content")
                    header
                    Markup("main", ["id": "content", "tabindex": "-1"]) {
                        for section in sections { section.markup }
                    }
                    footer
                }
            }.written
    }

    private var head: Markup {
        Markup("head") {
            Markup("meta", ["charset": "utf-8"])
            Markup("meta", ["http-equiv": "Content-Security-Policy", "content": Self.policy])
            Markup("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"])
            Markup("meta", ["name": "color-scheme", "content": "light dark"])
            Markup("meta", ["name": "referrer", "content": "no-referrer"])
            Markup("title", "Sphinx: \(dashboard.place)")
            Markup.style(Stylesheet.text)
            Markup.style(ChartStyle.text)
        }
    }

    private var header: Markup {
        Markup("header", ["class": "top"]) {
            Markup("h1", "Sphinx")
            Markup("p", dashboard.place)
            Markup("nav", ["aria-label": "Sections"]) {
                Markup("ul") {
                    for section in sections {
                        Markup("li") { Markup("a", ["href": "#\(section.id)"], section.title) }
                    }
                }
            }
        }
    }

    private var footer: Markup {
        Markup("footer") {
            Markup(
                "p",
                "Written by Sphinx \(dashboard.version). Analysed at \(Figures.time(dashboard.at)) on the commit "
                    + "\(dashboard.base.hex). All times are UTC.")
        }
    }
}

/// A part of the page with a heading of its own.
struct HTMLSection {
    let id: String
    let title: String
    let content: [Markup]

    init(_ id: String, _ title: String, @MarkupBuilder _ content: () -> [Markup]) {
        self.id = id
        self.title = title
        self.content = content()
    }

    var markup: Markup {
        Markup("section", ["id": id, "aria-labelledby": "\(id)-heading"]) {
            Markup("h2", ["id": "\(id)-heading"], title)
            content
        }
    }
}
