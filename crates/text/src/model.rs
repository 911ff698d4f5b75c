//! The model: what is known of the text so far, as the probability of the next decision.

use crate::adaptive::Adaptive;
use crate::alphabet::{Alphabet, Class, Expander, Unplaced};
use crate::coder::BitCoder;
use crate::contexts::{CONTEXTS, Words, join};
use crate::followers::{FOLLOWERS, Followers};
use crate::logistic::{squash, stretch};
use crate::matcher::Matcher;
use crate::mixer::{Mixer, ONE};
use crate::tree::{ROOT, Step, Tree};

const DIRECT: usize = 4;
const MATCHERS: usize = 2;
const INPUTS: usize = 48;
const STATES: usize = 1024;
const MIXERS: usize = 4;

/// What is left of a context's followers on the way through the tree.
#[derive(Clone, Copy, Default)]
struct Active {
    codes: [u32; FOLLOWERS],
    counts: [u8; FOLLOWERS],
    len: usize,
    /// Symbols the context had: 0, 1, 2, 3 or more.
    kinds: usize,
    state: usize,
}

const fn quantise() -> [u8; 256] {
    let mut table = [7; 256];
    let mut n = 0;
    while n < 256 {
        table[n] = match n {
            0..=3 => n as u8,
            4..=5 => 4,
            6..=9 => 5,
            10..=20 => 6,
            _ => 7,
        };
        n += 1;
    }
    table
}
const LEVEL: [u8; 256] = quantise();

/// The model and everything it has learned.
#[derive(Clone)]
pub(crate) struct Model {
    tree: Tree,
    expander: Expander,
    history: Vec<u8>,
    words: Words,
    followers: Vec<Followers>,
    active: [Active; CONTEXTS],
    maps: Vec<Adaptive>,
    direct: [Vec<Adaptive>; DIRECT],
    direct_base: [usize; DIRECT],
    direct_at: [usize; DIRECT],
    matchers: [Matcher; MATCHERS],
    expected: [Option<u32>; MATCHERS],
    match_maps: Vec<Adaptive>,
    match_at: [usize; MATCHERS],
    inputs: [i32; INPUTS],
    mixers: [Mixer; MIXERS],
    sets: [usize; MIXERS],
    outputs: [i32; 8],
    last: Mixer,
    refine: [Vec<Adaptive>; 2],
    refine_at: [usize; 2],
}

const DIRECT_BITS: [u32; DIRECT] = [8, 16, 18, 20];

impl Model {
    /// Knows nothing but an alphabet and how frequent its symbols are.
    pub(crate) fn new(alphabet: Alphabet, counts: &[u32; 256]) -> Self {
        let mut maps = vec![Adaptive::new(32768, 0); STATES * CONTEXTS];
        for (i, map) in maps.iter_mut().enumerate() {
            let (n0, n1) = ((i >> 3 & 7) as u32, (i & 7) as u32);
            *map = Adaptive::new((n1 * 2 + 1) * 65535 / (n0 * 2 + n1 * 2 + 2), 6);
        }
        let followers = (0..CONTEXTS).map(|_| Followers::new(17)).collect();
        let mut refine: [Vec<Adaptive>; 2] = [Vec::new(), Vec::new()];
        for (which, bits) in [(0, 16), (1, 16)] {
            refine[which] = (0..33usize << bits)
                .map(|i| Adaptive::new(squash((i % 33) as i32 * 128 - 2048), 0))
                .collect();
        }
        let mut model = Self {
            tree: Tree::new(counts),
            expander: Expander::new(alphabet),
            history: Vec::new(),
            words: Words::default(),
            followers,
            active: [Active::default(); CONTEXTS],
            maps,
            direct: DIRECT_BITS.map(|bits| vec![Adaptive::new(32768, 0); 1 << bits]),
            direct_base: [0; DIRECT],
            direct_at: [0; DIRECT],
            matchers: [Matcher::new(5, 16), Matcher::new(12, 16)],
            expected: [None; MATCHERS],
            match_maps: vec![Adaptive::new(32768, 0); MATCHERS * 64],
            match_at: [0; MATCHERS],
            inputs: [0; INPUTS],
            mixers: [
                Mixer::new(INPUTS, 256, ONE / 4, 8),
                Mixer::new(INPUTS, 256, ONE / 4, 8),
                Mixer::new(INPUTS, 256, ONE / 4, 8),
                Mixer::new(INPUTS, 256, ONE / 4, 8),
            ],
            sets: [0; MIXERS],
            outputs: [0; 8],
            last: Mixer::new(8, 256, ONE / 4, 2),
            refine,
            refine_at: [0; 2],
        };
        model.begin_symbol();
        model
    }

