//! `skywave publish`: the next edition.

use clap::Args;
use serde_json::json;
use station::sources::{FolderCache, Gathered, Stage, gather};
use station::{Published, Station};

use crate::commands::StationOptions;
use crate::error::{Error, Status};
use crate::output::{Output, bytes};
use crate::time;

/// Arguments of `publish`.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    station: StationOptions,
    /// Feeds, web pages, Markdown files, folders, pictures, sounds, films: addresses or paths.
    #[arg(required = true, value_name = "SOURCE")]
    sources: Vec<String>,
    /// Fetch from private, loopback and link-local addresses too.
    #[arg(long)]
    allow_private_addresses: bool,
    /// Offer readers this reader page (`skywave page`) to save, from this edition on.
    #[arg(long, value_name = "FILE.html")]
    page: Option<std::path::PathBuf>,
    /// Date the edition, instead of now: 2026-11-23T18:00:00Z, or seconds since 1970.
    #[arg(long, value_name = "T")]
    time: Option<String>,
}

pub(crate) fn run(arguments: Arguments, output: &Output) -> Result<Status, Error> {
    let station = Station::open(&arguments.station.dir)?;
    let now = time::given_or_now(arguments.time.as_deref())?;
    let mut settings = station.settings().sources(now);
    settings.http.allow_private_addresses = arguments.allow_private_addresses;
    let folder = station.dir().join("cache");
    let mut cache = FolderCache::open(&folder).map_err(Error::file(&folder))?;
    let bar = output.bar(1, "gathering");
    let gathered = gather(&arguments.sources, &settings, &mut cache, &|progress| {
        bar.set_length(progress.total as u64);
        bar.set_position(progress.done as u64);
        bar.set_message(match progress.stage {
            Stage::Sources => "sources",
            Stage::Pages => "pages",
            Stage::Media => "pictures and sound",
        });
    })
    .map_err(station::Error::from)?;
    bar.finish_and_clear();
    tell_gathered(&gathered, output);
    let mut passphrase = arguments.station.passphrase.asker();
    let drafts = &gathered.drafts;
    let published = match &arguments.page {
        None => station::publish(&station, drafts, now, &mut passphrase)?,
        Some(path) => {
            let page = std::fs::read(path).map_err(Error::file(path))?;
            station::publish_with_page(&station, drafts, &page, now, &mut passphrase)?
        }
    };
    for draft in &gathered.drafts {
        output.detail(&format!(
            "{} [{}] {}",
            draft.key, draft.language, draft.article.title
        ));
    }
    tell(&published, output);
    Ok(Status::Done)
}

fn tell_gathered(gathered: &Gathered, output: &Output) {
    for problem in &gathered.problems {
        match (problem.is_note(), output.is_json()) {
            (true, false) => output.note(&format!("  {problem}")),
            _ => output.problem(&problem.to_string()),
        }
    }
    let counts = &gathered.counts;
    output.result(
        &format!(
            "Gathered {} articles from {} feeds and {} pages; {} pictures ({} → {}), {} sounds, \
             {} films ({} → {}).",
            gathered.drafts.len(),
            counts.feeds,
            counts.pages,
            counts.pictures,
            bytes(counts.picture_bytes_from),
            bytes(counts.picture_bytes_to),
            counts.sounds,
            counts.films,
            bytes(counts.media_bytes_from),
            bytes(counts.media_bytes_to),
        ),
        &json!({
            "event": "gathered",
            "articles": gathered.drafts.len(),
            "feeds": counts.feeds,
            "pages": counts.pages,
            "pictures": counts.pictures,
            "picture_bytes_from": counts.picture_bytes_from,
            "picture_bytes_to": counts.picture_bytes_to,
            "sounds": counts.sounds,
            "films": counts.films,
            "media_bytes_from": counts.media_bytes_from,
            "media_bytes_to": counts.media_bytes_to,
            "without_alt": counts.without_alt,
            "without_transcript": counts.without_transcript,
            "without_captions": counts.without_captions,
            "problems": gathered.problems.len(),
        }),
    );
    let lacks = [
        (
            counts.without_alt,
            "pictures or films without alternative text",
        ),
        (
            counts.without_transcript,
            "sounds or films without a transcript",
        ),
        (counts.without_captions, "films without captions"),
    ];
    for (n, what) in lacks.into_iter().filter(|(n, _)| *n > 0) {
        output.line(&format!(
            "  {n} {what}: those who do not see or hear will miss them."
        ));
    }
}

/// Tells what was published.
pub(crate) fn tell(published: &Published, output: &Output) {
    let total: u64 = published.tiers.iter().map(|(_, _, bytes)| bytes).sum();
    let tiers: Vec<_> = published
        .tiers
        .iter()
        .map(|(tier, objects, bytes)| {
            json!({ "tier": tier.name(), "objects": objects, "bytes": bytes })
        })
        .collect();
    output.result(
        &format!(
            "Edition {} of {}: {} articles ({} new, {} corrected, {} withdrawn, {} expired), {}.",
            published.number,
            time::show(published.seconds),
            published.articles,
            published.new,
            published.corrected,
            published.withdrawn,
            published.expired,
            bytes(total),
        ),
        &json!({
            "event": "published",
            "number": published.number,
            "seconds": published.seconds,
            "manifest": published.manifest.to_string(),
            "articles": published.articles,
            "new": published.new,
            "corrected": published.corrected,
            "withdrawn": published.withdrawn,
            "expired": published.expired,
            "bundles_packed": published.bundles_packed,
            "bundles_kept": published.bundles_kept,
            "text_bytes": published.text_bytes,
            "packed_bytes": published.packed_bytes,
            "head_bytes": published.head_bytes,
            "manifest_bytes": published.manifest_bytes,
            "bytes": total,
            "tiers": tiers,
        }),
    );
    for (tier, objects, size) in &published.tiers {
        output.line(&format!(
            "  {:<8} {objects:>5} objects   {:>9}",
            tier.name(),
            bytes(*size)
        ));
    }
    if published.packed_bytes > 0 {
        output.line(&format!(
            "  {} of text became {} in {} bundles; {} bundles stayed as they were.",
            bytes(published.text_bytes as u64),
            bytes(published.packed_bytes as u64),
            published.bundles_packed,
            published.bundles_kept
        ));
    }
}
