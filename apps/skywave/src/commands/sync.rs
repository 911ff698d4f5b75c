//! `skywave sync`: two inboxes or sticks made equal.

use std::path::PathBuf;

use clap::Args;
use edition::Tier;
use serde_json::json;
use station::sync::{Moved, SyncEvent, SyncTerms, sync};

use crate::error::{Error, Status};
use crate::output::{Output, bytes};

/// Arguments of `sync`.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// An inbox, or a folder of `send file --folder`.
    #[arg(value_name = "A")]
    first: PathBuf,
    /// Another; if it is empty, it becomes what A is.
    #[arg(value_name = "B")]
    second: PathBuf,
    /// Whose editions are handed on: a station.pub file, or 64 hexadecimal digits; otherwise those of
    /// whom each inbox trusts. Can be repeated.
    #[arg(long, value_name = "KEY", num_args = 1..)]
    trust: Vec<String>,
    /// Only tell what would be done.
    #[arg(long)]
    dry_run: bool,
    /// Hash all that is there, too, and fetch what is damaged from the other side.
    #[arg(long)]
    check: bool,
}

pub(crate) fn run(arguments: Arguments, output: &Output) -> Result<Status, Error> {
    let mut terms = SyncTerms {
        dry_run: arguments.dry_run,
        check: arguments.check,
        ..SyncTerms::default()
    };
    for key in &arguments.trust {
        terms.trust.push(station::read_publisher(key)?.key);
    }
    let (first, second) = (&arguments.first, &arguments.second);
    let bar = output.bar(0, "equal");
    let mut copied = 0;
    let synced = sync(first, second, &terms, &mut |event| {
        if let SyncEvent::Object { bytes, .. } = event {
            copied += bytes;
            bar.set_message(self::bytes(copied));
        }
        bar.suspend(|| tell(event, arguments.dry_run, output));
        Ok(())
    })?;
    bar.finish_and_clear();
    tell_moved(&synced.forth, first, second, arguments.dry_run, output);
    tell_moved(&synced.back, second, first, arguments.dry_run, output);
    Ok(
        match synced.forth.is_incomplete() || synced.back.is_incomplete() {
            true => Status::Incomplete,
            false if synced.damaged > 0 => Status::NotVerified,
            false => Status::Done,
        },
    )
}

fn tell(event: &SyncEvent, is_dry: bool, output: &Output) {
    match event {
        SyncEvent::Object {
            to,
            hash,
            tier,
            bytes: size,
        } => {
            let verb = if is_dry { "would go to" } else { "→" };
            match output.is_json() {
                true => output.result(
                    "",
                    &json!({
                        "event": "object",
                        "to": to,
                        "object": hash.to_string(),
                        "tier": tier.name(),
                        "bytes": size,
                    }),
                ),
                false => output.detail(&format!(
                    "{} {hash}, {} {verb} {}",
                    tier.name(),
                    bytes(*size),
                    to.display()
                )),
            }
        }
        SyncEvent::Edition { to, number } => match output.is_json() {
            true => output.result(
                "",
                &json!({ "event": "edition", "to": to, "number": number }),
            ),
            false => output.note(&format!("edition {number} → {}", to.display())),
        },
        SyncEvent::Damaged { at, hash } => output.problem(&format!(
            "{}: object {hash} is damaged, and is not handed on",
            at.display()
        )),
        SyncEvent::Failed { to, hash, why } => {
            output.problem(&format!("{}: object {hash}: {why}", to.display()));
        }
    }
}

fn tell_moved(
    moved: &Moved,
    from: &std::path::Path,
    to: &std::path::Path,
    is_dry: bool,
    output: &Output,
) {
    let sum = |tiers: &[(usize, u64); 4]| {
        let objects: usize = tiers.iter().map(|(objects, _)| objects).sum();
        let bytes: u64 = tiers.iter().map(|(_, bytes)| bytes).sum();
        (objects, bytes)
    };
    let ((objects, size), (left, left_size)) = (sum(&moved.objects), sum(&moved.no_room));
    let verb = if is_dry { "would go over" } else { "went over" };
    let mut line = match (objects, moved.runs) {
        (0, 0) if left == 0 && moved.failed == 0 => {
            format!("{} lacks nothing of {}", to.display(), from.display())
        }
        _ => format!(
            "{} → {}: {objects} objects {verb} ({})",
            from.display(),
            to.display(),
            bytes(size)
        ),
    };
    if moved.runs > 0 {
        line += &format!(", and {} runs of unfinished ones", moved.runs);
    }
    if left > 0 {
        line += &format!(
            "; no room for {left} objects ({}), {} were free",
            bytes(left_size),
            bytes(moved.free)
        );
    }
    let tiers = |tiers: &[(usize, u64); 4]| -> serde_json::Value {
        let all = Tier::ALL.iter().zip(tiers);
        all.map(|(tier, (objects, bytes))| {
            let of_tier = json!({ "objects": objects, "bytes": bytes });
            (tier.name().to_owned(), of_tier)
        })
        .collect()
    };
    output.result(
        &format!("{line}."),
        &json!({
            "event": "synced",
            "from": from,
            "to": to,
            "dry_run": is_dry,
            "objects": objects,
            "bytes": size,
            "tiers": tiers(&moved.objects),
            "left_objects": left,
            "left_bytes": left_size,
            "left": tiers(&moved.no_room),
            "free": moved.free,
            "editions": moved.editions,
            "runs": moved.runs,
            "unsigned_runs": moved.unsigned_runs,
            "failed": moved.failed,
        }),
    );
    for (tier, (objects, size)) in Tier::ALL.iter().zip(&moved.no_room) {
        if *objects > 0 {
            let line = format!(
                "  {:<8} {objects:>5} objects   {:>9}",
                tier.name(),
                bytes(*size)
            );
            output.line(&line);
        }
    }
    if moved.unsigned_runs > 0 {
        output.note(&format!(
            "{} symbols of unfinished objects stayed in {}: no signed list names them.",
            moved.unsigned_runs,
            from.display()
        ));
    }
}
