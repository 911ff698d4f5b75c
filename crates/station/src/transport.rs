//! Transport parameters of objects: chosen once, when they are published.

use edition::Transport;
use fountain::{DEFAULT_MAX_BLOCK, Oti};

use crate::error::Error;

/// Symbol size T for objects up to so many bytes. Small objects take small symbols, so that the
/// last one wastes little and radio's runs of 400 bytes are well filled; at T = 1,256 a symbol and
/// its headers fill seven TS cells.
const SYMBOLS: [(u64, u16); 4] = [(4_096, 64), (16_384, 128), (40_000, 248), (u64::MAX, 1_256)];

/// The parameters of an object of `size` bytes.
pub(crate) fn transport_for(size: u64) -> Result<Transport, Error> {
    transport_in_blocks(size, DEFAULT_MAX_BLOCK)
}

/// The same with blocks of at most so many bytes.
pub(crate) fn transport_in_blocks(size: u64, block_bytes: u32) -> Result<Transport, Error> {
    let symbol = SYMBOLS
        .iter()
        .find(|(most, _)| size <= *most)
        .map_or(1_256, |(_, symbol)| *symbol);
    let oti = Oti::for_size(size, symbol, block_bytes)?;
    Ok(Transport {
        size,
        symbol,
        blocks: oti.blocks(),
    })
}

/// The parameters as `fountain` takes them.
pub(crate) fn oti(transport: &Transport) -> Result<Oti, Error> {
    Ok(Oti::new(
        transport.size,
        transport.symbol,
        transport.blocks,
    )?)
}
