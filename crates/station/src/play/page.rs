//! The status page: one document without script, which asks for itself again.

use std::fmt::Write;
use std::time::Duration;

use crate::escape::escape_html;
use crate::play::board::{CarrierStatus, Status};
use crate::play::clock::show;

/// What the page looks like.
pub(crate) const STYLE: &str = "\
:root{color-scheme:light dark;--ink:#1b1f24;--soft:#5d6773;--line:#d9dee4;--card:#fff;--back:#f4f6f8;--good:#1a7f4b;--bad:#b3261e;--warn:#8a5a00}\
@media(prefers-color-scheme:dark){:root{--ink:#e8ebee;--soft:#9aa5b1;--line:#2c343d;--card:#191f26;--back:#10151a;--good:#4cc38a;--bad:#ff8a80;--warn:#f0b429}}\
*{box-sizing:border-box}body{margin:0;background:var(--back);color:var(--ink);font:16px/1.5 system-ui,sans-serif}\
main{max-width:60rem;margin:0 auto;padding:1.5rem 1rem 3rem}h1{font-size:1.5rem;margin:0}h2{font-size:1rem;margin:2rem 0 .5rem;color:var(--soft);font-weight:600}\
header p{margin:.25rem 0 0;color:var(--soft)}.cards{display:grid;gap:1rem;grid-template-columns:repeat(auto-fill,minmax(18rem,1fr))}\
.card{background:var(--card);border:1px solid var(--line);border-radius:.6rem;padding:1rem}.card h3{margin:0 0 .5rem;font-size:1.05rem;display:flex;gap:.5rem;align-items:center}\
.dot{width:.7rem;height:.7rem;border-radius:50%;background:var(--soft);flex:none}.good{background:var(--good)}.bad{background:var(--bad)}\
.note{border-left:.25rem solid var(--warn);background:var(--card);padding:.6rem 1rem;margin:1rem 0;border-radius:.3rem}\
dl{display:grid;grid-template-columns:auto 1fr;gap:.15rem 1rem;margin:0}dt{color:var(--soft)}dd{margin:0;text-align:right;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}\
.why{color:var(--bad);margin:.5rem 0 0}table{width:100%;border-collapse:collapse;background:var(--card);border:1px solid var(--line);border-radius:.6rem}\
td,th{padding:.5rem .75rem;text-align:left;border-top:1px solid var(--line);overflow-wrap:anywhere}th{color:var(--soft);font-weight:600;border-top:0}";

/// Seconds after which the page asks for itself again.
const AGAIN: u64 = 5;

/// The page.
pub(crate) fn html(status: &Status, now: Duration) -> String {
    let mut out = String::new();
    let name = escape(&status.publisher);
    let edition = match &status.edition {
        Some(edition) => format!(
            "Edition {} of {} · {} objects, {}",
            edition.number,
            show(edition.seconds),
            edition.objects,
            size(edition.bytes)
        ),
        None => "No edition yet".to_owned(),
    };
    let _ = write!(
        out,
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{name}: on air</title>\
         <meta name=\"viewport\" content=\"width=device-width\"><meta http-equiv=\"refresh\" content=\"{AGAIN}\">\
         <link rel=\"stylesheet\" href=\"style.css\"></head><body><main><header><h1>{name}</h1><p>{edition}</p></header>"
    );
    let state = match status.readiness(now) {
        Ok(()) if status.carriers.is_empty() => {
            Some("No carrier is set in station.toml.".to_owned())
        }
        Ok(()) => None,
        Err(why) => Some(why),
    };
    for why in state.iter().chain(status.troubles.values()) {
        let _ = write!(out, "<p class=\"note\">{}</p>", escape(why));
    }
    let _ = write!(out, "<h2>On air</h2><div class=\"cards\">");
    for (name, carrier) in &status.carriers {
        card(&mut out, name, carrier);
    }
    let _ = write!(out, "</div>");
    if status.waiting + status.unsigned > 0 {
        let _ = write!(
            out,
            "<h2>Drafts</h2><p>{} wait for a person, {} only to be signed: <code>skywave drafts</code>, <code>skywave approve</code>.</p>",
            status.waiting, status.unsigned
        );
    }
    if !status.sources.is_empty() {
        let _ = write!(
            out,
            "<h2>Sources</h2><table><tr><th>Source</th><th>Articles</th><th>Read</th><th>Published</th></tr>"
        );
        for source in &status.sources {
            let read = match (source.read, &source.trouble) {
                (0, _) => "not yet".to_owned(),
                (at, None) => show(at),
                (at, Some(why)) => {
                    format!("{}: <span class=\"why\">{}</span>", show(at), escape(why))
                }
            };
            let who = if source.by_itself {
                "by itself"
            } else {
                "when approved"
            };
            let _ = write!(
                out,
                "<tr><td>{}</td><td>{}</td><td>{read}</td><td>{who}</td></tr>",
                escape(&source.at),
                source.articles
            );
        }
        let _ = write!(out, "</table>");
    }
    if let Some(edition) = &status.edition {
        let _ = write!(
            out,
            "<h2>Certificate</h2><p>The on-air key is certified for {} more editions, until {}.</p>",
            edition.certificate_editions,
            show(edition.certificate_ends)
        );
    }
    out.push_str("</main></body></html>");
    out
}

