//! The site's style sheet.

/// Plain, readable, light and dark, from 320 pixels up, in print.
pub(crate) const CSS: &str = r#":root { color-scheme: light dark; --ink: #1c1f23; --soft: #5b6470; --line: #d9dde2; --paper: #fdfcfa; --card: #fff; --mark: #8a3b12; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8e6e1; --soft: #a2a9b2; --line: #363b42; --paper: #16181b; --card: #1e2125; --mark: #e5a77e; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1.0625rem/1.65 Vazirmatn, "Noto Sans Arabic", "Noto Sans", system-ui, sans-serif; overflow-wrap: anywhere; }
main, header, footer { max-width: 44rem; margin: 0 auto; padding: 0 1rem; }
main { padding-top: 1rem; padding-bottom: 3rem; }
time { unicode-bidi: isolate; direction: ltr; display: inline-block; }
:lang(fa) ol { list-style: persian; }
:lang(ar) ol { list-style: arabic-indic; }
header { padding-top: 1.5rem; border-bottom: 2px solid var(--ink); margin-bottom: 1.5rem; }
header h1 { margin: 0; font-size: 1.7rem; line-height: 1.3; }
header p { margin: .2rem 0 .8rem; color: var(--soft); }
h1, h2, h3, h4 { line-height: 1.35; text-wrap: balance; }
a { color: inherit; text-decoration-color: var(--soft); text-underline-offset: .18em; }
a:hover, a:focus-visible { text-decoration-color: currentColor; }
:focus-visible { outline: 3px solid var(--mark); outline-offset: 2px; }
.card { display: grid; grid-template-columns: 1fr; gap: .2rem 1rem; padding: 1rem 0; border-bottom: 1px solid var(--line); }
.card.with-picture { grid-template-columns: 1fr 9.5rem; align-items: start; }
.card > .words { grid-column: 1; grid-row: 1; min-width: 0; }
.card img { width: 9.5rem; height: 6.4rem; object-fit: cover; border-radius: .3rem; grid-column: 2; grid-row: 1; }
.card h2 { margin: 0 0 .3rem; font-size: 1.2rem; }
.card p { margin: 0; color: var(--soft); font-size: .97rem; }
@media (max-width: 30rem) { .card.with-picture { grid-template-columns: 1fr 6rem; } .card img { width: 6rem; height: 4.6rem; } }
.meta { color: var(--soft); font-size: .87rem; margin: 0; }
.tag { display: inline-block; color: var(--mark); font-weight: 600; margin-inline-end: .6em; }
.notice { border-inline-start: .3rem solid var(--mark); background: var(--card); padding: .6rem 1rem; margin: 1.2rem 0; }
article h1 { font-size: 1.8rem; margin: .3rem 0; }
article .lead { font-size: 1.15rem; font-weight: 600; }
figure { margin: 1.5rem 0; }
figure img, figure video { max-width: 100%; height: auto; display: block; border-radius: .3rem; }
figure audio { width: 100%; }
figcaption { color: var(--soft); font-size: .9rem; margin-top: .4rem; }
blockquote { margin: 1.2rem 0; padding-inline-start: 1rem; border-inline-start: .25rem solid var(--line); }
pre { white-space: pre-wrap; background: var(--card); border: 1px solid var(--line); padding: .7rem 1rem; border-radius: .3rem; font-size: .9rem; }
.table { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid var(--line); padding: .4rem .6rem; text-align: start; vertical-align: top; }
.url { color: var(--soft); font-size: .85em; direction: ltr; unicode-bidi: isolate; user-select: all; }
.eight { font-family: ui-monospace, monospace; direction: ltr; unicode-bidi: isolate; color: var(--ink); }
footer { color: var(--soft); font-size: .9rem; padding-top: 1rem; padding-bottom: 3rem; }
footer h2 { color: var(--ink); font-size: 1.1rem; }
@media print { header, footer { border: 0; } .card { break-inside: avoid; } a { text-decoration: none; } }
"#;
