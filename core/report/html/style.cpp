#include "core/report/html/sections.h"

namespace sstp::html {

std::string_view style_sheet() {
    return R"css(
:root { color-scheme: light dark; --back: #f4f5f7; --card: #ffffff; --ink: #1c2128; --soft: #57606a; --line: #d5dae0; --fill: #eef1f4;
  --good: #1a7f37; --note: #0a5cb8; --warning: #8a5a00; --bad: #c21f2b; --unknown: #6639ba; }
@media (prefers-color-scheme: dark) { :root { --back: #0d1117; --card: #161b22; --ink: #e6edf3; --soft: #9da7b3; --line: #30363d; --fill: #21262d;
  --good: #3fb950; --note: #6cb6ff; --warning: #d9a02c; --bad: #ff7b72; --unknown: #b794f6; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--ink); font: 1rem/1.5 "Segoe UI", system-ui, -apple-system, "DejaVu Sans", sans-serif; overflow-wrap: break-word; }
main, header, footer { max-width: 66rem; margin: 0 auto; padding: 0 1rem; }
header { padding-top: 1.5rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: .4rem 0 .6rem; text-wrap: balance; }
h2 { font-size: 1.15rem; margin: 0 0 .75rem; }
h3 { font-size: 1rem; margin: 0 0 .35rem; }
p { margin: .35rem 0; }
code, .hash { font-family: "Cascadia Mono", Consolas, "DejaVu Sans Mono", monospace; font-size: .88em; overflow-wrap: anywhere; }
.soft { color: var(--soft); font-size: .92rem; }
.state { background: var(--card); border: 1px solid var(--line); border-left: .4rem solid var(--soft); border-radius: .5rem; padding: 1rem 1.25rem; }
.state.good { border-left-color: var(--good); } .state.warning { border-left-color: var(--warning); }
.state.bad { border-left-color: var(--bad); } .state.unknown { border-left-color: var(--unknown); }
.do { margin-top: .75rem; padding-top: .75rem; border-top: 1px solid var(--line); font-size: 1.05rem; }
section { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: 1rem 1.25rem; margin: 1rem 0; }
.mark { display: inline-block; font-size: .78rem; font-weight: 600; line-height: 1.3; padding: .1rem .5rem; border-radius: 1rem; border: 1px solid currentColor; white-space: nowrap; }
.mark.good { color: var(--good); } .mark.note { color: var(--note); } .mark.warning { color: var(--warning); }
.mark.bad { color: var(--bad); } .mark.unknown { color: var(--unknown); }
ol.path { list-style: none; margin: 0; padding: 0; display: grid; grid-template-columns: repeat(5, minmax(0, 1fr)); gap: 1.4rem; }
ol.path > li { position: relative; border: 1px solid var(--line); border-top: .3rem solid var(--soft); border-radius: .4rem; padding: .6rem .7rem; font-size: .9rem; }
ol.path > li.good { border-top-color: var(--good); } ol.path > li.note { border-top-color: var(--note); }
ol.path > li.warning { border-color: var(--warning); } ol.path > li.bad { border-color: var(--bad); } ol.path > li.unknown { border-color: var(--unknown); }
ol.path > li + li::before { content: "\2192"; position: absolute; left: -1.25rem; top: .45rem; width: 1.1rem; text-align: center; color: var(--soft); }
ol.path ul { list-style: none; margin: .45rem 0 0; padding: 0; } ol.path ul li { margin: .2rem 0; overflow-wrap: anywhere; }
.chain { margin: .3rem 0 0; padding-left: .6rem; border-left: 2px solid var(--line); }
.wrong { color: var(--bad); font-weight: 600; }
ul.findings { list-style: none; margin: 0; padding: 0; } ul.findings > li { padding: .6rem 0; border-top: 1px solid var(--line); }
ul.findings > li:first-child { border-top: 0; padding-top: 0; }
.scroll { overflow-x: auto; } .scroll + .scroll { margin-top: 1rem; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; }
caption { text-align: left; color: var(--soft); padding-bottom: .35rem; }
th, td { text-align: left; vertical-align: top; padding: .4rem .8rem .4rem 0; border-top: 1px solid var(--line); }
thead th { border-top: 0; color: var(--soft); font-weight: 600; font-size: .85rem; }
tbody th { font-weight: 600; } th .soft { font-weight: 400; } .date { white-space: nowrap; }
svg { display: block; width: 100%; overflow: visible; margin-bottom: 1rem; }
svg text { fill: var(--ink); font-size: 12px; paint-order: stroke; stroke: var(--card); stroke-width: 4px; } svg text.soft { fill: var(--soft); font-size: 11px; }
svg .track { fill: var(--fill); } svg .grid { stroke: var(--line); } svg .now { stroke: var(--ink); stroke-width: 1.5; stroke-dasharray: 3 3; }
svg .active { fill: var(--good); } svg .successor { fill: var(--note); } svg .ended { fill: var(--soft); } svg .other { fill: var(--soft); opacity: .55; }
svg .unfit { fill: none; stroke: var(--bad); stroke-width: 1.5; stroke-dasharray: 4 3; } svg .activeended { fill: var(--bad); }
svg .dot.good { fill: var(--good); } svg .dot.warning { fill: var(--warning); } svg .dot.bad { fill: var(--bad); } svg .dot.note { fill: var(--note); }
svg .window { fill: var(--soft); }
article { border-top: 1px solid var(--line); padding: .75rem 0; } article:first-of-type { border-top: 0; padding-top: 0; }
article ol { margin: .4rem 0; padding-left: 1.4rem; font-size: .92rem; } dl.facts { display: flex; flex-wrap: wrap; gap: .2rem 1.5rem; margin: .4rem 0; font-size: .92rem; }
dl.facts div { display: flex; gap: .4rem; } dl.facts dt { color: var(--soft); } dl.facts dd { margin: 0; overflow-wrap: anywhere; }
summary { cursor: pointer; color: var(--note); padding: .3rem 0; }
footer { padding-bottom: 2rem; }
@media (max-width: 52rem) {
  ol.path { grid-template-columns: 1fr; gap: 1.5rem; }
  ol.path > li + li::before { content: "\2193"; left: 0; right: 0; top: -1.6rem; width: auto; }
  h1 { font-size: 1.3rem; } section, .state { padding: .9rem 1rem; } .scroll table { min-width: 36rem; } .scroll.slim table { min-width: 0; }
}
@media print {
  :root { color-scheme: light; --back: #ffffff; --card: #ffffff; --ink: #000000; --soft: #444444; --line: #bbbbbb; --fill: #eeeeee;
    --good: #1a7f37; --note: #0a5cb8; --warning: #8a5a00; --bad: #c21f2b; --unknown: #6639ba; }
  html { font-size: 12px; } main, header, footer { max-width: none; padding: 0; }
  section, .state { break-inside: avoid; padding: .5rem .75rem; margin: .5rem 0; } section.long { break-inside: auto; } article, li, tr { break-inside: avoid; }
  ol.path { grid-template-columns: repeat(5, minmax(0, 1fr)); gap: 1.2rem; } ol.path > li { padding: .3rem .4rem; font-size: .85em; }
  ol.path > li + li::before { content: "\2192"; left: -1.15rem; right: auto; top: .3rem; width: 1.1rem; }
  .scroll { overflow: visible; } details::details-content { content-visibility: visible; block-size: auto; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
)css";
}

}  // namespace sstp::html
