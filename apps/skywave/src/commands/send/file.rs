//! `skywave send file`: an edition as files, for sticks, messengers and mirrors.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;
use station::Station;
use station::send::{FilesTo, SendFile, SentFiles, SentFolder, Spare, send_file, send_folder};

use crate::commands::StationOptions;
use crate::error::{Error, Status};
use crate::output::{Output, bytes};

/// Spare files in a hundred, if nothing is said: one in ten may be lost.
const SPARE: Spare = Spare::PerCent(10.0);

/// Arguments of `send file`.
#[derive(Debug, Args)]
pub(super) struct FileArguments {
    #[command(flatten)]
    station: StationOptions,
    /// Number of the edition; the newest by default.
    #[arg(short, long, value_name = "N")]
    edition: Option<u64>,
    /// A file NAME.sky, of several NAME-1.sky and so on; with --folder a folder; - for stdout.
    #[arg(short, long, value_name = "OUT")]
    output: PathBuf,
    /// Several files, none of which is larger: 16M for messengers, 5M for mail (bytes on disk; 1k is
    /// 1,000). Any that are large enough together will do.
    #[arg(long, value_name = "BYTES", value_parser = parse_size)]
    size: Option<u64>,
    /// So many files more than are needed, or with % so many in a hundred; 10% by default. Of a single
    /// file, so much more of everything.
    #[arg(long, value_name = "N|N%", value_parser = parse_spare)]
    spare: Option<Spare>,
    /// Begin a set with the objects' own bytes: whoever has all of it need not decode. It adds less to
    /// what comes by television.
    #[arg(long, requires = "size")]
    systematic: bool,
    /// Each in a zip, not compressed, for what refuses files of unknown type.
    #[arg(long)]
    zip: bool,
    /// A folder of files that never change, for cp, rsync, a web server or a bucket. Run again, it
    /// brings the folder up to date.
    #[arg(long, conflicts_with_all = ["size", "spare", "zip", "fresh"])]
    folder: bool,
    /// Forget what has been written before: the same symbols are made again.
    #[arg(long)]
    fresh: bool,
}

pub(super) fn run(arguments: &FileArguments, output: &Output) -> Result<Status, Error> {
    let station = Station::open(&arguments.station.dir)?;
    let mut passphrase = arguments.station.passphrase.asker();
    let bar = output.bar(1_000, "writing");
    let mut progress = |done: f64| bar.set_position((done * 1_000.0) as u64);
    let path = &arguments.output;
    if arguments.folder {
        let sent = send_folder(
            &station,
            arguments.edition,
            &mut passphrase,
            path,
            &mut progress,
        )?;
        bar.finish_and_clear();
        tell_folder(&sent, path, output);
        return Ok(Status::Done);
    }
    if path.is_dir() {
        let why = "is a folder: give a name in it, such as news.sky, or --folder";
        return Err(Error::Argument(format!("{} {why}", path.display())));
    }
    if let (None, Some(Spare::Files(_))) = (arguments.size, arguments.spare) {
        let why = "--spare N is of a set (--size); of a single file give --spare N%";
        return Err(Error::Argument(why.to_owned()));
    }
    let terms = SendFile {
        edition: arguments.edition,
        size: arguments.size,
        spare: arguments.spare.unwrap_or(match arguments.size {
            Some(_) => SPARE,
            None => Spare::Files(0),
        }),
        systematic: arguments.systematic,
        zip: arguments.zip,
        fresh: arguments.fresh,
    };
    let is_piped = path.as_os_str() == "-";
    let mut stdout = std::io::stdout().lock();
    let out = match is_piped {
        true => FilesTo::Stream(&mut stdout),
        false => FilesTo::Path(path.clone()),
    };
    let sent = send_file(&station, &terms, &mut passphrase, out, &mut progress)?;
    drop(stdout);
    bar.finish_and_clear();
    let line = describe(&sent);
    match is_piped {
        true => output.note(&line),
        false => tell_files(&sent, &line, output),
    }
    Ok(Status::Done)
}

