//! An FDT Instance in packets: TOI 0 of a session (RFC 6726 §3.3), each with all that is needed to read
//! it. Compact No-Code FEC (RFC 5445 §3), which every FLUTE receiver has.

use crate::datagram::EXT_FDT;
use crate::lct::Header;
use crate::{MAX_FDT_BYTES, Ntp, UdpError};

/// FEC Encoding ID 0, Compact No-Code (RFC 5445 §3.1).
const NO_CODE: u8 = 0;
/// FLUTE's version in EXT_FDT (RFC 6726 §3.4.1).
const FLUTE_VERSION: u8 = 2;
/// FDT Instance IDs have 20 bits.
const INSTANCE_MASK: u32 = 0xF_FFFF;
/// HET of EXT_FTI (RFC 5775 §2.5) and its words.
const EXT_FTI: (u8, u8) = (64, 4);
/// HET of EXT_CENC and GZIP's number (RFC 6726 §3.4.3).
const EXT_CENC: u8 = 193;
const GZIP: u8 = 3;
/// HET of EXT_TIME, its words, and Use: SCT-High and SCT-Low (RFC 5651 §5.2.2).
const EXT_TIME: (u8, u8) = (2, 3);
const SENDER_TIME: [u8; 2] = [0xC0, 0];

/// Bytes of the FDT in a packet, but for the last.
pub const FDT_SYMBOL_BYTES: usize = 1_200;

/// The packets of an FDT Instance, over and over.
#[derive(Debug, Clone)]
pub struct FdtPackets {
    tsi: u32,
    instance: u32,
    is_gzip: bool,
    document: Vec<u8>,
    next: usize,
}

impl FdtPackets {
    /// Of an instance of the session `tsi`: `document` is its XML, or that in gzip's form. No other
    /// instance that has not expired may have its number, of which the low 20 bits are sent.
    ///
    /// # Errors
    ///
    /// [`UdpError::FdtLength`] if it is empty or over [`MAX_FDT_BYTES`].
    pub fn new(
        tsi: u32,
        instance: u32,
        document: Vec<u8>,
        is_gzip: bool,
    ) -> Result<Self, UdpError> {
        match document.len() {
            bytes if bytes == 0 || bytes > MAX_FDT_BYTES => Err(UdpError::FdtLength {
                bytes,
                max: MAX_FDT_BYTES,
            }),
            _ => Ok(Self {
                tsi,
                instance: instance & INSTANCE_MASK,
                is_gzip,
                document,
                next: 0,
            }),
        }
    }

    /// How many packets it is.
    #[must_use]
    pub fn count(&self) -> usize {
        self.document.len().div_ceil(FDT_SYMBOL_BYTES)
    }

    /// Appends the next packet to `out`; after the last comes the first. `now` is the sender's time,
    /// which receivers compare with the instance's end in place of their own.
    pub fn write_next(&mut self, now: Ntp, out: &mut Vec<u8>) {
        let esi = self.next;
        self.next = (esi + 1) % self.count();
        let start = esi * FDT_SYMBOL_BYTES;
        let end = self.document.len().min(start + FDT_SYMBOL_BYTES);
        let header = Header {
            tsi: self.tsi,
            toi: &[0; 4],
            codepoint: NO_CODE,
            closes_session: false,
            extensions: &self.extensions(now),
        };
        header.write(out);
        // FEC Payload ID: SBN, ESI, 16 bits each (RFC 5445 §3.2.1).
        out.extend_from_slice(&[0, 0]);
        out.extend_from_slice(&(esi as u16).to_be_bytes());
        out.extend_from_slice(self.document.get(start..end).unwrap_or_default());
    }

    fn extensions(&self, now: Ntp) -> Vec<u8> {
        let mut out = Vec::with_capacity(36);
        let [_, high, middle, low] = self.instance.to_be_bytes();
        out.extend_from_slice(&[EXT_FDT, FLUTE_VERSION << 4 | high, middle, low]);
        if self.is_gzip {
            out.extend_from_slice(&[EXT_CENC, GZIP, 0, 0]);
        }
        // Transfer Length of 48 bits, 16 reserved, encoding symbol length, maximum source block
        // length (RFC 5445 §3.2.2, §3.2.3): all of it is one block.
        let [_, _, length @ ..] = (self.document.len() as u64).to_be_bytes();
        out.extend_from_slice(&[EXT_FTI.0, EXT_FTI.1]);
        out.extend_from_slice(&length);
        out.extend_from_slice(&[0, 0]);
        out.extend_from_slice(&(FDT_SYMBOL_BYTES as u16).to_be_bytes());
        out.extend_from_slice(&(self.count() as u32).to_be_bytes());
        out.extend_from_slice(&[EXT_TIME.0, EXT_TIME.1]);
        out.extend_from_slice(&SENDER_TIME);
        out.extend_from_slice(&now.seconds().to_be_bytes());
        out.extend_from_slice(&now.fraction().to_be_bytes());
        out
    }
}
