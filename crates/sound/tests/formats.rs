//! Files of ffmpeg and sox, decoded here and by ffmpeg.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a test: it makes and reads files, and says what is skipped"
)]

mod common;

use std::io::{Cursor, Error, ErrorKind, Read, Seek, SeekFrom};

use common::{all, ffmpeg, has, likeness, ours, theirs, wav};
use sound::{SoundError, open};

/// A file's name, the WAV's rate and channels, ffmpeg's words, what it is called here, and how
/// alike the decodes are at least, in dB.
type Case = (
    &'static str,
    u32,
    u16,
    &'static [&'static str],
    &'static str,
    f64,
);

/// What differs is rounding.
const CASES: [Case; 25] = [
    ("a.flac", 44_100, 2, &[], "FLAC", 90.0),
    (
        "b.flac",
        8_000,
        1,
        &["-compression_level", "12"],
        "FLAC",
        90.0,
    ),
    ("c.flac", 48_000, 1, &["-sample_fmt", "s32"], "FLAC", 90.0),
    ("a.mp3", 44_100, 2, &["-b:a", "128k"], "MP3", 80.0),
    ("b.mp3", 44_100, 1, &["-b:a", "32k"], "MP3", 80.0),
    ("c.mp3", 16_000, 1, &["-b:a", "24k"], "MP3", 80.0),
    ("d.mp3", 8_000, 1, &["-q:a", "5"], "MP3", 80.0),
    ("a.m4a", 44_100, 2, &["-b:a", "96k"], "AAC in MP4", 80.0),
    ("b.m4a", 16_000, 1, &["-b:a", "24k"], "AAC in MP4", 80.0),
    (
        "c.m4a",
        48_000,
        1,
        &["-movflags", "+faststart"],
        "AAC in MP4",
        80.0,
    ),
    (
        "d.m4a",
        44_100,
        1,
        &["-movflags", "frag_keyframe+empty_moov"],
        "AAC in MP4",
        80.0,
    ),
    ("e.m4a", 44_100, 1, &["-c:a", "alac"], "ALAC in MP4", 90.0),
    ("a.3gp", 8_000, 1, &["-c:a", "aac"], "AAC in MP4", 80.0),
    ("a.mov", 44_100, 2, &["-c:a", "aac"], "AAC in MP4", 80.0),
    ("a.aac", 44_100, 2, &["-b:a", "64k"], "AAC", 80.0),
    ("b.aac", 8_000, 1, &[], "AAC", 80.0),
    (
        "a.ogg",
        44_100,
        2,
        &["-c:a", "libvorbis"],
        "Vorbis in Ogg",
        80.0,
    ),
    (
        "b.ogg",
        8_000,
        1,
        &["-c:a", "libvorbis"],
        "Vorbis in Ogg",
        80.0,
    ),
    (
        "a.opus",
        48_000,
        1,
        &["-b:a", "16k", "-application", "voip"],
        "Opus in Ogg",
        60.0,
    ),
    ("b.opus", 48_000, 2, &["-b:a", "64k"], "Opus in Ogg", 60.0),
    (
        "c.opus",
        16_000,
        1,
        &["-b:a", "32k", "-frame_duration", "60"],
        "Opus in Ogg",
        60.0,
    ),
    (
        "a.webm",
        48_000,
        1,
        &["-c:a", "libopus"],
        "Opus in Matroska",
        60.0,
    ),
    (
        "a.mka",
        44_100,
        1,
        &["-c:a", "libmp3lame"],
        "MP3 in Matroska",
        80.0,
    ),
    (
        "b.mka",
        44_100,
        1,
        &["-c:a", "flac"],
        "FLAC in Matroska",
        90.0,
    ),
    ("c.ogg", 44_100, 1, &["-c:a", "flac"], "FLAC in Ogg", 90.0),
];

