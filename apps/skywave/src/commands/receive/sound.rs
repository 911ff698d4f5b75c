//! What was heard of a recording of sound.

use radio::{Heard, Quality};
use serde_json::{Value, json};

use crate::commands::receive::feed::Sounding;
use crate::commands::receive::signal::decibel;
use crate::output::span;

/// What is said of a file that ends before its first sample.
const CUT: &str =
    "It is the beginning of a WAV file without any sound: it was cut short. Copy it again.";

/// For people, after the line on the recording.
pub(super) fn describe(sounding: &Sounding, heard: &Heard) -> String {
    let Some(rate) = sounding.rate else {
        return match &sounding.error {
            Some(error) => format!(". It is sound that cannot be read: {error}."),
            None => format!(". {CUT}"),
        };
    };
    let sound = format!(
        ". It is {} of sound at {rate} Hz ({}{})",
        span(heard.seconds),
        sounding.format,
        match sounding.damaged {
            0 => String::new(),
            1 => ", a packet of it damaged".to_owned(),
            n => format!(", {n} packets of it damaged"),
        }
    );
    if let Some(error) = &sounding.error {
        return format!("{sound}: {error}.");
    }
    if heard.seconds == 0.0 {
        return match sounding.format.as_str() {
            "WAV" => format!(". {CUT}"),
            _ => ". No sound came.".to_owned(),
        };
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
             nor squeezed to a voice message? At least half a minute is needed."
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
pub(super) fn report(sounding: &Sounding, heard: &Heard) -> Value {
    let quality = heard.quality.as_ref();
    json!({
        "format": Some(&sounding.format).filter(|format| !format.is_empty()),
        "rate": sounding.rate,
        "channels": sounding.channels,
        "damaged": sounding.damaged,
        "error": sounding.error,
        "mode": heard.mode.map(|mode| mode.name),
        "frames": heard.frames.0,
        "good_frames": heard.frames.1,
        "snr_db_3khz": quality.map(|quality| quality.snr_db),
        "offset_hz": quality.map(|quality| quality.offset_hz),
        "clock_ppm": quality.map(|quality| quality.clock_ppm),
        "doppler_hz": quality.map(|quality| quality.doppler_hz),
        "peak_db": decibel(heard.peak),
    })
}
