//! Pictures and sounds of the sample newsroom as they go on air: upright, within their budgets,
//! and without a word of who made them where.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test that cannot go on stops here, and says what it saw or skipped"
)]

use std::path::{Path, PathBuf};

use station::sources::{AssetKind, Ffmpeg, Gathered, NoCache, Settings, gather};

/// What the sample pictures carry, and must not carry out.
const MARK: &[u8] = b"sample-metadata-must-not-travel";

fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples")
}

fn settings() -> Settings {
    Settings {
        now_minutes: 29_900_000,
        ..Settings::default()
    }
}

fn gathered(name: &str, settings: &Settings) -> Gathered {
    let path = samples().join(name).display().to_string();
    gather(&[path], settings, &mut NoCache, &|_| {}).unwrap()
}

fn holds(bytes: &[u8], what: &[u8]) -> bool {
    bytes.windows(what.len()).any(|w| w == what)
}

#[test]
fn no_metadata_travels() {
    let mut pictures = 0;
    let (mut marked, mut settings) = (0, settings());
    settings.ffmpeg = Ffmpeg::Never;
    for file in std::fs::read_dir(samples().join("pictures")).unwrap() {
        let path = file.unwrap().path();
        marked += usize::from(holds(&std::fs::read(&path).unwrap(), MARK));
        let name = path.display().to_string();
        let gathered = gather(&[name], &settings, &mut NoCache, &|_| {}).unwrap();
        for asset in gathered.drafts.iter().flat_map(|d| &d.assets) {
            let bytes = asset.bytes.to_vec().unwrap();
            for word in [
                MARK,
                b"Exif",
                b"http://ns.adobe.com",
                b"Photoshop 3.0",
                b"tEXt",
            ] {
                assert!(!holds(&bytes, word), "{}", path.display());
            }
            assert!(bytes.len() <= settings.picture.bytes, "{}", path.display());
            pictures += 1;
        }
    }
    assert!(pictures >= 10, "only {pictures} pictures came out");
    assert!(marked >= 2, "the samples have lost their marks");
}

#[test]
fn orientation_is_applied() {
    let gathered = gathered("pictures/radio-room.jpg", &settings());
    let asset = &gathered.drafts[0].assets[0];
    // Stored lying down, 1200 × 800, with orientation 6.
    assert!(
        asset.height > asset.width,
        "{} × {}",
        asset.width,
        asset.height
    );
    let bytes = asset.bytes.to_vec().unwrap();
    let picture = image::load_from_memory(&bytes).unwrap();
    let size = (u64::from(picture.width()), u64::from(picture.height()));
    assert_eq!(size, (asset.width, asset.height));
    let source = image::open(samples().join("pictures/radio-room.jpg")).unwrap();
    let upright = source.rotate90().thumbnail_exact(8, 12).to_luma8();
    let shown = picture.thumbnail_exact(8, 12).to_luma8();
    let apart: u32 = upright
        .pixels()
        .zip(shown.pixels())
        .map(|(a, b)| u32::from(a.0[0].abs_diff(b.0[0])))
        .sum();
    assert!(apart < 96 * 8, "{apart}: turned the wrong way");
}

#[test]
fn sounds_are_made_small_by_ffmpeg() {
    let runs = |name: &str| {
        let mut command = std::process::Command::new(name);
        command
            .arg("-version")
            .output()
            .is_ok_and(|o| o.status.success())
    };
    if !(runs("ffmpeg") && runs("ffprobe")) {
        let required = std::env::var("SKYWAVE_REQUIRE_TOOLS").is_ok_and(|v| v == "1");
        assert!(
            !required,
            "ffmpeg and ffprobe are required and not installed"
        );
        eprintln!("SKIPPED: ffmpeg and ffprobe are not installed");
        return;
    }
    let settings = settings();
    let (once, again) = (
        gathered("sound/bulletin.mp3", &settings),
        gathered("sound/bulletin.mp3", &settings),
    );
    let asset = &once.drafts[0].assets[0];
    let bytes = asset.bytes.to_vec().unwrap();
    assert_eq!(
        (asset.kind, &*asset.media_type),
        (AssetKind::Sound, "audio/ogg")
    );
    assert!(bytes.starts_with(b"OggS"));
    assert!((26..=30).contains(&asset.seconds), "{} s", asset.seconds);
    // At the rate of the budget, with a quarter for containers and what Opus varies.
    let most = u64::from(settings.sound.bits_per_second) / 8 * (asset.seconds + 1) * 5 / 4;
    assert!(
        asset.bytes.len() <= most.min(settings.sound.bytes),
        "{}",
        asset.bytes.len()
    );
    for word in [
        &b"title="[..],
        b"TITLE=",
        b"artist=",
        b"ARTIST=",
        b"comment=",
        MARK,
    ] {
        assert!(!holds(&bytes, word), "{}", String::from_utf8_lossy(word));
    }
    assert_eq!(bytes, again.drafts[0].assets[0].bytes.to_vec().unwrap());

    let mut never = settings;
    never.ffmpeg = Ffmpeg::Never;
    let as_it_is = gathered("sound/bulletin.mp3", &never);
    assert_eq!(as_it_is.drafts[0].assets[0].media_type, "audio/mpeg");
    assert!(
        as_it_is.problems.iter().any(|p| p.is_note()),
        "nothing said of ffmpeg"
    );
}
