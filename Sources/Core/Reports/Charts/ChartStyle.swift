/// The colours of charts, on a light page and on a dark one; the second and third line differ in their dashes as well.
enum ChartStyle {
    static let text: StaticString = """
        .chart { background: #ffffff; font: 11px system-ui, sans-serif; }
        .chart text { fill: #24292f; } .chart .quiet { fill: #59636e; } .chart .grid { stroke: #d0d7de; }
        .chart .breach { fill: #cf222e; fill-opacity: 0.13; } .chart .limit { stroke: #cf222e; stroke-width: 1.5; stroke-dasharray: 5 3; }
        .chart .line { fill: none; stroke: #0969da; stroke-width: 1.5; }
        .chart .line2 { stroke: #8250df; stroke-dasharray: 6 2; } .chart .line3 { stroke: #1a7f37; stroke-dasharray: 2 2; }
        .chart .bar { fill: #0969da; }
        @media (prefers-color-scheme: dark) {
        .chart { background: #0d1117; } .chart text { fill: #e6edf3; } .chart .quiet { fill: #9198a1; }
        .chart .grid { stroke: #30363d; } .chart .breach { fill: #f85149; fill-opacity: 0.2; }
        .chart .limit { stroke: #f85149; } .chart .line { stroke: #58a6ff; } .chart .line2 { stroke: #bc8cff; }
        .chart .line3 { stroke: #3fb950; } .chart .bar { fill: #58a6ff; }
        }
        """
}