    /// Which code points have which symbols by now.
    pub(crate) fn alphabet(&self) -> &Alphabet {
        self.expander.alphabet()
    }

    /// Codes the next symbol; gives its bytes to `put`.
    pub(crate) fn code<C: BitCoder>(
        &mut self,
        coder: &mut C,
        symbol: u8,
        put: impl FnMut(u8),
    ) -> Result<u8, Unplaced> {
        let mut wanted = self.tree.code(symbol);
        let mut node = ROOT;
        let mut depth = 0u32;
        let symbol = loop {
            let p = self.predict(node);
            let bit = coder.code(p, wanted >> 31);
            wanted <<= 1;
            self.learn(bit, depth);
            depth += 1;
            match self.tree.step(node, bit) {
                Step::Node(next) => node = next,
                Step::Symbol(symbol) => break symbol,
            }
        };
        self.end_symbol(symbol);
        self.expander.push(symbol, put)?;
        self.begin_symbol();
        Ok(symbol)
    }

    fn end_symbol(&mut self, symbol: u8) {
        for followers in &mut self.followers {
            followers.update(symbol);
        }
        self.history.push(symbol);
        for matcher in &mut self.matchers {
            matcher.update(&self.history);
        }
        self.words.push(symbol, self.expander.alphabet());
    }

    fn begin_symbol(&mut self) {
        let alphabet = self.expander.alphabet();
        let hashes = self.words.hashes(&self.history, alphabet);
        let mut longest = 0;
        for (i, hash) in hashes.into_iter().enumerate() {
            let entry = self.followers[i].select(hash);
            let active = &mut self.active[i];
            active.len = entry.len();
            for j in 0..active.len {
                active.codes[j] = self.tree.code(entry.symbols[j]);
                active.counts[j] = entry.counts[j];
            }
            active.kinds = active.len.min(3);
            if i < 6 && active.len > 0 {
                longest = i + 1;
            }
        }
        let last = |n: usize| {
            self.history
                .len()
                .checked_sub(n)
                .map_or(0, |i| self.history[i])
        };
        let (one, two, three) = (u32::from(last(1)), u32::from(last(2)), u32::from(last(3)));
        self.direct_base = [
            0,
            (one as usize) << 8,
            join(one << 8 | two, 77) as usize,
            join(one << 16 | two << 8 | three, 78) as usize,
        ];
        for i in 0..MATCHERS {
            self.expected[i] = self.matchers[i]
                .expected(&self.history)
                .map(|symbol| self.tree.code(symbol));
        }
        let length = self.matchers[0].length;
        let bucket = match length {
            0 => 0,
            1..=6 => 1,
            7..=9 => 2,
            10..=15 => 3,
            16..=31 => 4,
            _ => 5,
        };
        let class = match alphabet.class(last(1)) {
            Class::Letter => 0,
            Class::Digit => 1,
            Class::Joiner => 2,
            Class::Other => 3,
        };
        self.sets[1] = one as usize;
        self.sets[2] = bucket * 8 + longest;
        self.sets[3] = class * 8 + longest;
    }

