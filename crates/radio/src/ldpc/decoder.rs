//! From soft values to information: layered, normalised min-sum.
//!
//! J. Chen, A. Dholakia, E. Eleftheriou, M. Fossorier, X.-Y. Hu: Reduced-complexity decoding of
//! LDPC codes. IEEE Transactions on Communications 53 (8), 2005 (the normalised check rule).
//! D. Hocevar: A reduced complexity decoder architecture via layered decoding of LDPC codes.
//! IEEE SiPS 2004 (the schedule).
//!
//! Values are 16-bit integers in steps of 1/32 of a natural log-likelihood ratio. A row's Z checks
//! are alike, so each step is a loop over them without a branch: eight or more at a time.

use super::Code;
use super::code::Edge;

/// Steps of a natural log-likelihood ratio. At rate 1/4 a bit's is about 1, so this is fine enough
/// for values scaled wrongly by several times.
const STEPS: f32 = 32.0;

/// The largest value believed of the channel, in steps: less than a message, so that checks can
/// overrule it.
const MOST_CHANNEL: f32 = 2047.0;

/// The largest message of a check, in steps.
const MOST_MESSAGE: i16 = 4095;

/// What a filler bit starts with, in steps: it is known to be 0.
const FILLER: i16 = 16_384;

/// The checks of a row that are handled at once. Two SSE2 or NEON registers.
const LANES: usize = 16;

/// `LANES` values.
type Lanes = [i16; LANES];

/// A decoder of one code, with the memory that it needs.
#[derive(Clone, Debug)]
pub struct Decoder {
    code: Code,
    /// What is believed of every bit of the word: positive means 0.
    beliefs: Vec<i16>,
    /// What every check last said to its bits; a circulant has its Z values, rounded up to lanes.
    messages: Vec<Lanes>,
    /// The beliefs of a row's bits without what the row itself has said, laid out as messages.
    others: Vec<Lanes>,
    info: Vec<u8>,
}

/// What was decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decoded<'a> {
    /// The information, packed with the first bit on top of the first byte; bits of the last byte
    /// beyond the code's information are 0.
    pub info: &'a [u8],
    /// How many iterations it took, at least 1.
    pub iterations: u32,
}

impl Decoder {
    /// A decoder of `code`.
    #[must_use]
    pub fn new(code: &Code) -> Self {
        let tiles = code.lifting().div_ceil(LANES);
        let degrees = || code.rows().iter().map(Vec::len);
        Self {
            beliefs: vec![0; code.word_bits()],
            messages: vec![[0; LANES]; tiles * degrees().sum::<usize>()],
            others: vec![[0; LANES]; tiles * degrees().max().unwrap_or(0)],
            info: vec![0; code.info_bytes()],
            code: code.clone(),
        }
    }

