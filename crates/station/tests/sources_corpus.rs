//! Real pages and feeds: what is found on each of the 22 pages in nine languages.

use std::path::{Path, PathBuf};
use std::time::Instant;

mod sources_text;

use sources_text::plain;
use station::sources::{Ffmpeg, NoCache, Settings, gather};

fn corpus() -> PathBuf {
    std::env::var_os("SKYWAVE_CORPUS").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus"),
        PathBuf::from,
    )
}

fn settings() -> Settings {
    let mut settings = Settings {
        now_minutes: 29_900_000,
        full_text: false,
        ffmpeg: Ffmpeg::Never,
        ..Settings::default()
    };
    // Nothing answers here, and nothing is to be asked for.
    settings.http.connect = std::time::Duration::from_millis(1);
    settings.http.total = std::time::Duration::from_millis(2);
    settings
}

#[test]
fn the_pages() {
    let folder = corpus().join("pages");
    if !folder.is_dir() {
        eprintln!("SKIPPED: no corpus at {}", folder.display());
        return;
    }
    let mut names: Vec<_> = std::fs::read_dir(&folder)
        .unwrap()
        .flatten()
        .map(|e| e.path())
        .collect();
    names.sort();
    for path in names {
        let start = Instant::now();
        let gathered = gather(
            &[path.display().to_string()],
            &settings(),
            &mut NoCache,
            &|_| {},
        )
        .unwrap();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let Some(draft) = gathered.drafts.first() else {
            println!("{name} | NONE | {:?}", gathered.problems);
            continue;
        };
        let a = &draft.article;
        a.check().unwrap();
        println!(
            "{name} | {} | {:?} | {} | {} | {} blocks | {:?}",
            a.title,
            a.byline,
            a.minutes / 1440,
            draft.language,
            a.blocks.len(),
            start.elapsed(),
        );
        if std::env::var_os("SHOW").is_some() {
            println!(
                "LEAD {:?}\nSECTION {:?}\n{}",
                a.lead,
                a.section,
                plain(&a.blocks)
            );
        }
    }
}
