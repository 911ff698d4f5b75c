//! `skywave read`: what was received, as a site.

use std::net::SocketAddr;
use std::os::unix::fs::DirBuilderExt;
use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use crate::commands::status;
use crate::error::{Error, Status};
use crate::output::Output;
use crate::site;

/// Arguments of `read`.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("where").required(true).args(["out", "serve"]))]
pub(crate) struct Arguments {
    /// The inbox.
    #[arg(short, long, value_name = "INBOX")]
    inbox: PathBuf,
    /// Write a small static site.
    #[arg(long, value_name = "SITE")]
    out: Option<PathBuf>,
    /// Serve the site at an address of this machine, such as 127.0.0.1:8000.
    #[arg(long, value_name = "ADDRESS")]
    serve: Option<SocketAddr>,
    /// Number of the edition; the newest by default.
    #[arg(short, long, value_name = "N")]
    edition: Option<u64>,
}

pub(crate) fn run(arguments: Arguments, output: &Output) -> Result<Status, Error> {
    arguments.serve.map_or(Ok(()), site::check_address)?;
    let mut receiver = status::open(&arguments.inbox)?;
    let editions = receiver.editions();
    let chosen = editions.iter().find(|(signed, _)| {
        arguments
            .edition
            .is_none_or(|number| signed.manifest().number == number)
    });
    let Some((signed, indexes)) = chosen else {
        output.result(
            "There is no such edition of a trusted publisher here.",
            &json!({ "event": "nothing" }),
        );
        return Ok(Status::Incomplete);
    };
    let signed = (*signed).clone();
    let indexes: Vec<edition::Index> = indexes.iter().map(|index| (*index).clone()).collect();
    let indexes: Vec<&edition::Index> = indexes.iter().collect();
    let mut dictionaries = edition::Dictionaries::shipped();
    let inbox = Error::file(arguments.inbox.clone());
    let news = receiver::news(receiver.store_mut(), &signed, &indexes, &mut dictionaries)
        .map_err(inbox)?;
    for error in &news.unreadable {
        output.problem(&error.to_string());
    }
    let kept = tempdir_for_serving(arguments.out.is_none())?;
    let dir = match (&arguments.out, &kept) {
        (Some(dir), _) => dir.clone(),
        (None, Some(dir)) => dir.clone(),
        (None, None) => return Err(Error::Argument("--out or --serve".to_owned())),
    };
    let written = site::write(&dir, &signed, &news, receiver.store_mut())?;
    output.result(
        &format!(
            "{} articles, {} pictures and other files: {}",
            written.articles,
            written.files,
            dir.join("index.html").display()
        ),
        &json!({
            "event": "site",
            "articles": written.articles,
            "files": written.files,
            "index": dir.join("index.html"),
        }),
    );
    if let Some(address) = arguments.serve {
        let result = site::serve(&dir, address, output);
        if kept.is_some() {
            let _ = std::fs::remove_dir_all(&dir);
        }
        result?;
    }
    let complete = receiver
        .status()
        .iter()
        .find(|s| s.number == signed.manifest().number)
        .is_some_and(receiver::EditionStatus::is_complete);
    Ok(if complete {
        Status::Done
    } else {
        Status::Incomplete
    })
}

/// A directory for a site that is only served: in memory where the system has such a place.
fn tempdir_for_serving(needed: bool) -> Result<Option<PathBuf>, Error> {
    if !needed {
        return Ok(None);
    }
    let base = std::env::var_os("XDG_RUNTIME_DIR").map_or_else(std::env::temp_dir, PathBuf::from);
    let dir = base.join(format!("site-{}", std::process::id()));
    std::fs::DirBuilder::new()
        .mode(0o700)
        .create(&dir)
        .map_err(Error::file(&dir))?;
    Ok(Some(dir))
}
