//! Low-density parity-check codes of 3GPP TS 38.212 §5.3.2: both base graphs, every lifting size,
//! any information length up to the graph's and any rate from the mother code's upwards.
//!
//! A [`Code`] turns packed information bits into coded bits; a [`Decoder`] turns soft values of the
//! coded bits back into information.
//!
//! ```
//! use radio::ldpc::{BaseGraph, Code, Decoder};
//!
//! let code = Code::new(BaseGraph::Two, 16, 96, 240)?;
//! let mut coded = Vec::new();
//! code.encode(b"twelve bytes", &mut coded)?;
//! assert_eq!(coded.len(), 240);
//!
//! // Positive means 0. Ten values did not arrive.
//! let mut llr: Vec<f32> = coded.iter().map(|&bit| if bit == 0 { 4.0 } else { -4.0 }).collect();
//! llr[100..110].fill(0.0);
//! let mut decoder = Decoder::new(&code);
//! let decoded = decoder.decode(&llr, 20).expect("decodable");
//! assert_eq!(decoded.info, b"twelve bytes");
//! # Ok::<(), radio::ldpc::Error>(())
//! ```
//!
//! Where this is not the standard's whole chain: there is no segmentation and no CRC, the circular
//! buffer is read once from its start (redundancy version 0, no repetition), and bits are not
//! interleaved (§5.4.2.2); the waveform does what it needs of these.

mod bg1;
mod bg2;
mod code;
mod decoder;
mod graph;
#[cfg(test)]
mod tests;

pub use code::Code;
pub use decoder::{Decoded, Decoder};
pub use graph::BaseGraph;

/// Why there is no such code, or why bits cannot be encoded with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// TS 38.212 table 5.3.2-1 does not have this lifting size.
    #[error("{lifting} is not a lifting size of TS 38.212")]
    Lifting {
        /// The size asked for.
        lifting: u16,
    },
    /// No information, or more than the base graph carries at this lifting size.
    #[error("{info_bits} information bits; this graph and lifting size carry 1 to {most}")]
    InfoBits {
        /// The number asked for.
        info_bits: usize,
        /// The largest number possible.
        most: usize,
    },
    /// Fewer coded bits than information bits, or more than the circular buffer holds.
    #[error("{coded_bits} coded bits; {least} to {most} are possible")]
    CodedBits {
        /// The number asked for.
        coded_bits: usize,
        /// The smallest number possible: the information bits.
        least: usize,
        /// The largest number possible: the circular buffer without filler bits.
        most: usize,
    },
    /// The information to encode has another length than the code's.
    #[error("{found} bytes of information; the code takes {expected}")]
    InfoBytes {
        /// The length found.
        found: usize,
        /// The length of the code's information, ⌈bits / 8⌉.
        expected: usize,
    },
}