#[test]
fn decodes_are_those_of_ffmpeg() {
    if !has("ffmpeg") {
        return;
    }
    for (name, rate, channels, words, called, least) in CASES {
        let (folder, wav) = wav(rate, channels, 2.0);
        let file = folder.path().join(name);
        ffmpeg(&wav, &file, words);
        let (format, rate, samples, damaged) = ours(&file);
        let (db, lag) = likeness(&samples, &theirs(&file, rate, channels), 3000);
        eprintln!(
            "{name}: {format}, {rate} Hz, {} samples, {db:.1} dB at {lag}",
            samples.len()
        );
        assert_eq!((format.as_str(), damaged), (called, 0), "{name}");
        assert!(db >= least, "{name}: {db:.1} dB");
        let seconds = samples.len() as f64 / f64::from(rate);
        assert!((1.9..2.3).contains(&seconds), "{name}: {seconds} s");
    }
}

#[test]
fn amr_is_decoded_in_all_modes() {
    if !has("ffmpeg") {
        return;
    }
    for (is_wide, name, called, rate) in [
        (false, "a.amr", "AMR", 8_000),
        (true, "b.amr", "AMR-WB", 16_000),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(name);
        std::fs::write(&file, common::amr(is_wide, 4.5)).unwrap();
        let threegp = folder.path().join("c.3gp");
        ffmpeg(&file, &threegp, &["-c", "copy"]);
        let reference = theirs(&file, rate, 1);
        for (file, called) in [
            (&file, called.to_owned()),
            (&threegp, format!("{called} in MP4")),
        ] {
            let (format, found, samples, damaged) = ours(file);
            let (db, lag) = likeness(&samples, &reference, 300);
            eprintln!("{format}, {} samples, {db:.1} dB at {lag}", samples.len());
            assert_eq!((format, found, damaged), (called, rate, 0));
            assert_eq!(samples.len(), rate as usize * 9 / 2);
            // ffmpeg calculates with floating point, the standard does not; where a mode or more
            // were wrong it would be 10 dB.
            assert!(db >= 20.0, "{db:.1} dB");
        }
    }
}

/// A pipe.
struct Pipe(Cursor<Vec<u8>>);

impl Read for Pipe {
    fn read(&mut self, bytes: &mut [u8]) -> Result<usize, Error> {
        // No more than a little at a time.
        let most = bytes.len().min(1000);
        self.0.read(&mut bytes[..most])
    }
}

impl Seek for Pipe {
    fn seek(&mut self, _: SeekFrom) -> Result<u64, Error> {
        Err(ErrorKind::Unsupported.into())
    }
}

#[test]
fn what_cannot_seek_is_read_forwards() {
    if !has("ffmpeg") {
        return;
    }
    for (name, words) in [
        ("a.mp3", &[][..]),
        ("a.flac", &[]),
        ("a.opus", &[]),
        ("a.webm", &[]),
        ("a.aac", &[]),
        ("a.m4a", &["-movflags", "+faststart"]),
    ] {
        let (folder, wav) = wav(48_000, 1, 2.0);
        let file = folder.path().join(name);
        ffmpeg(&wav, &file, words);
        let bytes = std::fs::read(&file).unwrap();
        let mut piped = open(Pipe(Cursor::new(bytes))).unwrap();
        assert_eq!(piped.length(), None);
        assert_eq!(all(&mut piped), ours(&file).2, "{name}");
    }
    // The table stands last, and more than is held at once before it.
    let (folder, wav) = wav(48_000, 1, 8.0);
    let file = folder.path().join("b.m4a");
    ffmpeg(&wav, &file, &["-b:a", "192k"]);
    let error = open(Pipe(Cursor::new(std::fs::read(&file).unwrap()))).unwrap_err();
    assert!(error.to_string().contains("give it as a file"), "{error}");
}

#[test]
fn of_he_aac_the_core_is_decoded() {
    if !has("ffmpeg") {
        return;
    }
    let (folder, wav) = wav(22_050, 1, 2.0);
    let file = folder.path().join("a.m4a");
    ffmpeg(&wav, &file, &[]);
    let low = ours(&file);
    // What an encoder of HE-AAC says: 22,050 Hz, mono, of 44,100 Hz.
    let mut bytes = std::fs::read(&file).unwrap();
    let config = [0x13, 0x88, 0x56, 0xE5, 0x00];
    let at = bytes.windows(5).position(|five| five == config).unwrap();
    bytes[at..at + 5].copy_from_slice(&[0x2B, 0x8A, 0x08, 0x00, 0x00]);
    let mut reader = open(Cursor::new(bytes)).unwrap();
    assert_eq!(reader.rate(), 22_050);
    assert_eq!(all(&mut reader), low.2);
}

