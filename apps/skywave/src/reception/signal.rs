//! How a transmission is heard, as it goes.

use std::collections::VecDeque;

use radio::Heard;
use receiver::{EditionStatus, TierStatus};
use serde_json::{Value, json};

use crate::output::span;

/// Seconds over which frames are counted.
const RECENT: f64 = 60.0;
/// Seconds between two points of them.
const POINT: f64 = 1.0;
/// Seconds without a frame that are a fade; what is longer is a pause, or a beginning, or an end.
const FADE: f64 = 60.0;
/// Seconds after which a transmission should have been found: a search, and a frame's spread.
const PATIENCE: f64 = 45.0;
/// Samples as loud as this are cut off.
const CLIPPED: f32 = 0.985;
/// Sound as quiet as this, -40 dB, loses to the noise of the device.
const QUIET: f32 = 0.01;

/// Keeps what was heard in the last minute, and for how long a transmission was. Seconds are those
/// of the sound.
#[derive(Debug)]
pub(super) struct Meter {
    /// Seconds, frames, good frames.
    history: VecDeque<(f64, u64, u64)>,
    /// Frames so far, and when the last of them came, in seconds.
    last_frame: (u64, f64),
    /// Seconds in which there were frames.
    on_air: f64,
}

impl Default for Meter {
    /// Nothing yet.
    fn default() -> Self {
        Self {
            history: VecDeque::from([(0.0, 0, 0)]),
            last_frame: (0, 0.0),
            on_air: 0.0,
        }
    }
}

impl Meter {
    /// Takes note of what has been heard by now.
    pub(super) fn note(&mut self, heard: &Heard) {
        let (frames, good) = heard.frames;
        let (before, at) = self.last_frame;
        if frames > before {
            let silent = heard.seconds - at;
            self.on_air += match heard.mode {
                // Where it begins there are as many seconds as frames.
                Some(mode) if before == 0 || silent > FADE => {
                    silent.min((frames - before) as f64 * mode.frame_seconds())
                }
                // Streams can be on air side by side: frames do not tell how many seconds there are.
                _ => silent,
            };
            self.last_frame = (frames, heard.seconds);
        }
        let is_point = |last: &(f64, u64, u64)| heard.seconds - last.0 >= POINT;
        if self.history.back().is_none_or(is_point) {
            self.history.push_back((heard.seconds, frames, good));
        }
        let is_old = |at: &(f64, u64, u64)| at.0 < heard.seconds - RECENT;
        // The newest of the old ones stays: frames are counted from there.
        while self.history.get(1).is_some_and(is_old) {
            self.history.pop_front();
        }
    }

    /// Seconds in which a transmission was heard, fades included.
    pub(super) fn on_air(&self) -> f64 {
        self.on_air
    }

    /// Bytes in a second, if so many came: of those in which a transmission was heard. Without any
    /// it is 0.
    pub(super) fn rate(&self, payload: u64) -> f64 {
        match self.on_air > 0.0 {
            true => payload as f64 / self.on_air,
            false => 0.0,
        }
    }

    /// Frames of the last minute, and good ones.
    fn recent(&self) -> (u64, u64) {
        match (self.history.front(), self.history.back()) {
            (Some(first), Some(last)) => (last.1 - first.1, last.2 - first.2),
            _ => (0, 0),
        }
    }

    /// For people, in a line.
    pub(super) fn line(&self, heard: &Heard) -> String {
        let (frames, good) = self.recent();
        let silent = heard.seconds - self.last_frame.1;
        let signal = match (heard.mode, heard.quality) {
            (Some(mode), _) if frames == 0 && silent > RECENT => {
                format!("{} was heard until {} ago", mode.name, span(silent))
            }
            (Some(mode), _) if heard.frames.1 == 0 => format!(
                "what seems to be {} cannot be read: too weak, or a mode that is not known here",
                mode.name
            ),
            (Some(mode), Some(quality)) => format!(
                "{}, {:.1} dB, {:+.1} Hz, clock {:+.0} ppm, Doppler {:.1} Hz, {good} of {frames} frames \
                 of the last minute good",
                mode.name, quality.snr_db, quality.offset_hz, quality.clock_ppm, quality.doppler_hz
            ),
            _ if heard.seconds > PATIENCE => format!(
                "no transmission of Skywave in {}: is it the right frequency and time, tuned as for \
                 speech?",
                span(heard.seconds)
            ),
            _ => format!("listening for {}", span(heard.seconds)),
        };
        format!("{signal}; {}", level(heard.peak))
    }

    /// For scripts.
    pub(super) fn report(&self, heard: &Heard, newest: Option<&EditionStatus>, rate: f64) -> Value {
        let (quality, (frames, good)) = (heard.quality.as_ref(), self.recent());
        json!({
            "event": "signal",
            "seconds": heard.seconds,
            "mode": heard.mode.map(|mode| mode.name),
            "snr_db_3khz": quality.map(|quality| quality.snr_db),
            "offset_hz": quality.map(|quality| quality.offset_hz),
            "clock_ppm": quality.map(|quality| quality.clock_ppm),
            "doppler_hz": quality.map(|quality| quality.doppler_hz),
            "frames": heard.frames.0,
            "good_frames": heard.frames.1,
            "frames_last_minute": frames,
            "good_frames_last_minute": good,
            "peak_db": decibel(heard.peak),
            "edition": newest.map(|status| status.number),
            "seconds_to_go": newest.filter(|_| rate > 0.0).map(|status| status.seconds_to_go(rate)),
        })
    }
}

