//! `skywave drafts`: what waits for a person.

use clap::Args;
use edition::{Article, Block, plain};
use serde_json::json;
use station::{Drafts, Station};

use crate::commands::StationOptions;
use crate::error::{Error, Status};
use crate::output::Output;
use crate::time;

/// Arguments of `drafts`.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    station: StationOptions,
    /// Show the text of this draft.
    #[arg(long, value_name = "DRAFT", conflicts_with = "refuse")]
    show: Option<String>,
    /// Take these drafts away, and do not ask for them again.
    #[arg(long, value_name = "DRAFT", num_args = 1..)]
    refuse: Vec<String>,
}

pub(crate) fn run(arguments: Arguments, output: &Output) -> Result<Status, Error> {
    let station = Station::open(&arguments.station.dir)?;
    let drafts = Drafts::open(&station)?;
    if let Some(id) = &arguments.show {
        let draft = drafts.load(id)?;
        let text = text(&draft.article);
        output.result(
            &format!("{}\n\n{text}", draft.article.title),
            &json!({ "event": "draft", "id": id, "title": draft.article.title, "text": text }),
        );
        return Ok(Status::Done);
    }
    for id in &arguments.refuse {
        drafts.refuse(id)?;
        output.result(
            &format!("{id} is refused."),
            &json!({ "event": "refused", "id": id }),
        );
    }
    let all = drafts.list()?;
    if all.is_empty() {
        output.note("No draft waits.");
    }
    for draft in &all {
        let what = match (draft.by_itself, draft.corrects) {
            (true, _) => "to be signed",
            (false, true) => "a correction",
            (false, false) => "new",
        };
        output.result(
            &format!(
                "{}  {}  [{}] {}  ({what}, from {})",
                draft.id,
                time::show(draft.came),
                draft.language,
                draft.title,
                draft.source
            ),
            &json!({
                "event": "draft",
                "id": draft.id,
                "title": draft.title,
                "language": draft.language,
                "key": draft.key,
                "source": draft.source,
                "came": draft.came,
                "corrects": draft.corrects,
                "by_itself": draft.by_itself,
            }),
        );
    }
    Ok(Status::Done)
}

/// What an article says, for whoever has to approve it.
fn text(article: &Article) -> String {
    let mut lines: Vec<String> = article.lead.iter().cloned().collect();
    for block in &article.blocks {
        add(block, &mut lines);
    }
    lines.join("\n\n")
}

fn add(block: &Block, lines: &mut Vec<String>) {
    let shown = |what: &str, about: &Option<String>| {
        let about = about.as_deref().unwrap_or("without a description");
        format!("[{what}: {about}]")
    };
    match block {
        Block::Paragraph(spans) | Block::Heading { spans, .. } => lines.push(plain(spans)),
        Block::List { items, .. } => items.iter().flatten().for_each(|b| add(b, lines)),
        Block::Quote {
            attribution,
            blocks,
        } => {
            blocks.iter().for_each(|block| add(block, lines));
            lines.extend(attribution.iter().map(|who| format!("({who})")));
        }
        Block::Table { rows, .. } => lines.extend(rows.iter().map(|row| {
            let cells: Vec<String> = row.iter().map(|cell| plain(cell)).collect();
            cells.join(" | ")
        })),
        Block::Preformatted(text) | Block::Unknown { text, .. } => lines.push(text.clone()),
        Block::Picture(picture) => {
            lines.push(shown("picture", &picture.alt));
            lines.extend(picture.caption.iter().cloned());
        }
        Block::Sound(sound) => {
            lines.push(shown("sound", &sound.title));
            lines.extend(sound.transcript.iter().cloned());
        }
        Block::Film(film) => {
            lines.push(shown("film", &film.alt));
            lines.extend(film.transcript.iter().cloned());
        }
        Block::File {
            name, description, ..
        } => lines.push(format!(
            "[file {name}: {}]",
            description.as_deref().unwrap_or_default()
        )),
    }
}