#[test]
fn what_is_not_decoded_says_what_to_do() {
    if !has("ffmpeg") {
        return;
    }
    let (folder, wav) = wav(44_100, 1, 1.0);
    for (name, words, what) in [
        ("a.wma", &[][..], "WMA"),
        ("a.caf", &["-c:a", "pcm_s16le"], "CAF"),
        ("a.aiff", &[], "AIFF"),
        ("a.mka", &["-c:a", "ac3"], "A_AC3"),
        ("a.m4a", &["-c:a", "ac3"], "ac-3"),
        ("a.opus", &["-ac", "6", "-c:a", "libopus"], "more than two"),
    ] {
        let file = folder.path().join(name);
        ffmpeg(&wav, &file, words);
        let error = open(std::fs::File::open(&file).unwrap()).unwrap_err();
        assert!(
            matches!(error, SoundError::Undecodable { .. }),
            "{name}: {error}"
        );
        let error = error.to_string();
        assert!(
            error.contains(what) && error.contains("ffmpeg -i"),
            "{name}: {error}"
        );
    }
    let film = folder.path().join("film.mp4");
    ffmpeg(
        &wav,
        &film,
        &[
            "-f",
            "lavfi",
            "-i",
            "testsrc=d=1",
            "-map",
            "1:v",
            "-c:v",
            "mpeg4",
        ],
    );
    let matroska = folder.path().join("film.mkv");
    ffmpeg(&film, &matroska, &["-c", "copy"]);
    for film in [film, matroska] {
        let error = open(std::fs::File::open(&film).unwrap()).unwrap_err();
        assert!(matches!(error, SoundError::NoSound), "{error}");
    }
    assert!(matches!(
        open(Cursor::new([7; 9000])).unwrap_err(),
        SoundError::NotSound
    ));
    assert!(matches!(
        open(Cursor::new([])).unwrap_err(),
        SoundError::NotSound
    ));
}

#[test]
fn the_sound_of_a_film_is_read_and_tags_are_not() {
    if !has("ffmpeg") {
        return;
    }
    let (folder, wav) = wav(44_100, 1, 2.0);
    let film = folder.path().join("film.mp4");
    let picture = [
        "-f",
        "lavfi",
        "-i",
        "testsrc=d=2",
        "-c:v",
        "mpeg4",
        "-map",
        "1",
        "-map",
        "0",
    ];
    ffmpeg(&wav, &film, &picture);
    let (format, _, samples, _) = ours(&film);
    assert_eq!(format, "AAC in MP4");
    assert!(likeness(&samples, &theirs(&film, 44_100, 1), 3000).0 > 80.0);
    // An ID3 tag with a picture that looks like frames.
    let mp3 = folder.path().join("a.mp3");
    ffmpeg(&wav, &mp3, &["-id3v2_version", "0"]);
    let bare = std::fs::read(&mp3).unwrap();
    let picture = [&bare[..], &bare].concat()[..20_000].to_vec();
    let size = [0, 1, 0x1C, 0x20]; // 20,000 in 7 bits each.
    let tagged = [&b"ID3\x04\0\0"[..], &size, &picture, &bare].concat();
    let samples = all(&mut open(Cursor::new(tagged)).unwrap());
    assert_eq!(samples, ours(&mp3).2);
}

