//! `where`: how to find the publisher now, and if this carrier fails.

use crate::cbor::{Fields, Reader, Writer};
use crate::error::Error;
use crate::limits::LEAD_BYTES;
use crate::strings::{line, prose};

/// One way to receive the publisher.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The way.
    pub way: Way,
    /// From when on, in seconds since 1970-01-01T00:00Z; absent: now.
    pub valid_from: Option<u64>,
    /// Until when, likewise; absent: no end is known.
    pub valid_to: Option<u64>,
    /// Anything else that a person should know.
    pub note: Option<String>,
}

/// A way to receive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// A television channel on a satellite.
    Satellite {
        /// The satellite's name.
        satellite: String,
        /// Its position, in tenths of a degree east of Greenwich, 0 to 3,599.
        tenths_east: u64,
        /// Frequency, in kHz.
        khz: u64,
        /// Polarisation.
        polarisation: Polarisation,
        /// Symbol rate, in symbols a second.
        symbol_rate: u64,
        /// The service's name as the receiver lists it.
        service: String,
    },
    /// A radio transmission.
    Radio {
        /// Frequency, in kHz.
        khz: u64,
        /// Begin, in minutes after midnight UTC.
        from_minute: u64,
        /// End, in minutes after midnight UTC; less than the begin where it passes midnight.
        to_minute: u64,
        /// Days of the week as a bit mask: bit 0 is Monday.
        days: u64,
        /// Modulation and waveform as a listener must set them, such as "AM, shortwave".
        mode: String,
    },
    /// Anything else, in words.
    Other {
        /// The words.
        text: String,
    },
}

/// Polarisation of a satellite's signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Polarisation {
    /// Horizontal.
    Horizontal,
    /// Vertical.
    Vertical,
    /// Left-hand circular.
    Left,
    /// Right-hand circular.
    Right,
}

const SATELLITE: u64 = 0;
const RADIO: u64 = 1;
const OTHER: u64 = 2;

impl Place {
    pub(crate) fn write(&self, w: &mut Writer) {
        w.map(
            Fields::default()
                .with(1, |w| self.way.write(w))
                .with_some(2, self.valid_from, Writer::uint)
                .with_some(3, self.valid_to, Writer::uint)
                .with_some(4, self.note.as_deref(), Writer::text),
        );
    }

    pub(crate) fn read(r: &mut Reader<'_>) -> Result<Self, Error> {
        let mut map = r.map()?;
        let way = map.required(1, Way::read)?;
        let valid_from = map.optional(2, Reader::seconds)?;
        let valid_to = map.optional(3, Reader::seconds)?;
        let note = map.optional(4, |r| prose(r, "note", LEAD_BYTES))?;
        map.finish_closed()?;
        Ok(Self {
            way,
            valid_from,
            valid_to,
            note,
        })
    }
}

impl Way {
    fn write(&self, w: &mut Writer) {
        match self {
            Self::Satellite {
                satellite,
                tenths_east,
                khz,
                polarisation,
                symbol_rate,
                service,
            } => {
                w.array(7);
                w.uint(SATELLITE);
                w.text(satellite);
                w.uint(*tenths_east);
                w.uint(*khz);
                w.uint(*polarisation as u64);
                w.uint(*symbol_rate);
                w.text(service);
            }
            Self::Radio {
                khz,
                from_minute,
                to_minute,
                days,
                mode,
            } => {
                w.array(6);
                w.uint(RADIO);
                w.uint(*khz);
                w.uint(*from_minute);
                w.uint(*to_minute);
                w.uint(*days);
                w.text(mode);
            }
            Self::Other { text } => {
                w.array(2);
                w.uint(OTHER);
                w.text(text);
            }
        }
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, Error> {
        let len = r.array("items of a place", 16)?;
        let kind = r.uint()?;
        match (kind, len) {
            (SATELLITE, 7) => Ok(Self::Satellite {
                satellite: line(r, "satellite")?,
                tenths_east: r.uint_to("tenths of a degree", 3_599)?,
                khz: r.uint()?,
                polarisation: match r.uint()? {
                    0 => Polarisation::Horizontal,
                    1 => Polarisation::Vertical,
                    2 => Polarisation::Left,
                    3 => Polarisation::Right,
                    _ => return Err(r.invalid("no such polarisation")),
                },
                symbol_rate: r.uint()?,
                service: line(r, "service name")?,
            }),
            (RADIO, 6) => Ok(Self::Radio {
                khz: r.uint()?,
                from_minute: r.uint_to("minute of the day", 1_440)?,
                to_minute: r.uint_to("minute of the day", 1_440)?,
                days: r.uint_to("days of the week", 127)?,
                mode: line(r, "mode")?,
            }),
            (OTHER, 2) => Ok(Self::Other {
                text: prose(r, "place", LEAD_BYTES)?,
            }),
            _ => Err(r.invalid("no such place")),
        }
    }
}
