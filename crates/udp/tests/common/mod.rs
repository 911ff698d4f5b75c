//! Datagrams and captures for tests, and what is found in them.
#![allow(
    dead_code,
    clippy::unwrap_used,
    reason = "each test file uses its own part, and helpers of tests are tests"
)]

use std::fmt::Write;

use udp::{Capture, CaptureStats, Captured, Datagram};

/// Digits, in lines of 64.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in bytes {
        write!(text, "{byte:02x}").unwrap();
    }
    text
}

pub(crate) fn unhex(text: &str) -> Vec<u8> {
    let digits: Vec<u32> = text.chars().filter_map(|c| c.to_digit(16)).collect();
    digits.chunks(2).map(|d| (d[0] << 4 | d[1]) as u8).collect()
}

/// What a datagram is, in a line.
pub(crate) fn describe(datagram: &[u8]) -> String {
    match Datagram::parse(datagram) {
        Ok(Datagram::Symbol(symbol)) => format!(
            "symbol of {}, block {}, ESI {}: {}",
            hex(&symbol.object),
            symbol.sbn,
            symbol.esi,
            hex(symbol.bytes)
        ),
        Ok(Datagram::Signal(packet)) => format!("signal: {}", hex(packet)),
        Ok(Datagram::Fdt { instance }) => format!("FDT instance {instance}"),
        Ok(Datagram::Close) => "close".to_owned(),
        Ok(Datagram::Other) => "other".to_owned(),
        Err(error) => format!("error: {error}"),
    }
}

/// A datagram, with the offset of its record.
pub(crate) type At = (u64, Vec<u8>);

/// Reads a capture in pieces of so many bytes.
pub(crate) fn read(file: &[u8], chunk: usize) -> (Vec<At>, CaptureStats, Option<bool>) {
    let (mut capture, mut found) = (Capture::new(), Vec::new());
    for piece in file.chunks(chunk) {
        let mut sink = |captured: Captured<'_>| found.push((captured.at, captured.bytes.to_vec()));
        capture.push(piece, &mut sink);
    }
    (found, capture.stats(), capture.is_capture())
}

/// How a capture is written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Form {
    pub(crate) is_little: bool,
    pub(crate) is_nano: bool,
    pub(crate) link: u32,
}

pub(crate) const ETHERNET: Form = Form {
    is_little: true,
    is_nano: false,
    link: 1,
};

impl Form {
    fn number(self, number: u32) -> [u8; 4] {
        match self.is_little {
            true => number.to_le_bytes(),
            false => number.to_be_bytes(),
        }
    }

    /// The header of a file.
    pub(crate) fn header(self) -> Vec<u8> {
        let magic = if self.is_nano {
            0xA1B2_3C4D
        } else {
            0xA1B2_C3D4
        };
        let version = if self.is_little {
            0x0004_0002
        } else {
            0x0002_0004
        };
        let fields = [magic, version, 0, 0, 262_144, self.link];
        fields
            .iter()
            .flat_map(|field| self.number(*field))
            .collect()
    }

    /// A record of a frame, of which so many bytes were captured.
    pub(crate) fn record(self, frame: &[u8], captured: usize) -> Vec<u8> {
        let fields = [1_700_000_000, 999_999, captured as u32, frame.len() as u32];
        let header = fields.iter().flat_map(|field| self.number(*field));
        header.chain(frame[..captured].iter().copied()).collect()
    }

    /// What the link puts before an IP packet.
    pub(crate) fn before(self, is_v6: bool, tags: usize) -> Vec<u8> {
        let kind = if is_v6 { [0x86, 0xDD] } else { [0x08, 0x00] };
        let tag = |_| [0x81, 0x00, 0x00, 0x07];
        let tags: Vec<u8> = (0..tags).flat_map(tag).collect();
        match self.link {
            0 => vec![if is_v6 { 10 } else { 2 }, 0, 0, 0],
            1 => [&[0xAA; 12][..], &tags, &kind].concat(),
            113 => [&[0; 14][..], &kind].concat(),
            276 => [&kind[..], &[0; 18]].concat(),
            _ => Vec::new(),
        }
    }
}

/// An IP packet with a UDP datagram.
pub(crate) fn ip(payload: &[u8], is_v6: bool) -> Vec<u8> {
    let length = (payload.len() + 8) as u16;
    let mut udp = [&5_000_u16.to_be_bytes()[..], &5_001_u16.to_be_bytes()].concat();
    udp.extend_from_slice(&length.to_be_bytes());
    udp.extend_from_slice(&[0, 0]);
    udp.extend_from_slice(payload);
    let mut ip = match is_v6 {
        true => [
            &[0x60, 0, 0, 0][..],
            &length.to_be_bytes(),
            &[17, 1],
            &[9; 32],
        ]
        .concat(),
        false => {
            let total = (length + 20).to_be_bytes();
            [
                &[0x45, 0][..],
                &total,
                &[0, 1, 0x40, 0, 1, 17, 0, 0],
                &[9; 8],
            ]
            .concat()
        }
    };
    ip.extend_from_slice(&udp);
    ip
}

/// A capture of these payloads.
pub(crate) fn capture(form: Form, payloads: &[Vec<u8>], is_v6: bool) -> Vec<u8> {
    let mut file = form.header();
    for payload in payloads {
        let frame = [form.before(is_v6, 0), ip(payload, is_v6)].concat();
        file.extend(form.record(&frame, frame.len()));
    }
    file
}
