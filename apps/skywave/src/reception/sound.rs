//! What was heard of a recording of sound.

use radio::wav::WavError;
use radio::{Heard, Quality};
use serde_json::{Value, json};
use sound::CONVERT;

use crate::output::span;
use crate::reception::feed::Sounding;
use crate::reception::signal::decibel;

/// What is said of a file that ends before its first sample.
const CUT: &str =
    "It is the beginning of a WAV file without any sound: it was cut short. Copy it again.";

/// The share of a recording below which it is said how much of it a transmission takes.
const PART: f64 = 0.8;
/// As what a WAV is told.
pub(super) const WAV: &str = "WAV";

/// For people, of what cannot be read at all: what it is, and what to do; none if it can be.
pub(super) fn unreadable(sounding: &Sounding, heard: &Heard) -> Option<String> {
    let error = sounding.error.as_ref().filter(|_| heard.seconds == 0.0)?;
    let mut letters = error.chars();
    let first = letters.next()?.to_uppercase();
    Some(format!("{first}{}.", letters.as_str()))
}

/// For people, of what was read, after the line on the recording. A transmission was heard for so
/// many seconds of it.
pub(super) fn describe(sounding: &Sounding, heard: &Heard, on_air: f64) -> String {
    let rate = match sounding.rate {
        Some(rate) if heard.seconds > 0.0 => rate,
        Some(_) if sounding.format != WAV => return ". No sound came.".to_owned(),
        _ => return format!(". {CUT}"),
    };
    let sound = format!(
        ". It is {} of sound ({}, {rate} Hz{})",
        span(heard.seconds),
        sounding.format,
        match sounding.damaged {
            0 => String::new(),
            1 => ", a packet of it damaged".to_owned(),
            n => format!(", {n} packets of it damaged"),
        }
    );
    let (frames, good) = heard.frames;
    let quality = heard.quality.map(tell).unwrap_or_default();
    let part = match on_air < heard.seconds * PART {
        true => format!(" for {} of it", span(on_air)),
        false => String::new(),
    };
    let transmission = match (heard.mode, good) {
        (Some(mode), 1..) => format!(
            ". Mode {} is heard{part}{quality}: {good} of {frames} frames are good.",
            mode.name
        ),
        (Some(mode), 0) => format!(
            ". Mode {} seems to be in it{quality}, and none of its {frames} frames can be read: \
             record it where it is heard better, and for longer.",
            mode.name
        ),
        (None, _) => {
            ", and no transmission of Skywave is heard in it. Was it the right frequency and time, and \
             tuned as for speech? What suppresses noise, as some microphones and voice messages do, \
             takes it out; half a minute of it is needed at least."
                .to_owned()
        }
    };
    match &sounding.error {
        Some(error) => format!("{sound}{transmission} It is read no further: {error}."),
        None => format!("{sound}{transmission}"),
    }
}

fn tell(quality: Quality) -> String {
    let Quality {
        snr_db, offset_hz, ..
    } = quality;
    format!(", {snr_db:.1} dB over the noise in 3 kHz, {offset_hz:+.1} Hz off")
}

/// Why a WAV cannot be read, and what to do, as it is said of other files.
pub(super) fn tell_wav(error: WavError) -> String {
    let (what, can) = match error {
        WavError::Format { tag, bits } => {
            let (what, can) = written(tag, bits);
            (
                format!("it is WAV with {what} in it, which is not decoded here"),
                can,
            )
        }
        WavError::Rate { .. } => (error.to_string(), true),
        _ => {
            return format!(
                "{error}: it was damaged, or written badly; copy it again, or convert it with \
                 `{CONVERT}`, if that can read it"
            );
        }
    };
    let doubt = if can { "" } else { ", if that can read it" };
    format!("{what}: convert it with `{CONVERT}`{doubt}")
}

/// How samples of a format of so many bits are written, by Microsoft's numbers (`mmreg.h`), and
/// whether ffmpeg is known to read them.
fn written(tag: u16, bits: u16) -> (String, bool) {
    let name = match tag {
        0x01 => return (format!("samples of {bits} bits"), true),
        0x02 => "Microsoft's ADPCM",
        0x03 => return (format!("float samples of {bits} bits"), true),
        0x06 => "A-law",
        0x07 => "µ-law",
        0x11 => "IMA ADPCM",
        0x31 => "GSM",
        0x50 => "MPEG layer II",
        0x55 => "MP3",
        0xFF | 0x1610 => "AAC",
        0x160..=0x162 => "WMA",
        _ => return (format!("sound of format {tag:#06x}"), false),
    };
    (name.to_owned(), true)
}

/// For scripts.
pub(super) fn report(sounding: &Sounding, heard: &Heard, on_air: f64) -> Value {
    let quality = heard.quality.as_ref();
    json!({
        "format": Some(&sounding.format).filter(|format| !format.is_empty()),
        "rate": sounding.rate,
        "channels": sounding.channels,
        "damaged": sounding.damaged,
        "error": sounding.error,
        "mode": heard.mode.map(|mode| mode.name),
        "on_air_seconds": on_air,
        "frames": heard.frames.0,
        "good_frames": heard.frames.1,
        "snr_db_3khz": quality.map(|quality| quality.snr_db),
        "offset_hz": quality.map(|quality| quality.offset_hz),
        "clock_ppm": quality.map(|quality| quality.clock_ppm),
        "doppler_hz": quality.map(|quality| quality.doppler_hz),
        "peak_db": decibel(heard.peak),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_wav_cannot_be_read_for_says_what_to_do() {
        for (tag, bits, what) in [
            (6, 8, "WAV with A-law in it"),
            (7, 8, "µ-law"),
            (2, 4, "Microsoft's ADPCM"),
            (0x11, 4, "IMA ADPCM"),
            (3, 64, "float samples of 64 bits"),
            (0x1234, 8, "sound of format 0x1234"),
        ] {
            let told = tell_wav(WavError::Format { tag, bits });
            assert!(told.contains(what) && told.contains(CONVERT), "{told}");
        }
        let told = tell_wav(WavError::Rate { rate: 384_000 });
        assert!(
            told.contains("384000 Hz") && told.contains(CONVERT),
            "{told}"
        );
    }

    #[test]
    fn what_ends_early_says_what_was_heard_before() {
        let sounding = Sounding {
            format: "MP3".to_owned(),
            rate: Some(44_100),
            channels: None,
            damaged: 2,
            error: Some("its sound cannot be read".to_owned()),
        };
        let mut heard = Heard::default();
        assert_eq!(
            unreadable(&sounding, &heard).unwrap(),
            "Its sound cannot be read."
        );
        heard.seconds = 600.0;
        assert_eq!(unreadable(&sounding, &heard), None);
        let told = describe(&sounding, &heard, 60.0);
        for part in [
            "10 min of sound (MP3, 44100 Hz, 2 packets of it damaged), and no transmission",
            "It is read no further: its sound cannot be read.",
        ] {
            assert!(told.contains(part), "{told}");
        }
        heard.frames = (9, 7);
        heard.mode = Some(&radio::MODES[1]);
        let told = describe(&sounding, &heard, 60.0);
        assert!(
            told.contains("is heard for 60 s of it: 7 of 9 frames are good. It is"),
            "{told}"
        );
    }
}
