//! The LCT header (RFC 5651 §5.1) and its extensions (§5.2).

use crate::UdpError;

/// LCT's version (RFC 5651 §5.1).
const VERSION: u8 = 1;
/// HDR_LEN and the lengths of extensions count words of so many bytes.
pub(crate) const WORD: usize = 4;
/// Extensions from this HET on are one word long and have no length (RFC 5651 §5.2).
const FIXED_FROM: u8 = 128;

/// Flag A, in the second byte: the session closes.
const CLOSE_SESSION: u8 = 0x02;
/// Flag B, in the second byte: the object closes.
const CLOSE_OBJECT: u8 = 0x01;

/// The header of an LCT packet, and what follows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lct<'a> {
    /// TSI, of 0 to 48 bits: which session of the sender's.
    pub tsi: u64,
    /// TOI, as its 0 to 14 bytes: which object of the session's.
    pub toi: &'a [u8],
    /// CP: what sort of payload it is.
    pub codepoint: u8,
    /// A: nothing more will be sent in the session.
    pub closes_session: bool,
    /// B: nothing more will be sent of the object.
    pub closes_object: bool,
    extensions: &'a [u8],
    /// What follows the header.
    pub payload: &'a [u8],
}

/// A header extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extension<'a> {
    /// HET, its type.
    pub kind: u8,
    /// HEC, its content: what follows HET, and HEL where there is one.
    pub content: &'a [u8],
}

impl<'a> Lct<'a> {
    /// Reads a datagram's header. Its extensions are looked at, too.
    ///
    /// # Errors
    ///
    /// [`UdpError::TooShort`], [`UdpError::Version`], [`UdpError::HeaderLength`],
    /// [`UdpError::Extension`].
    pub fn parse(datagram: &'a [u8]) -> Result<Self, UdpError> {
        let bytes = datagram.len();
        let too_short = |needed| UdpError::TooShort { bytes, needed };
        let (&[first, flags, length, codepoint], _) = datagram
            .split_first_chunk::<WORD>()
            .ok_or(too_short(WORD))?;
        if first >> 4 != VERSION {
            return Err(UdpError::Version(first >> 4));
        }
        let half = usize::from(flags >> 4 & 1) * 2;
        let cci_end = WORD + WORD * (1 + usize::from(first >> 2 & 3));
        let tsi_end = cci_end + WORD * usize::from(flags >> 7) + half;
        let toi_end = tsi_end + WORD * usize::from(flags >> 5 & 3) + half;
        let given = WORD * usize::from(length);
        if given < toi_end {
            let needed = toi_end;
            return Err(UdpError::HeaderLength { given, needed });
        }
        let (header, payload) = datagram.split_at_checked(given).ok_or(too_short(given))?;
        let field = |from: usize, to: usize| header.get(from..to).unwrap_or_default();
        let tsi = field(cci_end, tsi_end).iter();
        let lct = Self {
            tsi: tsi.fold(0, |tsi, byte| tsi << 8 | u64::from(*byte)),
            toi: field(tsi_end, toi_end),
            codepoint,
            closes_session: flags & CLOSE_SESSION != 0,
            closes_object: flags & CLOSE_OBJECT != 0,
            extensions: field(toi_end, given),
            payload,
        };
        let mut rest = lct.extensions;
        while !rest.is_empty() {
            take_extension(&mut rest)?;
        }
        Ok(lct)
    }

    /// The header's extensions, in their order.
    pub fn extensions(&self) -> impl Iterator<Item = Extension<'a>> + use<'a> {
        let mut rest = self.extensions;
        std::iter::from_fn(move || take_extension(&mut rest).ok())
    }

    /// The content of the first extension of this type.
    #[must_use]
    pub fn extension(&self, kind: u8) -> Option<&'a [u8]> {
        let found = self.extensions().find(|extension| extension.kind == kind);
        found.map(|extension| extension.content)
    }
}

/// Takes an extension off `rest`, which is whole words.
fn take_extension<'a>(rest: &mut &'a [u8]) -> Result<Extension<'a>, UdpError> {
    let (&kind, after) = rest
        .split_first()
        .ok_or(UdpError::Extension { kind: 0, bytes: 0 })?;
    let (bytes, head) = match kind {
        FIXED_FROM.. => (WORD, 1),
        _ => (WORD * usize::from(after.first().copied().unwrap_or(0)), 2),
    };
    let wrong = UdpError::Extension { kind, bytes };
    let (own, others) = rest.split_at_checked(bytes).ok_or(wrong)?;
    let content = own.get(head..).ok_or(wrong)?;
    *rest = others;
    Ok(Extension { kind, content })
}

/// What a header that is written says. CCI is 0, TSI has 32 bits.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Header<'a> {
    pub(crate) tsi: u32,
    /// A TOI of 0, 4 or 8 bytes.
    pub(crate) toi: &'a [u8],
    pub(crate) codepoint: u8,
    pub(crate) closes_session: bool,
    /// The extensions, whole words.
    pub(crate) extensions: &'a [u8],
}

impl Header<'_> {
    /// Appends the header to `out`.
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        let words = 3 + (self.toi.len() + self.extensions.len()) / WORD;
        // S = 1, O = the words of the TOI, H = 0.
        let toi_words = (self.toi.len() / WORD) as u8;
        let close = if self.closes_session {
            CLOSE_SESSION
        } else {
            0
        };
        out.extend_from_slice(&[
            VERSION << 4,
            0x80 | toi_words << 5 | close,
            words as u8,
            self.codepoint,
        ]);
        out.extend_from_slice(&[0; WORD]);
        out.extend_from_slice(&self.tsi.to_be_bytes());
        out.extend_from_slice(self.toi);
        out.extend_from_slice(self.extensions);
    }
}
