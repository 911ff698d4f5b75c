//! Sound, files of it by other programs, and how alike two decodes are.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    dead_code,
    reason = "a test: it makes and reads files, and says what is skipped; not every test needs all of it"
)]

pub(crate) mod hostile;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use sound::{Reader, open};
use tempfile::TempDir;

/// Whether a program is installed; says so loudly if it is not, and fails where
/// `SKYWAVE_REQUIRE_TOOLS` is 1.
pub(crate) fn has(program: &str) -> bool {
    let is_here = Command::new(program)
        .arg("-version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok();
    let is_required = std::env::var("SKYWAVE_REQUIRE_TOOLS").as_deref() == Ok("1");
    assert!(is_here || !is_required, "{program} is required and missing");
    if !is_here {
        eprintln!("SKIPPED: {program} is not installed");
    }
    is_here
}

pub(crate) fn run(program: &str, words: &[&str]) -> Vec<u8> {
    let done = Command::new(program).args(words).output().unwrap();
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{program} {words:?}: {said}");
    done.stdout
}

/// Samples like those of a radio: noise of 300 to 2,700 Hz, of which every second differs.
pub(crate) fn signal(rate: u32, seconds: f64) -> Vec<f32> {
    let mut random = 1u64;
    let mut next = move || {
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (random >> 33) as f32 / (1u64 << 31) as f32
    };
    let tones: Vec<(f32, f32)> = (0..60)
        .map(|n| {
            (
                300.0 + 40.0 * n as f32 + 20.0 * next(),
                std::f32::consts::TAU * next(),
            )
        })
        .collect();
    let count = (f64::from(rate) * seconds) as usize;
    (0..count)
        .map(|n| {
            let t = n as f32 / rate as f32;
            let sum: f32 = tones
                .iter()
                .map(|(hz, phase)| (std::f32::consts::TAU * hz * t + phase).sin())
                .sum();
            sum * 0.03
        })
        .collect()
}

/// A folder with a WAV of `seconds` of that in it.
pub(crate) fn wav(rate: u32, channels: u16, seconds: f64) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("in.wav");
    let samples = signal(rate, seconds);
    let data = (samples.len() * 2 * usize::from(channels)) as u32;
    let mut wav = Vec::new();
    wav.extend_from_slice(b"RIFF");
    wav.extend_from_slice(&(36 + data).to_le_bytes());
    wav.extend_from_slice(b"WAVEfmt \x10\0\0\0\x01\0");
    wav.extend_from_slice(&channels.to_le_bytes());
    wav.extend_from_slice(&rate.to_le_bytes());
    wav.extend_from_slice(&(rate * 2 * u32::from(channels)).to_le_bytes());
    wav.extend_from_slice(&(2 * channels).to_le_bytes());
    wav.extend_from_slice(b"\x10\0data");
    wav.extend_from_slice(&data.to_le_bytes());
    for sample in samples {
        for channel in 0..channels {
            // The second channel is quieter: a mixdown of one of them is told from that of both.
            let scale = if channel == 0 { 32_767.0 } else { 16_384.0 };
            wav.extend_from_slice(&((sample * scale) as i16).to_le_bytes());
        }
    }
    std::fs::write(&path, wav).unwrap();
    (folder, path)
}

/// Makes a file with ffmpeg.
pub(crate) fn ffmpeg(from: &Path, to: &Path, words: &[&str]) {
    let mut all = vec!["-v", "error", "-y", "-i", from.to_str().unwrap()];
    all.extend(words);
    all.push(to.to_str().unwrap());
    run("ffmpeg", &all);
}