    /// Decodes `llr`: one natural log-likelihood ratio ln P(0)/P(1) for each coded bit. What lacks
    /// at the end or is not a number counts as not received, 0; what is more than the coded bits is
    /// ignored; no value counts for more than ±64.
    ///
    /// `None` if after `most_iterations` not all checks hold or not all bits are decided.
    pub fn decode(&mut self, llr: &[f32], most_iterations: u32) -> Option<Decoded<'_>> {
        self.begin(llr);
        for iterations in 1..=most_iterations {
            self.iterate();
            if self.holds() {
                self.pack();
                return Some(Decoded {
                    info: &self.info,
                    iterations,
                });
            }
        }
        None
    }

    /// What is believed of the coded bits after the last [`decode`](Self::decode), successful or
    /// not: natural log-likelihood ratios, the channel's own part included, as far as both slices
    /// go.
    pub fn posterior(&self, out: &mut [f32]) {
        let [info, parity] = self.code.sent();
        let beliefs = self.beliefs[info].iter().chain(&self.beliefs[parity]);
        for (out, &belief) in out.iter_mut().zip(beliefs) {
            *out = f32::from(belief) / STEPS;
        }
    }

    fn begin(&mut self, llr: &[f32]) {
        self.messages.fill([0; LANES]);
        self.beliefs.fill(0);
        self.beliefs[self.code.fillers()].fill(FILLER);
        let [info, parity] = self.code.sent();
        let (first, second) = llr.split_at(info.len().min(llr.len()));
        for (bits, llr) in [(info, first), (parity, second)] {
            for (belief, &llr) in self.beliefs[bits].iter_mut().zip(llr) {
                // Not a number becomes 0 in the cast.
                *belief = (llr * STEPS).round().clamp(-MOST_CHANNEL, MOST_CHANNEL) as i16;
            }
        }
    }

    /// Every row once.
    fn iterate(&mut self) {
        let z = self.code.lifting();
        let tiles = z.div_ceil(LANES);
        let mut messages = &mut self.messages[..];
        for row in self.code.rows() {
            let (here, rest) = messages.split_at_mut(tiles * row.len());
            messages = rest;
            let others = &mut self.others[..here.len()];
            for ((edge, others), said) in row
                .iter()
                .zip(others.chunks_exact_mut(tiles))
                .zip(here.chunks_exact(tiles))
            {
                let column = &self.beliefs[edge.column * z..][..z];
                let (start, end) = column.split_at(edge.shift);
                let (others, said) = (
                    &mut others.as_flattened_mut()[..z],
                    &said.as_flattened()[..z],
                );
                let (left, right) = others.split_at_mut(end.len());
                let (left_said, right_said) = said.split_at(end.len());
                subtract(left, end, left_said);
                subtract(right, start, right_said);
            }
            check(others, here, tiles);
            for (edge, others) in row.iter().zip(others.chunks_exact(tiles)) {
                let column = &mut self.beliefs[edge.column * z..][..z];
                let (start, end) = column.split_at_mut(edge.shift);
                let others = &others.as_flattened()[..z];
                end.copy_from_slice(&others[..end.len()]);
                start.copy_from_slice(&others[end.len()..]);
            }
        }
    }

    /// Whether all checks hold and all their bits are decided, fillers as 0.
    fn holds(&mut self) -> bool {
        let z = self.code.lifting();
        let signs = &mut self.others.as_flattened_mut()[..z];
        self.beliefs[self.code.fillers()]
            .iter()
            .all(|&belief| belief > 0)
            && self
                .code
                .rows()
                .iter()
                .all(|row| row_holds(row, &self.beliefs, signs))
    }

    fn pack(&mut self) {
        self.info.fill(0);
        for (at, &belief) in self.beliefs[..self.code.info_bits()].iter().enumerate() {
            self.info[at / 8] |= u8::from(belief < 0) << (7 - at % 8);
        }
    }
}

fn subtract(others: &mut [i16], beliefs: &[i16], said: &[i16]) {
    for ((other, belief), said) in others.iter_mut().zip(beliefs).zip(said) {
        *other = belief.saturating_sub(*said);
    }
}

/// The checks of a row: from what is believed of their bits otherwise (`others`) to what they say
/// (`messages`), and to what is then believed (`others` again). Both are `tiles` long for each of
/// the row's circulants.
fn check(others: &mut [Lanes], messages: &mut [Lanes], tiles: usize) {
    for tile in 0..tiles {
        let mut least = [MOST_MESSAGE; LANES];
        let mut second = [MOST_MESSAGE; LANES];
        let mut signs = [0; LANES];
        for other in others[tile..].iter().step_by(tiles) {
            for lane in 0..LANES {
                let size = other[lane].saturating_abs();
                second[lane] = second[lane].min(least[lane].max(size));
                least[lane] = least[lane].min(size);
                signs[lane] ^= other[lane];
            }
        }
        let (scaled_least, scaled_second) = (scaled(&least), scaled(&second));
        let row = others[tile..].iter_mut().step_by(tiles);
        for (other, message) in row.zip(messages[tile..].iter_mut().step_by(tiles)) {
            for lane in 0..LANES {
                // The least of the others' sizes; of two equal least ones either may be left out.
                let is_least = other[lane].saturating_abs() == least[lane];
                let size = if is_least {
                    scaled_second[lane]
                } else {
                    scaled_least[lane]
                };
                let sign = (signs[lane] ^ other[lane]) >> 15;
                message[lane] = (size ^ sign) - sign;
                other[lane] = other[lane].saturating_add(message[lane]);
            }
        }
    }
}

/// Three quarters of each: what makes up for the least value being more than the true one.
fn scaled(sizes: &Lanes) -> Lanes {
    sizes.map(|size| size - (size >> 2))
}

/// Whether the Z checks of a row hold. `signs` is scratch, Z long.
fn row_holds(row: &[Edge], beliefs: &[i16], signs: &mut [i16]) -> bool {
    let z = signs.len();
    signs.fill(0);
    let mut undecided = 0;
    for edge in row {
        let (start, end) = beliefs[edge.column * z..][..z].split_at(edge.shift);
        let (left, right) = signs.split_at_mut(end.len());
        for (signs, beliefs) in [(left, end), (right, start)] {
            for (sign, &belief) in signs.iter_mut().zip(beliefs) {
                *sign ^= belief;
                undecided |= i16::from(belief == 0);
            }
        }
    }
    undecided == 0 && signs.iter().all(|&sign| sign >= 0)
}