/// The level of the loudest sample, and what to do about it.
fn level(peak: f32) -> String {
    match decibel(peak) {
        None => "silence: nothing comes in".to_owned(),
        Some(db) if peak >= CLIPPED => format!("level {db:.0} dB, clipped: turn it down"),
        Some(db) if peak < QUIET => format!("level {db:.0} dB, very quiet: turn it up"),
        Some(db) => format!("level {db:.0} dB"),
    }
}

/// Below full scale; none for silence.
pub(super) fn decibel(peak: f32) -> Option<f32> {
    (peak > 0.0).then(|| 20.0 * peak.log10())
}

/// What has come of an edition, and what is missing, in a line. `rate` is in bytes of packets in a
/// second.
pub(super) fn progress(newest: Option<&EditionStatus>, packets: u64, rate: f64) -> String {
    let Some(status) = newest else {
        return match packets {
            0 => "nothing has come yet".to_owned(),
            _ => format!("{packets} packets, no edition that verifies yet"),
        };
    };
    let tier = |tier: &TierStatus| match (tier.is_complete(), tier.index_here) {
        (true, _) => format!("{} complete", tier.tier.name()),
        (false, true) => format!("{} {} of {}", tier.tier.name(), tier.complete, tier.objects),
        (false, false) => format!("{} to come", tier.tier.name()),
    };
    let tiers: Vec<String> = status.tiers.iter().map(tier).collect();
    let to_go = match status.is_complete() {
        false if rate > 0.0 => {
            let seconds = status.seconds_to_go(rate).max(1.0);
            format!("; about {} to go", span(seconds))
        }
        _ => String::new(),
    };
    format!("edition {}: {}{to_go}", status.number, tiers.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(seconds: f64, frames: u64, good: u64, peak: f32) -> Heard {
        let quality = radio::Quality {
            snr_db: 7.25,
            offset_hz: -3.1,
            clock_ppm: 12.4,
            doppler_hz: 0.8,
        };
        Heard {
            seconds,
            mode: (frames > 0).then_some(&radio::MODES[1]),
            frames: (frames, good),
            quality: (frames > 0).then_some(quality),
            peak,
            ..Heard::default()
        }
    }

    #[test]
    fn frames_are_those_of_the_last_minute() {
        let mut meter = Meter::default();
        for second in 0..200 {
            // A frame every 4 s; the first 100 s all of them are good, then half.
            let good = (second.min(100) / 4) + (second.max(100) - 100) / 8;
            meter.note(&heard(second as f64, second / 4, good, 0.1));
        }
        let line = meter.line(&heard(199.0, 49, 37, 0.1));
        assert!(
            line.contains("shortwave, 7.2 dB, -3.1 Hz, clock +12 ppm, Doppler 0.8 Hz"),
            "{line}"
        );
        assert!(
            line.contains("7 of 15 frames") || line.contains("8 of 15 frames"),
            "{line}"
        );
        assert!(line.ends_with("level -20 dB"), "{line}");
    }

    #[test]
    fn time_is_that_in_which_there_are_frames() {
        let mode = &radio::MODES[1];
        let second_of = |frame: u64| frame as f64 * mode.frame_seconds();
        let mut meter = Meter::default();
        // An hour's recording, a step of two seconds after the other: from the 55th minute on, with a
        // fade of 40 s; and once more, of two streams side by side.
        for streams in [1, 2] {
            let mut meter = Meter::default();
            for step in 0..1_800 {
                let seconds = f64::from(step) * 2.0;
                let since = (seconds - 3_300.0).max(0.0);
                let fade = (since - 100.0).clamp(0.0, 40.0);
                let frames = ((since - fade) / mode.frame_seconds()) as u64 * streams;
                meter.note(&heard(seconds, frames, frames, 0.1));
            }
            assert!((meter.on_air() - 298.0).abs() < 8.0, "{}", meter.on_air());
            assert!((meter.rate(30_000) - 100.0).abs() < 4.0);
        }
        // A pause counts as little as what comes before it begins.
        meter.note(&heard(500.0, 0, 0, 0.1));
        assert_eq!(meter.rate(1_000), 0.0);
        meter.note(&heard(600.0, 3, 3, 0.1));
        meter.note(&heard(900.0, 5, 5, 0.1));
        assert!((meter.on_air() - second_of(5)).abs() < 0.01);
    }

    #[test]
    fn what_is_wrong_is_said() {
        let line = |all: &[(f64, u64, u64, f32)]| {
            let mut meter = Meter::default();
            let mut last = Heard::default();
            for (seconds, frames, good, peak) in all {
                last = heard(*seconds, *frames, *good, *peak);
                meter.note(&last);
            }
            meter.line(&last)
        };
        for (all, said) in [
            (&[(10.0, 0, 0, 0.3)][..], "listening for 10 s; level -10 dB"),
            (&[(80.0, 0, 0, 0.3)], "no transmission of Skywave in 80 s"),
            (&[(80.0, 0, 0, 1.0)], "clipped: turn it down"),
            (&[(80.0, 0, 0, 0.001)], "level -60 dB, very quiet"),
            (&[(80.0, 0, 0, 0.0)], "nothing comes in"),
            (
                &[(0.0, 0, 0, 0.3), (80.0, 5, 0, 0.3)],
                "what seems to be shortwave cannot be read",
            ),
            (
                &[
                    (0.0, 0, 0, 0.3),
                    (40.0, 5, 5, 0.3),
                    (130.0, 5, 5, 0.3),
                    (140.0, 5, 5, 0.3),
                ],
                "shortwave was heard until 2 min ago",
            ),
        ] {
            let line = line(all);
            assert!(line.contains(said), "{line}");
        }
    }
}
