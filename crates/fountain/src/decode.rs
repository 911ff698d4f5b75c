//! From enough symbols back to a block's bytes (RFC 6330 §5.4).

use std::collections::HashSet;

use raptorq::{EncodingPacket, PayloadId, SourceBlockDecoder};

use crate::Oti;
use crate::degree::Degrees;
use crate::encode::config;
use crate::run::ESI_END;
use crate::state::SPARE_SYMBOLS;

/// Tries to decode block `sbn` from symbols in any order. `Some` has the block's bytes without
/// padding; `None` says that more symbols are needed ([`BlockState::failed`](crate::BlockState::failed)).
///
/// What cannot be a symbol of the block (ESI beyond 2^24, not T bytes, a block that does not
/// exist) and what came twice is passed over, and no more than K + 64 symbols are used. Repair symbols that
/// were chosen to keep a decoder busy are not decoded either (`degree.rs`). The bytes
/// are as true as the symbols: forged symbols give wrong bytes, which the object's hash tells.
///
/// It holds up to 2.5 times the block's bytes. A block whose source symbols are all there needs no
/// decoding: [`BlockState::has_all_source`](crate::BlockState::has_all_source).
pub fn decode_block<S: AsRef<[u8]> + Into<Vec<u8>>>(
    oti: &Oti,
    sbn: u8,
    symbols: impl IntoIterator<Item = (u32, S)>,
) -> Option<Vec<u8>> {
    let block = oti.block(sbn).ok()?;
    let size = usize::from(oti.symbol_size());
    let enough = (block.symbols() + SPARE_SYMBOLS) as usize;
    let mut seen = HashSet::new();
    let mut packets = Vec::with_capacity(block.symbols() as usize);
    for (esi, symbol) in symbols {
        if esi >= ESI_END || symbol.as_ref().len() != size || !seen.insert(esi) {
            continue;
        }
        packets.push(EncodingPacket::new(PayloadId::new(sbn, esi), symbol.into()));
        if packets.len() == enough {
            break;
        }
    }
    drop(seen);
    let esis = packets
        .iter()
        .map(|packet| packet.payload_id().encoding_symbol_id());
    if packets.len() < block.symbols() as usize || !Degrees::of(&block).plausible(esis) {
        return None;
    }
    let padded = u64::from(block.symbols()) * u64::from(block.symbol_size());
    let mut bytes = SourceBlockDecoder::new(sbn, &config(oti), padded).decode(packets)?;
    bytes.truncate(block.len() as usize);
    Some(bytes)
}
