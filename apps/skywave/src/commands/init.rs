//! `skywave init`: a station.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;
use station::{InitTerms, Station};

use crate::error::{Error, Status};
use crate::output::Output;
use crate::passphrase::PassphraseOptions;
use crate::time;

/// Arguments of `init`.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The directory to make it in.
    dir: PathBuf,
    /// The publisher's name, as readers will see it.
    #[arg(long)]
    name: String,
    /// Store the keys unencrypted.
    #[arg(long)]
    no_passphrase: bool,
    #[command(flatten)]
    passphrase: PassphraseOptions,
}

pub(crate) fn run(arguments: Arguments, output: &Output) -> Result<Status, Error> {
    if edition::clean_line(&arguments.name, 200).is_empty() {
        return Err(Error::Argument("--name: a publisher has a name".to_owned()));
    }
    let terms = InitTerms {
        name: arguments.name,
        passphrase: arguments.passphrase.for_new_keys(arguments.no_passphrase)?,
        now: time::now(),
    };
    let (station, root) = Station::init(&arguments.dir, &terms)?;
    let dir = station.dir().display();
    let words = edition::publisher_words(&station.publisher().key).join(" ");
    let paper = edition::paper_words(&root)?;
    output.result(
        &format!("The station of «{}» is in {dir}.", station.publisher().name),
        &json!({
            "event": "station",
            "dir": station.dir(),
            "name": station.publisher().name,
            "key": station.publisher().key.to_string(),
            "words": words,
        }),
    );
    output.line(&format!(
        "
Readers know you by these eight words. Print them, read them out, show them on the screen:

    {words}

They are also in {dir}/station.pub, which is public: hand it out.

Your root key is {dir}/root.key. Whoever has it is you. Move it to a stick that is kept outside
of the office; certificates for the first 1,000 editions are made, and `skywave certify` makes more.
Write these words on paper, by hand, twice, and keep them apart. They are the root key:
"
    ));
    for (line, words) in paper.split(' ').collect::<Vec<_>>().chunks(6).enumerate() {
        output.line(&format!("  {:>2}. {}", line * 6 + 1, words.join(" ")));
    }
    output.line(&format!(
        "
Next: skywave publish -s {dir} https://your.example/feed"
    ));
    Ok(Status::Done)
}