/// AMR of the signal, at each of the modes in turn: the bytes of a file.
pub(crate) fn amr(is_wide: bool, seconds: f64) -> Vec<u8> {
    use codec_core::codecs::amr::{nb, wb};
    let (rate, modes) = if is_wide { (16_000, 9) } else { (8_000, 8) };
    let samples: Vec<i16> = signal(rate, seconds)
        .iter()
        .map(|sample| (sample * 32_767.0) as i16)
        .collect();
    let mut narrow = nb::enc::encoder::NbEncoder::new();
    let mut wide = wb::enc::encoder::WbEncoder::new();
    let mut file = if is_wide {
        b"#!AMR-WB\n".to_vec()
    } else {
        b"#!AMR\n".to_vec()
    };
    for (n, frame) in samples.chunks_exact(rate as usize / 50).enumerate() {
        // A mode holds for half a second.
        let mode = (n / 25 % modes) as u8;
        file.push(mode << 3 | 4);
        file.extend(match is_wide {
            false => {
                let rate = nb::enc::encoder::Rate::from_index(mode).unwrap();
                narrow.encode_frame(frame.try_into().unwrap(), rate)
            }
            true => {
                let rate = wb::enc::encoder::Rate::from_index(mode).unwrap();
                wide.encode_frame(frame.try_into().unwrap(), rate)
            }
        });
    }
    file
}

/// What ffmpeg decodes of a file, at this rate, the mean of so many channels.
pub(crate) fn theirs(file: &Path, rate: u32, channels: u16) -> Vec<f32> {
    let (rate, count) = (rate.to_string(), channels.to_string());
    // Its own decoder of Opus resamples in a way of its own.
    let is_opus = file
        .extension()
        .is_some_and(|end| end == "opus" || end == "webm");
    let mut words = vec!["-v", "error"];
    words.extend(is_opus.then_some(["-c:a", "libopus"]).into_iter().flatten());
    words.extend([
        "-i",
        file.to_str().unwrap(),
        "-f",
        "f32le",
        "-ac",
        &count,
        "-ar",
        &rate,
        "-",
    ]);
    let bytes = run("ffmpeg", &words);
    let samples = bytes.chunks_exact(4);
    let samples: Vec<f32> = samples
        .map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]]))
        .collect();
    let frames = samples.chunks_exact(channels.into());
    frames
        .map(|frame| frame.iter().sum::<f32>() / f32::from(channels))
        .collect()
}

/// All samples of a recording, pulled a second at a time.
pub(crate) fn all(reader: &mut Reader<'_>) -> Vec<f32> {
    let (mut samples, wanted) = (Vec::new(), reader.rate() as usize);
    while reader.pull(wanted, &mut samples).unwrap() {}
    samples
}

pub(crate) fn ours(file: &Path) -> (String, u32, Vec<f32>, u64) {
    let mut reader = open(std::fs::File::open(file).unwrap()).unwrap();
    let samples = all(&mut reader);
    (
        reader.format().to_string(),
        reader.rate(),
        samples,
        reader.damaged(),
    )
}

/// How much stronger one decode is than its difference from another, in dB, where they are shifted
/// so that they fit best; and by how many samples.
pub(crate) fn likeness(ours: &[f32], theirs: &[f32], most: usize) -> (f64, isize) {
    let most = most as isize;
    let at = |samples: &[f32], n: isize| {
        usize::try_from(n)
            .ok()
            .and_then(|n| samples.get(n).copied())
    };
    let length = ours.len().min(theirs.len()) as isize;
    // The middle of it is enough to find the shift.
    let middle = || (length / 2 - 300).max(0)..(length / 2 + 300).min(length);
    let agreement = |lag: isize| -> f64 {
        let pairs = middle().filter_map(|n| Some((at(ours, n + lag)?, at(theirs, n)?)));
        pairs.map(|(a, b)| f64::from(a * b)).sum()
    };
    let lag = (-most..=most)
        .max_by(|a, b| agreement(*a).total_cmp(&agreement(*b)))
        .unwrap();
    // Without the edges: what stands before the first packet is each decoder's own affair.
    let edge = length / 10;
    let pairs = (edge..length - edge).filter_map(|n| Some((at(ours, n + lag)?, at(theirs, n)?)));
    let (mut power, mut difference) = (0.0, 1e-12);
    for (a, b) in pairs {
        power += f64::from(b * b);
        difference += f64::from((a - b) * (a - b));
    }
    (10.0 * (power / difference).log10(), lag)
}
