/// How the page looks: light or dark as the reader's system is, from a phone to a wide screen, and on paper.
enum Stylesheet {
    static let text: StaticString = """
        :root {
          color-scheme: light dark;
          --ground: #ffffff; --raised: #f6f8fa; --edge: #d1d9e0; --ink: #1f2328; --quiet: #59636e; --link: #0550ae;
          --good: #116329; --good-ground: #dafbe1; --bad: #a40e26; --bad-ground: #ffebe9;
          --busy: #7d4e00; --busy-ground: #fff8c5; --calm: #424a53; --calm-ground: #eaeef2;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --ground: #0d1117; --raised: #151b23; --edge: #3d444d; --ink: #e6edf3; --quiet: #9198a1; --link: #79c0ff;
            --good: #7ee787; --good-ground: #12261e; --bad: #ffa198; --bad-ground: #2d1215;
            --busy: #e3b341; --busy-ground: #272115; --calm: #c9d1d9; --calm-ground: #212830;
          }
        }
        * { box-sizing: border-box; }
        body {
          margin: 0 auto; max-width: 72rem; padding: 1.5rem; background: var(--ground); color: var(--ink);
          font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere;
        }
        h1 { margin: 0; font-size: 1.75rem; } h2 { margin: 2.5rem 0 1rem; font-size: 1.35rem; }
        h3 { margin: 0; font-size: 1.1rem; } p { margin: 0.5rem 0; } a { color: var(--link); }
        code, pre { font-family: ui-monospace, monospace; font-size: 0.9em; }
        pre { margin: 0; white-space: pre-wrap; }
        .skip { position: absolute; left: -100rem; }
        .skip:focus { position: static; }
        :focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
        main:focus { outline: none; }
        .top p { margin: 0; color: var(--quiet); }
        nav ul { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; margin: 1rem 0 0; padding: 0; list-style: none; }
        nav a { display: inline-block; padding: 0.25rem 0; }
        dl, dd { margin: 0; }
        .figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr)); gap: 0.75rem; }
        .figures div { padding: 0.75rem 1rem; border: 1px solid var(--edge); border-radius: 0.5rem; background: var(--raised); }
        .figures dt { color: var(--quiet); font-size: 0.85rem; }
        .figures dd { font-size: 1.35rem; font-weight: 600; font-variant-numeric: tabular-nums; }
        article { margin: 0 0 1.25rem; padding: 1rem 1.25rem; border: 1px solid var(--edge); border-radius: 0.5rem; }
        .standing { color: var(--ink); }
        .facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(17rem, 1fr)); gap: 0.5rem 1.5rem; margin: 0.75rem 0; }
        .facts dt { color: var(--quiet); font-size: 0.85rem; }
        figure { margin: 0.75rem 0; } figcaption { color: var(--quiet); font-size: 0.85rem; }
        .chart { display: block; width: 100%; height: auto; max-width: 45rem; border: 1px solid var(--edge); border-radius: 0.5rem; }
        .narrow { display: none; }
        .badge {
          display: inline-block; padding: 0 0.6rem; border-radius: 1rem; font-size: 0.85rem; font-weight: 600; white-space: nowrap;
          color: var(--calm); background: var(--calm-ground);
        }
        .good { color: var(--good); background: var(--good-ground); } .bad { color: var(--bad); background: var(--bad-ground); }
        .busy { color: var(--busy); background: var(--busy-ground); }
        .none { color: var(--quiet); }
        table { width: 100%; margin: 0 0 1.5rem; border-collapse: collapse; font-size: 0.92rem; }
        caption { padding: 0.25rem 0 0.5rem; text-align: left; color: var(--quiet); }
        th, td {
          min-width: 5rem; padding: 0.45rem 0.75rem 0.45rem 0; border-bottom: 1px solid var(--edge);
          text-align: left; vertical-align: top;
        }
        thead th { color: var(--quiet); font-weight: 600; white-space: nowrap; }
        tbody th { font-weight: 600; }
        th time { font-weight: 400; }
        time { white-space: nowrap; font-variant-numeric: tabular-nums; }
        .number { min-width: 0; text-align: right; font-variant-numeric: tabular-nums; }
        .problems { padding: 0; list-style: none; }
        .problems li { margin: 0 0 0.5rem; padding: 0.75rem 1rem; border-radius: 0.5rem; color: var(--bad); background: var(--bad-ground); }
        footer { margin: 2.5rem 0 0; padding: 1rem 0 0; border-top: 1px solid var(--edge); color: var(--quiet); font-size: 0.85rem; }
        @media (max-width: 44rem) {
          body { padding: 1rem; }
          .wide { display: none; } .narrow { display: block; }
          .facts { grid-template-columns: 1fr; gap: 0; }
          .facts div { display: grid; grid-template-columns: 6.5rem 1fr; gap: 0.75rem; padding: 0.2rem 0; }
          article { padding: 0.75rem 1rem; }
        }
        @media (max-width: 56rem) {
          table, caption, tbody, tr, th, td { display: block; width: 100%; }
          thead { position: absolute; left: -100rem; }
          tbody tr { margin: 0 0 0.75rem; padding: 0.5rem 0.75rem; border: 1px solid var(--edge); border-radius: 0.5rem; }
          tbody th, tbody td { display: grid; grid-template-columns: 6.5rem 1fr; gap: 0.75rem; padding: 0.2rem 0; border: 0; text-align: left; }
          tbody th::before, tbody td::before { content: attr(data-label); color: var(--quiet); font-weight: 400; }
          tbody .number { text-align: left; }
          tbody td:has(.none) { display: none; }
          tbody .badge { justify-self: start; }
        }
        @media print { nav, .skip { display: none; } article, tr { break-inside: avoid; } }
        """
}
