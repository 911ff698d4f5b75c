//! From a captured frame to the UDP payload in it.

/// Link types (`LINKTYPE_…`) of captures, as <https://www.tcpdump.org/linktypes.html> numbers them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Link {
    Ethernet,
    /// An IP packet and nothing before it.
    Raw,
    /// Linux's "any" device, first and second form.
    Cooked,
    Cooked2,
    /// BSD's loopback: 4 bytes of address family.
    Loopback,
}

impl Link {
    pub(crate) fn of(number: u32) -> Option<Self> {
        match number {
            0 | 108 => Some(Self::Loopback),
            1 => Some(Self::Ethernet),
            12 | 14 | 101 | 228 | 229 => Some(Self::Raw),
            113 => Some(Self::Cooked),
            276 => Some(Self::Cooked2),
            _ => None,
        }
    }

    /// The IP packet in a frame.
    fn ip(self, frame: &[u8]) -> Option<&[u8]> {
        match self {
            Self::Raw => Some(frame),
            Self::Loopback => frame.get(4..),
            Self::Cooked => ip_after(frame.get(14..)?),
            Self::Cooked2 => is_ip(frame.first_chunk()?).then(|| frame.get(20..))?,
            Self::Ethernet => ip_after(frame.get(12..)?),
        }
    }
}

/// What follows an EtherType of IP, behind tags of VLANs (IEEE 802.1Q) or none.
fn ip_after(rest: &[u8]) -> Option<&[u8]> {
    let mut rest = rest;
    for _ in 0..3 {
        let (kind, after) = rest.split_first_chunk()?;
        if is_ip(kind) {
            return Some(after);
        }
        match kind {
            [0x81, 0x00] | [0x88, 0xA8] => rest = after.get(2..)?,
            _ => return None,
        }
    }
    None
}

fn is_ip(kind: &[u8; 2]) -> bool {
    matches!(kind, [0x08, 0x00] | [0x86, 0xDD])
}

/// IP's number of UDP.
const UDP: u8 = 17;
/// Bytes of UDP's header (RFC 768).
const UDP_HEADER: usize = 8;

/// What is in a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Payload<'a> {
    /// The payload of a UDP datagram.
    Udp(&'a [u8]),
    /// A datagram of which the capture has only the beginning.
    Cut,
    /// Something else: no IP, no UDP, a fragment.
    Other,
}

/// Looks into a frame. Checksums are not looked at: a sender's own network card fills them in after
/// the capture.
pub(crate) fn payload(link: Link, frame: &[u8]) -> Payload<'_> {
    let Some(udp) = link.ip(frame).and_then(udp) else {
        return Payload::Other;
    };
    let Some((&[_, _, _, _, a, b, _, _], rest)) = udp.split_first_chunk::<UDP_HEADER>() else {
        return Payload::Cut;
    };
    let Some(length) = usize::from(u16::from_be_bytes([a, b])).checked_sub(UDP_HEADER) else {
        return Payload::Other;
    };
    rest.get(..length).map_or(Payload::Cut, Payload::Udp)
}

/// The UDP datagram in an IP packet (RFC 791 §3.1, RFC 8200 §3, §4).
fn udp(ip: &[u8]) -> Option<&[u8]> {
    match ip.first()? >> 4 {
        4 => {
            let header = usize::from(ip.first()? & 0x0F) * 4;
            let fragment = u16::from_be_bytes([*ip.get(6)?, *ip.get(7)?]) & 0x3FFF;
            let is_udp = header >= 20 && *ip.get(9)? == UDP && fragment == 0;
            is_udp.then(|| ip.get(header..))?
        }
        6 => {
            let (mut next, mut rest) = (*ip.get(6)?, ip.get(40..)?);
            // Hop-by-hop and destination options.
            for _ in 0..4 {
                if !matches!(next, 0 | 60) {
                    break;
                }
                let bytes = 8 * (usize::from(*rest.get(1)?) + 1);
                (next, rest) = (*rest.first()?, rest.get(bytes..)?);
            }
            (next == UDP).then_some(rest)
        }
        _ => None,
    }
}