    fn predict(&mut self, node: usize) -> u32 {
        let mut at = 0;
        let inputs = &mut self.inputs;
        for (i, active) in self.active.iter_mut().enumerate() {
            let (mut n, mut first) = ([0u32; 2], 0);
            for j in (0..active.len).rev() {
                let bit = active.codes[j] >> 31;
                n[bit as usize] += u32::from(active.counts[j]);
                first = bit;
            }
            if n[0] + n[1] == 0 {
                active.state = STATES;
                inputs[at] = 0;
                inputs[at + 1] = 0;
            } else {
                let level = |n: u32| usize::from(LEVEL[n.min(255) as usize]);
                active.state =
                    active.kinds << 7 | (first as usize) << 6 | level(n[0]) << 3 | level(n[1]);
                let p = self.maps[i * STATES + active.state].p();
                inputs[at] = stretch(p);
                inputs[at + 1] = (p as i32 - 32768) >> 5;
            }
            at += 2;
        }
        for i in 0..DIRECT {
            let slot = if i < 2 {
                self.direct_base[i] | node
            } else {
                (self.direct_base[i].wrapping_add(node * 0x9e37_79b1) ^ node)
                    & ((1 << DIRECT_BITS[i]) - 1)
            };
            self.direct_at[i] = slot;
            let cell = self.direct[i][slot];
            inputs[at] = if cell.n() == 0 { 0 } else { stretch(cell.p()) };
            at += 1;
        }
        for i in 0..MATCHERS {
            if let Some(code) = self.expected[i] {
                let bit = (code >> 31) as usize;
                let length = self.matchers[i].length;
                let bucket = if length < 16 {
                    length
                } else {
                    (16 + (length - 16) / 8).min(31)
                };
                self.match_at[i] = i * 64 + bucket * 2 + bit;
                let p = self.match_maps[self.match_at[i]].p();
                inputs[at] = stretch(p);
                inputs[at + 1] = (p as i32 - 32768) >> 5;
            } else {
                inputs[at] = 0;
                inputs[at + 1] = 0;
            }
            at += 2;
        }
        inputs[at] = 256;
        self.sets[0] = node;
        for (i, mixer) in self.mixers.iter_mut().enumerate() {
            self.outputs[i] = mixer.mix(&self.inputs, self.sets[i]);
        }
        let logit = self.last.mix(&self.outputs, node);
        // Refined by what came of such predictions before.
        let position = (logit + 2048) as usize;
        let (low, weight) = (position >> 7, (position & 127) as u32);
        let contexts = [
            self.direct_base[1] | node,
            (self.direct_base[2].wrapping_add(node * 0x9e37_79b1)) & 0xffff,
        ];
        let mut refined = [0; 2];
        for i in 0..2 {
            let base = contexts[i] * 33 + low;
            let p = (self.refine[i][base].p() * (128 - weight)
                + self.refine[i][base + 1].p() * weight)
                >> 7;
            self.refine_at[i] = base + usize::from(weight >= 64);
            refined[i] = p;
        }
        let p = (2 * squash(logit) + refined[0] + refined[1]) >> 2;
        p.clamp(16, 65520)
    }

    fn learn(&mut self, bit: u32, _depth: u32) {
        for mixer in &mut self.mixers {
            mixer.update(&self.inputs, bit);
        }
        self.last.update(&self.outputs, bit);
        for (i, active) in self.active.iter_mut().enumerate() {
            if active.state < STATES {
                self.maps[i * STATES + active.state].update(bit, 1000);
                let mut kept = 0;
                for j in 0..active.len {
                    if active.codes[j] >> 31 == bit {
                        active.codes[kept] = active.codes[j] << 1;
                        active.counts[kept] = active.counts[j];
                        kept += 1;
                    }
                }
                active.len = kept;
            }
        }
        for i in 0..DIRECT {
            self.direct[i][self.direct_at[i]].update(bit, 250);
        }
        for i in 0..MATCHERS {
            if let Some(code) = self.expected[i] {
                self.match_maps[self.match_at[i]].update(bit, 500);
                self.expected[i] = if code >> 31 == bit {
                    Some(code << 1)
                } else {
                    None
                };
            }
        }
        for i in 0..2 {
            self.refine[i][self.refine_at[i]].update(bit, 250);
        }
    }
}
