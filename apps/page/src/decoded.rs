//! A recording of sound that has to be decoded. It is read from here, and not given: of some kinds
//! the list of what is where in them stands at their end.

use std::io::{Read, Seek};

use radio::wav::WavError;
use radio::{Heard, Listener};
use sound::{Reader, Remedy, SoundError};

/// Seconds of sound that are decoded at once: a phone takes a quarter of a second for that.
const STEP: u32 = 2;

/// What a step gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pulled {
    /// Some of it; there is more.
    More,
    /// The last of it, or all that can be decoded.
    Over,
    /// The recording cannot be read any more. If it can later, it goes on.
    Gone,
}

/// Why sound cannot be read, or not further: in a word for the page, which has a text for it in
/// each language, and in English, where there are names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) kind: &'static str,
    pub(crate) what: String,
    /// What decodes it elsewhere.
    remedy: Remedy,
}

impl Fault {
    fn new(kind: &'static str, what: impl Into<String>) -> Self {
        let (what, remedy) = (what.into(), Remedy::Convert);
        Self { kind, what, remedy }
    }

    fn rate(rate: u32) -> Self {
        Self::new("unknown", format!("{rate} Hz"))
    }

    /// The command that makes something that can be read of it.
    pub(crate) fn convert(&self) -> Option<&'static str> {
        let can = self.kind == "unknown" && self.remedy != Remedy::RecordOtherwise;
        can.then_some(sound::CONVERT)
    }

    /// None if it is only that the recording is gone.
    fn of(error: &SoundError) -> Option<Self> {
        match error {
            SoundError::Undecodable { what, remedy } => Some(Self {
                remedy: *remedy,
                ..Self::new("unknown", what)
            }),
            SoundError::Rate { hz } => Some(Self::rate(*hz)),
            SoundError::RateChanged { from, to, .. } => {
                Some(Self::new("unknown", format!("{from} Hz, {to} Hz")))
            }
            SoundError::NoIndex => Some(Self::new("cut", "")),
            SoundError::NoSound => Some(Self::new("silent", "")),
            SoundError::NotSound | SoundError::Damaged { .. } => Some(Self::new("damaged", "")),
            SoundError::Read(_) => None,
        }
    }
}

impl From<WavError> for Fault {
    fn from(error: WavError) -> Self {
        match error {
            WavError::Format { tag, bits } => {
                Self::new("unknown", format!("WAV, format {tag}, {bits} bits"))
            }
            WavError::Rate { rate } => Self::rate(rate),
            WavError::NotWav
            | WavError::NoFormat
            | WavError::ShortFormat { .. }
            | WavError::Channels { .. } => Self::new("damaged", ""),
        }
    }
}

/// See the module.
#[derive(Default)]
pub(crate) struct Decoded {
    open: Option<(Reader<'static>, Listener)>,
    samples: Vec<f32>,
    fault: Option<Fault>,
}

impl Decoded {
    /// The place in the file, in bytes.
    pub(crate) fn position(&self) -> u64 {
        self.open
            .as_ref()
            .map_or(0, |(reader, _)| reader.position())
    }

    /// What has been heard so far.
    pub(crate) fn heard(&self) -> Heard {
        let open = self.open.as_ref();
        open.map(|(_, listener)| listener.heard())
            .unwrap_or_default()
    }

    /// Why there is no more of it.
    pub(crate) fn fault(&self) -> Option<&Fault> {
        self.fault.as_ref()
    }

    /// Decodes the next seconds, and gives every packet found in them to `packet`; opens `source`
    /// before, if it is not open.
    pub(crate) fn pull(
        &mut self,
        source: impl Read + Seek + 'static,
        packet: &mut dyn FnMut(&[u8]),
    ) -> Pulled {
        let open = self.open.take().map_or_else(|| open(source), Ok);
        let (mut reader, mut listener) = match open {
            Ok(open) => open,
            Err(fault) => return self.ended(fault),
        };
        self.samples.clear();
        let wanted = reader.rate().saturating_mul(STEP) as usize;
        let pulled = reader.pull(wanted, &mut self.samples);
        listener.push(&self.samples, &mut |bytes, _| packet(bytes));
        self.open = Some((reader, listener));
        match pulled {
            Ok(true) => Pulled::More,
            Ok(false) => Pulled::Over,
            Err(error) => self.ended(Fault::of(&error)),
        }
    }

    fn ended(&mut self, fault: Option<Fault>) -> Pulled {
        self.fault = fault;
        match self.fault {
            Some(_) => Pulled::Over,
            None => Pulled::Gone,
        }
    }

    /// The recording ends here; packets as by [`Decoded::pull`].
    pub(crate) fn finish(&mut self, packet: &mut dyn FnMut(&[u8])) {
        if let Some((_, listener)) = &mut self.open {
            listener.finish(&mut |bytes, _| packet(bytes));
        }
    }
}

fn open(source: impl Read + Seek + 'static) -> Result<(Reader<'static>, Listener), Option<Fault>> {
    let reader = sound::open(source).map_err(|error| Fault::of(&error))?;
    let rate = reader.rate();
    let listener = Listener::new(rate).map_err(|_| Some(Fault::rate(rate)))?;
    Ok((reader, listener))
}