#[test]
fn what_is_cut_or_damaged_is_read_around_it() {
    if !has("ffmpeg") {
        return;
    }
    for (name, words) in [
        ("a.mp3", &[][..]),
        ("a.aac", &[]),
        ("a.flac", &["-frame_size", "1024"]),
        ("a.opus", &["-page_duration", "100000"]),
        ("a.ogg", &["-c:a", "libvorbis", "-page_duration", "100000"]),
        ("a.webm", &["-c:a", "libopus", "-cluster_time_limit", "200"]),
        ("a.m4a", &["-movflags", "+faststart"]),
    ] {
        let (folder, wav) = wav(48_000, 1, 4.0);
        let file = folder.path().join(name);
        ffmpeg(&wav, &file, words);
        let whole = ours(&file).2;
        let mut bytes = std::fs::read(&file).unwrap();
        // A tenth of it overwritten.
        let (from, to) = (bytes.len() / 2, bytes.len() * 6 / 10);
        for (n, byte) in bytes[from..to].iter_mut().enumerate() {
            *byte = (n * 151 / 8) as u8;
        }
        let mut reader = open(Cursor::new(bytes.clone())).unwrap();
        let samples = all(&mut reader);
        assert!(reader.damaged() > 0, "{name}");
        // At both ends it is what it was, and in between about as much time.
        let (third, end) = (whole.len() / 3, whole.len() * 3 / 4);
        assert_eq!(samples[..third], whole[..third], "{name}");
        let tail = &samples[samples.len() - (whole.len() - end)..];
        let (db, _) = likeness(tail, &whole[end..], 0);
        assert!(db > 60.0, "{name}: {db:.1} dB");
        let missing = whole.len().abs_diff(samples.len()) as f64 / 48_000.0;
        assert!(missing < 0.2, "{name}: {missing} s are missing");
        // Cut at the end.
        bytes.truncate(from - 10);
        let samples = all(&mut open(Cursor::new(bytes)).unwrap());
        assert!(samples.len() > third && samples.len() < end, "{name}");
        assert_eq!(samples[..third], whole[..third], "{name}");
    }
}

#[test]
fn what_was_joined_is_read_as_far_as_its_rate_is_the_same() {
    if !has("ffmpeg") {
        return;
    }
    for end in ["mp3", "aac", "ogg"] {
        let made = |rate, channels| {
            let (folder, wav) = wav(rate, channels, 2.0);
            let file = folder.path().join("a").with_extension(end);
            ffmpeg(&wav, &file, &[]);
            (std::fs::read(&file).unwrap(), ours(&file).2)
        };
        let (mono, samples) = made(44_100, 1);
        let (stereo, more) = made(44_100, 2);
        let (other, _) = made(48_000, 1);
        let joined = [&mono[..], &stereo].concat();
        let read = all(&mut open(Cursor::new(joined)).unwrap());
        let missing = read.len().abs_diff(samples.len() + more.len());
        assert!(missing < 4_000, "{end}: {missing} samples");
        let (db, _) = likeness(
            &read[read.len() - 40_000..],
            &more[more.len() - 40_000..],
            0,
        );
        assert!(db > 40.0, "{end}: {db:.1} dB");
        let joined = [&mono[..], &other].concat();
        let mut reader = open(Cursor::new(joined)).unwrap();
        let mut read = Vec::new();
        let error = loop {
            match reader.pull(44_100, &mut read) {
                Ok(true) => {}
                Ok(false) => panic!("{end}: no error"),
                Err(error) => break error,
            }
        };
        // The tag of the second, if it has one, is a packet that is missing.
        assert_eq!(read[..samples.len()], samples, "{end}");
        assert!(read.len() <= samples.len() + 1152, "{end}");
        assert!(
            error.to_string().contains("48000 Hz instead of 44100 Hz"),
            "{error}"
        );
    }
}

#[test]
fn where_tools_must_be_here_tests_do_not_pass_without() {
    let test = |required: &str| {
        let status = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "a_recording_that_was_not_ended_says_so"])
            .env("PATH", "/nonexistent")
            .env("SKYWAVE_REQUIRE_TOOLS", required)
            .output()
            .unwrap()
            .status;
        status.success()
    };
    assert!(test("0"));
    assert!(!test("1"));
}

#[test]
fn a_recording_that_was_not_ended_says_so() {
    if !has("ffmpeg") {
        return;
    }
    let (folder, wav) = wav(16_000, 1, 2.0);
    let file = folder.path().join("a.m4a");
    ffmpeg(&wav, &file, &[]);
    let mut bytes = std::fs::read(&file).unwrap();
    bytes.truncate(bytes.len() / 2);
    assert!(matches!(
        open(Cursor::new(bytes)).unwrap_err(),
        SoundError::NoIndex
    ));
}
