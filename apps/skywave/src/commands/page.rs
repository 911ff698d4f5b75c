//! `skywave page`: the reader page, one file.

use std::path::PathBuf;

use clap::Args;
use page::pack::{Font, Page, languages};
use serde_json::json;

use crate::error::{Error, Status};
use crate::output::{Output, bytes};

/// Arguments of `page`.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Where to write it; the name is what people see on their devices, so let it be a neutral one.
    #[arg(short, long, value_name = "FILE.html")]
    output: PathBuf,
    /// Whom the page believes from the start: a station.pub file, or 64 hexadecimal digits. Can be
    /// repeated. Without it the page asks its reader to compare the publisher's words.
    #[arg(long, value_name = "KEY", num_args = 1..)]
    trust: Vec<String>,
    /// Languages of the interface, and of the dictionaries that texts are packed with; the first one
    /// for readers whose browser asks for none of them. "all" for all that there are.
    #[arg(long, value_name = "LANGUAGE", num_args = 1.., value_delimiter = ',', default_values = ["en", "fa"])]
    lang: Vec<String>,
    /// Leave out the fonts for Arabic letters, about 56 kB.
    #[arg(long)]
    no_fonts: bool,
    /// Pack this font, too: WOFF2, WOFF, TrueType or OpenType. Its family is the file's name.
    #[arg(long, value_name = "FILE")]
    font: Vec<PathBuf>,
}

pub(crate) fn run(arguments: Arguments, output: &Output) -> Result<Status, Error> {
    let mut trust = Vec::new();
    for key in &arguments.trust {
        trust.push(station::read_publisher(key)?.key);
    }
    let mut fonts = Vec::new();
    for path in &arguments.font {
        fonts.push(Font {
            family: path
                .file_stem()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned(),
            bytes: std::fs::read(path).map_err(Error::file(path))?,
        });
    }
    let wanted = match &arguments.lang[..] {
        [all] if all == "all" => languages().into_iter().map(str::to_owned).collect(),
        some => some.to_vec(),
    };
    let page = Page {
        languages: wanted,
        with_fonts: !arguments.no_fonts,
        fonts,
        trust,
    };
    let html = page.pack()?;
    // Written aside, so that a full disk does not leave half a page under the name of a whole one.
    let aside = arguments.output.with_extension("new");
    std::fs::write(&aside, &html).map_err(Error::file(&aside))?;
    std::fs::rename(&aside, &arguments.output).map_err(Error::file(&arguments.output))?;
    let whom = match page.trust.len() {
        0 => "It believes nobody: its reader compares the words of those it hears.".to_owned(),
        _ => page
            .trust
            .iter()
            .map(|key| format!("It believes {}.", edition::publisher_words(key).join(" ")))
            .collect::<Vec<_>>()
            .join("\n"),
    };
    output.result(
        &format!(
            "{}: {}, in {}.\n{whom}\nHand it on as it is; whoever has it opens it in a browser.",
            arguments.output.display(),
            bytes(html.len() as u64),
            page.languages.join(", "),
        ),
        &json!({
            "file": arguments.output,
            "bytes": html.len(),
            "languages": page.languages,
            "trust": page.trust.iter().map(ToString::to_string).collect::<Vec<_>>(),
        }),
    );
    Ok(Status::Done)
}
