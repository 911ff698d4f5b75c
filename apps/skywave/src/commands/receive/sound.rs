//! What was heard of a recording of sound.

use radio::{Heard, Quality};
use serde_json::{Value, json};

use crate::output::span;

/// What is said of a file that ends before its first sample.
const CUT: &str =
    "It is the beginning of a WAV file without any sound: it was cut short. Copy it again.";

/// For people, after the line on the recording.
pub(super) fn describe(heard: &Heard) -> String {
    let Some(format) = heard.format else {
        return match heard.error {
            Some(error) => format!(". It is sound that cannot be read: {error}."),
            None => format!(". {CUT}"),
        };
    };
    let sound = format!(
        ". It is {} of sound at {} Hz",
        span(heard.seconds),
        format.rate
    );
    if let Some(error) = heard.error {
        return format!("{sound}: {error}.");
    }
    if heard.seconds == 0.0 {
        return format!(". {CUT}");
    }
    let (frames, good) = heard.frames;
    let quality = heard.quality.map(tell).unwrap_or_default();
    match (heard.mode, good) {
        (Some(mode), 1..) => format!(
            "{sound}, mode {}{quality}: {good} of {frames} frames are good.",
            mode.name
        ),
        (Some(mode), 0) => format!(
            "{sound}. There is what seems to be a transmission (mode {}{quality}), and none of its \
             {frames} frames can be read: record it where it is heard better, and longer.",
            mode.name
        ),
        (None, _) => format!(
            "{sound}, and no transmission of Skywave is heard in it: is it the right frequency and \
             time, tuned as for speech, and neither the sound of a microphone that suppresses noise \
             nor squeezed (MP3)? At least half a minute is needed."
        ),
    }
}

fn tell(quality: Quality) -> String {
    let Quality {
        snr_db, offset_hz, ..
    } = quality;
    format!(", {snr_db:.1} dB over the noise in 3 kHz, {offset_hz:+.1} Hz off")
}

/// For scripts.
pub(super) fn report(heard: &Heard) -> Value {
    let quality = heard.quality.as_ref();
    json!({
        "rate": heard.format.map(|format| format.rate),
        "channels": heard.format.map(|format| format.channels),
        "error": heard.error.map(|error| error.to_string()),
        "mode": heard.mode.map(|mode| mode.name),
        "frames": heard.frames.0,
        "good_frames": heard.frames.1,
        "snr_db_3khz": quality.map(|quality| quality.snr_db),
        "offset_hz": quality.map(|quality| quality.offset_hz),
        "clock_ppm": quality.map(|quality| quality.clock_ppm),
        "doppler_hz": quality.map(|quality| quality.doppler_hz),
    })
}