fn card(out: &mut String, name: &str, carrier: &CarrierStatus) {
    let dot = match (&carrier.trouble, carrier.is_due, carrier.edition) {
        (Some(_), ..) => "bad",
        (None, true, 1..) => "good",
        _ => "",
    };
    let _ = write!(
        out,
        "<section class=\"card\"><h3><span class=\"dot {dot}\"></span>{}</h3><dl><dt>To</dt><dd>{}</dd>",
        escape(name),
        escape(&carrier.to)
    );
    let mut row = |what: &str, value: String| {
        let _ = write!(out, "<dt>{what}</dt><dd>{value}</dd>");
    };
    if !carrier.doing.is_empty() {
        row("Now", escape(&carrier.doing));
    }
    if carrier.edition > 0 {
        row("Edition", carrier.edition.to_string());
    }
    row("Rate", format!("{} kbit/s", carrier.bits_per_s / 1_000));
    if let Some(main) = carrier.playouts.first() {
        let all = |of: fn(&crate::play::playout::PlayoutStats) -> u64| {
            carrier.playouts.iter().map(of).sum::<u64>()
        };
        row("On air for", span(carrier.seconds));
        row("Data sent", size(all(|p| p.bytes)));
        row(
            "Runs, lists, heads",
            format!(
                "{}, {}, {}",
                all(|p| p.runs),
                all(|p| p.lists),
                all(|p| p.heads)
            ),
        );
        row("Made ahead", format!("{} runs", main.slots_ahead));
        row(
            "Datagrams",
            format!(
                "{} sent, {} dropped",
                carrier.outlet.sent, carrier.outlet.dropped
            ),
        );
        if carrier.slips + all(|p| p.starved) > 0 {
            row(
                "Stalls",
                format!("{}, without data {}", carrier.slips, all(|p| p.starved)),
            );
        }
    }
    out.push_str("</dl>");
    if let Some(why) = &carrier.trouble {
        let _ = write!(out, "<p class=\"why\">{}</p>", escape(why));
    }
    out.push_str("</section>");
}

/// Text as HTML shows it.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    escape_html(text, &mut out);
    out
}

fn size(bytes: u64) -> String {
    match bytes {
        0..1_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", bytes as f64 / 1e6),
        _ => format!("{:.2} GB", bytes as f64 / 1e9),
    }
}

fn span(seconds: f64) -> String {
    let minutes = (seconds / 60.0) as u64;
    match minutes {
        0..60 => format!("{minutes} min"),
        60..2_880 => format!("{} h {} min", minutes / 60, minutes % 60),
        _ => format!("{} days {} h", minutes / 1_440, minutes / 60 % 24),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strangers_text_is_text() {
        let mut status = Status {
            publisher: "<script>alert(1)</script>".to_owned(),
            ..Status::default()
        };
        let carrier = CarrierStatus {
            kind: "ts",
            trouble: Some("\"><img src=x>".to_owned()),
            ..CarrierStatus::default()
        };
        status.carriers.insert("ts-1".to_owned(), carrier);
        let page = html(&status, Duration::ZERO);
        assert!(
            !page.contains("<script") && !page.contains("<img"),
            "{page}"
        );
        assert!(page.contains("&lt;script&gt;"));
    }
}
