//! `skywave restore`: a lost station back.

use std::io::{IsTerminal, Read};
use std::path::PathBuf;

use clap::Args;
use serde_json::json;
use station::InitTerms;

use crate::error::{Error, Status};
use crate::output::{Output, bytes};
use crate::passphrase::PassphraseOptions;
use crate::time;

/// Arguments of `restore`.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The directory to make the station in.
    dir: PathBuf,
    /// An inbox that has received the publisher's newest edition (`skywave receive … -i INBOX`).
    #[arg(short, long, value_name = "INBOX")]
    inbox: PathBuf,
    /// The root key's file, if it still exists.
    #[arg(long, value_name = "FILE", conflicts_with = "words_file")]
    root: Option<PathBuf>,
    /// A file with the root key's 24 words; without it and --root they are read from the terminal
    /// or from stdin.
    #[arg(long, value_name = "FILE")]
    words_file: Option<PathBuf>,
    /// Store the new keys unencrypted.
    #[arg(long)]
    no_passphrase: bool,
    #[command(flatten)]
    passphrase: PassphraseOptions,
}

pub(crate) fn run(arguments: Arguments, output: &Output) -> Result<Status, Error> {
    let root = match (&arguments.root, &arguments.words_file) {
        (Some(path), _) => station::read_key(path, &mut arguments.passphrase.asker())?,
        (None, Some(path)) => {
            let words = std::fs::read_to_string(path).map_err(Error::file(path))?;
            edition::key_from_words(&words)?
        }
        (None, None) => edition::key_from_words(&ask_words()?)?,
    };
    let terms = InitTerms {
        name: String::new(),
        passphrase: arguments.passphrase.for_new_keys(arguments.no_passphrase)?,
        now: time::now(),
    };
    let (station, restored) = station::restore(&arguments.dir, &root, &arguments.inbox, terms)?;
    output.result(
        &format!(
            "The station of «{}» is back in {}, after edition {}: {} objects, {}. {}",
            restored.name,
            station.dir().display(),
            restored.number,
            restored.objects,
            bytes(restored.bytes),
            match restored.missing {
                0 => "Nothing of that edition is missing.".to_owned(),
                n => format!("{n} objects of it were not in the inbox and are left out."),
            }
        ),
        &json!({
            "event": "restored",
            "name": restored.name,
            "number": restored.number,
            "objects": restored.objects,
            "bytes": restored.bytes,
            "missing": restored.missing,
        }),
    );
    output.line(&format!(
        "The keys at the old station are replaced: its certificates are revoked from edition {} \
         on. Look through {}/station.toml before you publish.",
        restored.number + 1,
        station.dir().display()
    ));
    Ok(Status::Done)
}

fn ask_words() -> Result<String, Error> {
    if std::io::stdin().is_terminal() {
        return rpassword::prompt_password("The 24 words of the root key: ")
            .map_err(Error::Terminal);
    }
    let mut words = String::new();
    std::io::stdin()
        .take(4_096)
        .read_to_string(&mut words)
        .map_err(Error::file("stdin"))?;
    Ok(words)
}
