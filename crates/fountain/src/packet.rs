//! The door: what a carrier hands over becomes a packet that cannot be wrong in form.

use crate::{Error, List, Run};

/// The most bytes of a packet: seven cells of 184 bytes less what the carriers put around it.
pub const MAX_PACKET_BYTES: usize = 1276;

/// The most bytes of a head packet, kind byte included.
pub const MAX_HEAD_PACKET_BYTES: usize = 320;

pub(crate) const KIND_RUN: u8 = 0x01;
pub(crate) const KIND_HEAD: u8 = 0x02;
pub(crate) const KIND_LIST: u8 = 0x03;

/// A packet, read but for nothing but its form: nothing of it is verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packet<'a> {
    /// Symbols of an object.
    Run(Run<'a>),
    /// The bytes of a head after the kind byte; `edition` reads and verifies them.
    Head(&'a [u8]),
    /// A signed list of runs.
    List(List<'a>),
}

impl<'a> Packet<'a> {
    /// Reads a whole packet.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownKind`] for the packets of a newer sender; [`Error::EmptyPacket`],
    /// [`Error::PacketTooLong`], [`Error::PacketTooShort`], and what is wrong with a run
    /// ([`Error::RunLength`]) or a list ([`Error::ListFlags`], [`Error::EmptyCertificate`],
    /// [`Error::ListEntries`]).
    pub fn parse(packet: &'a [u8]) -> Result<Self, Error> {
        let bytes = packet.len();
        if bytes > MAX_PACKET_BYTES {
            let max = MAX_PACKET_BYTES;
            return Err(Error::PacketTooLong { bytes, max });
        }
        let (&kind, rest) = packet.split_first().ok_or(Error::EmptyPacket)?;
        match kind {
            KIND_RUN => Run::parse(packet).map(Packet::Run),
            KIND_HEAD if bytes > MAX_HEAD_PACKET_BYTES => {
                let max = MAX_HEAD_PACKET_BYTES;
                Err(Error::PacketTooLong { bytes, max })
            }
            KIND_HEAD if rest.is_empty() => Err(Error::PacketTooShort { bytes, needed: 2 }),
            KIND_HEAD => Ok(Packet::Head(rest)),
            KIND_LIST => List::parse(packet).map(Packet::List),
            other => Err(Error::UnknownKind(other)),
        }
    }
}

/// Appends the packet that carries the bytes of a head to `out`.
///
/// # Errors
///
/// [`Error::PacketTooLong`] over 319 bytes, [`Error::PacketTooShort`] for none; `out` is then as
/// it was.
pub fn write_head(head: &[u8], out: &mut Vec<u8>) -> Result<(), Error> {
    let bytes = head.len() + 1;
    if bytes > MAX_HEAD_PACKET_BYTES {
        let max = MAX_HEAD_PACKET_BYTES;
        return Err(Error::PacketTooLong { bytes, max });
    }
    if head.is_empty() {
        return Err(Error::PacketTooShort { bytes, needed: 2 });
    }
    out.push(KIND_HEAD);
    out.extend_from_slice(head);
    Ok(())
}

/// Takes a field of N bytes off `rest`, of a packet of `bytes`.
pub(crate) fn take<const N: usize>(rest: &mut &[u8], bytes: usize) -> Result<[u8; N], Error> {
    let Some((field, tail)) = rest.split_first_chunk::<N>() else {
        let needed = bytes - rest.len() + N;
        return Err(Error::PacketTooShort { bytes, needed });
    };
    *rest = tail;
    Ok(*field)
}
