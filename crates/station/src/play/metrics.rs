//! The status as metrics (Prometheus text format 0.0.4).

use std::fmt::Write;
use std::time::Duration;

use crate::play::board::{CarrierStatus, Status};
use crate::play::playout::PlayoutStats;

/// Name, kind, help and value of a metric of each carrier.
type OfCarrier = (
    &'static str,
    &'static str,
    &'static str,
    fn(&CarrierStatus) -> f64,
);

const OF_CARRIER: [OfCarrier; 17] = [
    ("edition", "gauge", "Number of the edition on air", |c| {
        c.edition as f64
    }),
    ("due", "gauge", "Whether it should be on air now", |c| {
        f64::from(u8::from(c.is_due))
    }),
    ("trouble", "gauge", "Whether something is amiss", |c| {
        f64::from(u8::from(c.trouble.is_some()))
    }),
    (
        "bits_per_second",
        "gauge",
        "Rate of the whole stream",
        |c| c.bits_per_s as f64,
    ),
    (
        "stream_seconds_total",
        "counter",
        "Stream that was made, in seconds",
        |c| c.seconds,
    ),
    (
        "datagrams_total",
        "counter",
        "Datagrams that were sent",
        |c| c.outlet.sent as f64,
    ),
    (
        "datagrams_dropped_total",
        "counter",
        "Datagrams that could not be sent",
        |c| c.outlet.dropped as f64,
    ),
    (
        "socket_reopened_total",
        "counter",
        "Times that the socket was opened again",
        |c| c.outlet.reopened as f64,
    ),
    (
        "slips_total",
        "counter",
        "Stalls too long to make up for",
        |c| c.slips as f64,
    ),
    (
        "late_seconds",
        "gauge",
        "How late the latest of the last datagrams was",
        |c| c.late_micros as f64 / 1e6,
    ),
    ("packet_bytes_total", "counter", "Bytes of packets", |c| {
        all(c, |p| p.bytes)
    }),
    ("runs_total", "counter", "Runs of symbols", |c| {
        all(c, |p| p.runs)
    }),
    ("lists_total", "counter", "Signed lists", |c| {
        all(c, |p| p.lists)
    }),
    ("heads_total", "counter", "Signed heads", |c| {
        all(c, |p| p.heads)
    }),
    (
        "changes_total",
        "counter",
        "Editions that came on air",
        |c| all(c, |p| p.changes),
    ),
    (
        "starved_total",
        "counter",
        "Times that nothing but heads was there to send",
        |c| all(c, |p| p.starved),
    ),
    (
        "failures_total",
        "counter",
        "Windows and marks that could not be made or written",
        |c| all(c, |p| p.prepare_failures + p.write_failures),
    ),
];

fn all(carrier: &CarrierStatus, of: fn(&PlayoutStats) -> u64) -> f64 {
    carrier.playouts.iter().map(of).sum::<u64>() as f64
}

/// The text.
pub(crate) fn text(status: &Status, now: Duration, utc: u64) -> String {
    let mut out = String::new();
    let mut single = |name: &str, kind: &str, help: &str, value: f64| {
        let _ = writeln!(
            out,
            "# HELP skywave_{name} {help}.\n# TYPE skywave_{name} {kind}\nskywave_{name} {value}"
        );
    };
    single(
        "up_seconds",
        "gauge",
        "Time since the start",
        now.as_secs_f64().floor(),
    );
    single(
        "healthy",
        "gauge",
        "Whether every carrier is alive",
        f64::from(u8::from(status.health(now).is_ok())),
    );
    single(
        "ready",
        "gauge",
        "Whether every carrier that should be is on air",
        f64::from(u8::from(status.readiness(now).is_ok())),
    );
    single(
        "drafts_waiting",
        "gauge",
        "Drafts that wait for a person's approval",
        status.waiting as f64,
    );
    single(
        "drafts_unsigned",
        "gauge",
        "Drafts that wait to be signed",
        status.unsigned as f64,
    );
    let signing = status.troubles.contains_key("signing");
    single(
        "signing_waits",
        "gauge",
        "Whether signing waits for a person",
        f64::from(u8::from(signing)),
    );
    if let Some(edition) = &status.edition {
        single(
            "edition_newest",
            "gauge",
            "Number of the newest edition",
            edition.number as f64,
        );
        single(
            "edition_age_seconds",
            "gauge",
            "Age of the newest edition",
            utc.saturating_sub(edition.seconds) as f64,
        );
        single(
            "edition_bytes",
            "gauge",
            "Bytes of the newest edition",
            edition.bytes as f64,
        );
        single(
            "certificate_editions",
            "gauge",
            "Editions that the on-air certificate still covers",
            edition.certificate_editions as f64,
        );
        single(
            "certificate_seconds",
            "gauge",
            "Time until the on-air certificate ends",
            edition.certificate_ends.saturating_sub(utc) as f64,
        );
    }
    for (name, kind, help, value) in OF_CARRIER {
        let _ = writeln!(
            out,
            "# HELP skywave_carrier_{name} {help}.\n# TYPE skywave_carrier_{name} {kind}"
        );
        for (carrier, state) in &status.carriers {
            // Names hold letters, digits and hyphens only.
            let _ = writeln!(
                out,
                "skywave_carrier_{name}{{carrier=\"{carrier}\",kind=\"{}\"}} {}",
                state.kind,
                value(state)
            );
        }
    }
    for (name, kind, help) in [
        (
            "source_failures_total",
            "counter",
            "Times that a source could not be read",
        ),
        (
            "source_articles",
            "gauge",
            "Articles that a source had when it was read last",
        ),
        (
            "source_read_seconds",
            "gauge",
            "When a source was tried last",
        ),
    ] {
        let _ = writeln!(
            out,
            "# HELP skywave_{name} {help}.\n# TYPE skywave_{name} {kind}"
        );
        for source in &status.sources {
            let value = match name {
                "source_failures_total" => source.failures,
                "source_articles" => source.articles as u64,
                _ => source.read,
            };
            let at = source
                .at
                .replace('\\', "\\\\")
                .replace('"', "\\\"")
                .replace('\n', " ");
            let _ = writeln!(out, "skywave_{name}{{source=\"{at}\"}} {value}");
        }
    }
    out
}