fn tell_files(sent: &SentFiles, line: &str, output: &Output) {
    let (runs, lists, heads) = sent.packets;
    let files = sent.files.iter();
    let files: Vec<_> = files
        .map(|(path, bytes)| json!({ "path": path, "bytes": bytes }))
        .collect();
    output.result(
        line,
        &json!({
            "event": "sent",
            "edition": sent.number,
            "edition_bytes": sent.edition_bytes,
            "bytes": sent.files.iter().map(|(_, bytes)| bytes).sum::<u64>(),
            "files": files,
            "needed": sent.needed,
            "common_bytes": sent.common_bytes,
            "common": sent.common_tiers.iter().map(|tier| tier.name()).collect::<Vec<_>>(),
            "runs": runs,
            "lists": lists,
            "heads": heads,
        }),
    );
    for (path, size) in &sent.files {
        output.line(&format!("  {} {:>9}", path.display(), bytes(*size)));
    }
    if let [first, ..] = sent.stale.as_slice() {
        output.problem(&format!(
            "{} and {} more beside it are of an earlier, longer set: delete them, or they are handed \
             on with this one",
            first.display(),
            sent.stale.len() - 1
        ));
    }
}

fn describe(sent: &SentFiles) -> String {
    let all: u64 = sent.files.iter().map(|(_, bytes)| bytes).sum();
    let edition = format!("Edition {} ({})", sent.number, bytes(sent.edition_bytes));
    match sent.files.len() {
        1 => format!("{edition} in one file, {}.", bytes(all)),
        files => {
            let tiers = sent.common_tiers.iter().map(|tier| tier.name());
            let tiers: Vec<_> = tiers.collect();
            let shown = match tiers.as_slice() {
                [] => "No file shows anything by itself: they are too small.".to_owned(),
                tiers => format!("Each shows {} by itself.", tiers.join(" and ")),
            };
            format!(
                "{edition} in {files} files, {}: any {} of them are enough. {shown}",
                bytes(all),
                sent.needed
            )
        }
    }
}

fn tell_folder(sent: &SentFolder, path: &std::path::Path, output: &Output) {
    let ((written, size), (removed, removed_bytes)) = (sent.written, sent.removed);
    output.result(
        &format!(
            "Edition {} ({}) in {}: {written} files written ({}), {} there already, {removed} removed \
             ({}).",
            sent.number,
            bytes(sent.edition_bytes),
            path.display(),
            bytes(size),
            sent.kept,
            bytes(removed_bytes),
        ),
        &json!({
            "event": "sent",
            "edition": sent.number,
            "edition_bytes": sent.edition_bytes,
            "folder": path,
            "written": written,
            "written_bytes": size,
            "kept": sent.kept,
            "removed": removed,
            "removed_bytes": removed_bytes,
        }),
    );
    if sent.is_unsure {
        output.problem(
            "another publisher's edition in the folder cannot be read: no file was removed, because it \
             may be of that one",
        );
    }
}

fn parse_size(text: &str) -> Result<u64, String> {
    let number = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match &text[number.len()..] {
        "" => 1.0,
        "k" | "K" | "kB" => 1e3,
        "M" | "MB" => 1e6,
        "G" | "GB" => 1e9,
        "Ki" | "KiB" => 1_024.0,
        "Mi" | "MiB" => 1_048_576.0,
        "Gi" | "GiB" => 1_073_741_824.0,
        unit => return Err(format!("«{unit}» is no unit: k, M, G, Ki, Mi, Gi")),
    };
    let size: f64 = number
        .parse()
        .map_err(|_| "a number of bytes, such as 16M".to_owned())?;
    match size > 0.0 && size * unit < 1e15 {
        true => Ok((size * unit) as u64),
        false => Err("a number of bytes above 0".to_owned()),
    }
}

fn parse_spare(text: &str) -> Result<Spare, String> {
    let wrong = || "a number of files, such as 2, or of a hundred, such as 10%".to_owned();
    match text.strip_suffix('%') {
        Some(share) => {
            let share: f64 = share.parse().map_err(|_| wrong())?;
            let is_right = (0.0..=10_000.0).contains(&share);
            is_right.then_some(Spare::PerCent(share)).ok_or_else(wrong)
        }
        None => text.parse().map(Spare::Files).map_err(|_| wrong()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_spares_are_read() {
        assert_eq!(parse_size("16M"), Ok(16_000_000));
        assert_eq!(parse_size("4.5MiB"), Ok(4_718_592));
        assert_eq!(parse_size("700"), Ok(700));
        for wrong in ["", "M", "0", "-3M", "5X", "nan", "inf"] {
            assert!(parse_size(wrong).is_err(), "{wrong}");
        }
        assert_eq!(parse_spare("2"), Ok(Spare::Files(2)));
        assert_eq!(parse_spare("25%"), Ok(Spare::PerCent(25.0)));
        for wrong in ["", "-1", "x%", "-1%", "nan%"] {
            assert!(parse_spare(wrong).is_err(), "{wrong}");
        }
    }
}
