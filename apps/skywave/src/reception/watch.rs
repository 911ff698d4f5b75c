//! Tells how a transmission is heard, as it goes: on a terminal, in lines, or to scripts.

use std::time::Instant;

use indicatif::{ProgressBar, ProgressStyle};
use receiver::{Carrier, Counters, Receiver};
use station::inbox::FileStore;

use crate::output::Output;
use crate::reception::signal::{self, Meter};

/// Seconds between two looks at a terminal.
const SHOW_SECONDS: f64 = 1.0;
/// Seconds of sound between two events for scripts: of what comes live, and of files.
const EVENT_SECONDS: (f64, f64) = (10.0, 30.0);
/// Seconds of sound between two lines for people where there is no terminal.
const LINE_SECONDS: (f64, f64) = (30.0, 60.0);

/// Tells how a transmission is heard.
pub(super) struct Watch<'a> {
    output: &'a Output,
    bar: &'a ProgressBar,
    is_live: bool,
    before: Counters,
    meter: Meter,
    shown: Instant,
    /// Seconds of sound that were told of.
    told: f64,
    has_style: bool,
}

impl<'a> Watch<'a> {
    /// Of a recording that begins when so much has come.
    pub(super) fn new(
        output: &'a Output,
        bar: &'a ProgressBar,
        is_live: bool,
        before: Counters,
    ) -> Self {
        Self {
            output,
            bar,
            is_live,
            before,
            meter: Meter::default(),
            shown: Instant::now(),
            told: 0.0,
            has_style: false,
        }
    }

    /// Takes note of what has been heard by now, and tells it where it is time.
    pub(super) fn look(&mut self, receiver: &Receiver<FileStore>) {
        if receiver.carrier() != Some(Carrier::Radio) {
            // What is heard is that of the recording before.
            return;
        }
        let Some(heard) = receiver.heard().filter(|heard| heard.seconds > 0.0) else {
            return;
        };
        self.meter.note(&heard);
        let (is_shown, is_json) = (self.output.shows_bars(), self.output.is_json());
        let (live, file) = if is_json { EVENT_SECONDS } else { LINE_SECONDS };
        let every = if self.is_live { live } else { file };
        let is_time = match is_shown {
            true => self.shown.elapsed().as_secs_f64() >= SHOW_SECONDS,
            false => heard.seconds - self.told >= every,
        };
        if !is_time {
            return;
        }
        (self.shown, self.told) = (Instant::now(), heard.seconds);
        let editions = receiver.status();
        let counters = receiver.counters();
        let payload = counters.packet_bytes - self.before.packet_bytes;
        let rate = self.meter.rate(payload);
        if is_json {
            let report = self.meter.report(&heard, editions.first(), rate);
            return self.output.result("", &report);
        }
        let packets = counters.packets - self.before.packets;
        let progress = signal::progress(editions.first(), packets, rate);
        let line = self.meter.line(&heard);
        if is_shown {
            if !std::mem::replace(&mut self.has_style, true) {
                self.bar.set_style(style(self.is_live));
            }
            self.bar.set_message(format!("{line}\n{progress}"));
        } else if self.is_live {
            self.output.note(&format!("{line}; {progress}"));
        } else {
            self.output.detail(&format!("{line}; {progress}"));
        }
    }

    /// What was heard over time.
    pub(super) fn into_meter(self) -> Meter {
        self.meter
    }
}

/// Two lines for what is heard, and the bar if there is an end to it.
fn style(is_live: bool) -> ProgressStyle {
    let template = match is_live {
        true => "{msg}",
        false => "{prefix} {wide_bar} {percent} %\n{msg}",
    };
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}
