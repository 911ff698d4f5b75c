//! The model: what is known of the text so far, as the probability of the next decision.
//! `docs/format-text.md` says the same in words.

use crate::alphabet::{Alphabet, Class, Expander, Unplaced};
use crate::coder::BitCoder;
use crate::contexts::{CONTEXTS, WORD, Words, back, join};
use crate::direct::Direct;
use crate::evidence::{Evidence, Judge};
use crate::followers::Followers;
use crate::logistic::squash;
use crate::matcher::Matcher;
use crate::mixer::{Mixer, ONE};
use crate::refine::Refine;
use crate::tree::{ROOT, Step, Tree};

/// Short contexts: of no, one, two and three symbols.
const DIRECT_BITS: [u32; 4] = [8, 16, 18, 18];
const MATCHERS: usize = 2;
const MIXERS: usize = 4;
/// Two for each context and matcher.
const INPUTS: usize = 2 * (DIRECT_BITS.len() + CONTEXTS + MATCHERS);

/// The model and everything it has learned.
#[derive(Clone)]
pub(crate) struct Model {
    tree: Tree,
    expander: Expander,
    history: Vec<u8>,
    words: Words,
    direct: [Direct; 4],
    followers: [Followers; CONTEXTS],
    evidence: [Evidence; CONTEXTS],
    judges: [Judge; CONTEXTS],
    matchers: [Matcher; MATCHERS],
    inputs: [i16; INPUTS],
    mixers: [Mixer<INPUTS>; MIXERS],
    /// Which weights each mixer uses for this symbol.
    sets: [usize; MIXERS],
    outputs: [i16; MIXERS],
    last: Mixer<MIXERS>,
    refine: [Refine; 2],
    /// In which context each refinement is for this symbol.
    places: [usize; 2],
}

impl Model {
    /// Knows nothing but an alphabet and how frequent its symbols are.
    pub(crate) fn new(alphabet: Alphabet, counts: &[u32; 256]) -> Self {
        let mixer = |sets| Mixer::new(sets, 2000, 10);
        let mut model = Self {
            tree: Tree::new(counts),
            expander: Expander::new(alphabet),
            history: Vec::new(),
            words: Words::default(),
            direct: DIRECT_BITS.map(Direct::new),
            followers: std::array::from_fn(|_| Followers::new(16)),
            evidence: [Evidence::default(); CONTEXTS],
            judges: std::array::from_fn(|_| Judge::new()),
            matchers: [Matcher::new(6), Matcher::new(3)],
            inputs: [0; INPUTS],
            mixers: [mixer(1024), mixer(256), mixer(64), mixer(64)],
            sets: [0; MIXERS],
            outputs: [0; MIXERS],
            last: Mixer::new(256, (ONE / 4) as i16, 2),
            refine: [Refine::new(16), Refine::new(14)],
            places: [0; 2],
        };
        model.begin();
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
        let symbol = loop {
            let p = self.predict(node);
            let bit = coder.code(p, wanted >> 31);
            wanted <<= 1;
            self.learn(bit);
            match self.tree.step(node, bit) {
                Step::Node(next) => node = next,
                Step::Symbol(symbol) => break symbol,
            }
        };
        self.end(symbol);
        self.expander.push(symbol, put)?;
        self.begin();
        Ok(symbol)
    }

    /// Notes what a symbol follows and nothing else: a quick look at the beginning of a dictionary.
    pub(crate) fn skim(&mut self, symbol: u8) -> Result<(), Unplaced> {
        let mut wanted = self.tree.code(symbol);
        let mut node = ROOT;
        loop {
            let bit = wanted >> 31;
            wanted <<= 1;
            for direct in &mut self.direct {
                direct.select(node);
                direct.update(bit);
            }
            match self.tree.step(node, bit) {
                Step::Node(next) => node = next,
                Step::Symbol(_) => break,
            }
        }
        self.end(symbol);
        self.expander.push(symbol, |_| ())?;
        self.begin();
        Ok(())
    }

    /// A symbol is known.
    fn end(&mut self, symbol: u8) {
        for followers in &mut self.followers {
            followers.update(symbol);
        }
        self.history.push(symbol);
        for matcher in &mut self.matchers {
            matcher.push(&self.history);
        }
        self.words.push(symbol, self.expander.alphabet());
    }

    /// Before the first decision of a symbol.
    fn begin(&mut self) {
        let alphabet = self.expander.alphabet();
        let hashes = self.words.hashes(&self.history, alphabet);
        // One after the other, their cache misses would take most of the time.
        let near = hashes
            .iter()
            .zip(&self.followers)
            .map(|(&hash, f)| f.touch(hash));
        std::hint::black_box(near.fold(0, |all, check| all ^ check));
        // How many of the orders 2, 3, 4, 5, 6, 8 have been here before.
        let mut longest = 0;
        for (i, hash) in hashes.into_iter().enumerate() {
            let entry = self.followers[i].select(hash);
            self.evidence[i] = Evidence::new(entry, &self.tree);
            if i < 6 && self.evidence[i].kinds > 0 {
                longest = i + 1;
            }
        }
        let one = u32::from(back(&self.history, 1));
        let two = u32::from(back(&self.history, 2));
        let three = u32::from(back(&self.history, 3));
        self.direct[1].begin(one << 8);
        self.direct[2].begin(join(one << 8 | two, 77));
        self.direct[3].begin(join(one << 16 | two << 8 | three, 78));
        for matcher in &mut self.matchers {
            matcher.begin(&self.history, &self.tree);
        }
        let agreed = match self.matchers[0].length() {
            0 => 0,
            1..=6 => 1,
            7..=9 => 2,
            10..=15 => 3,
            16..=31 => 4,
            _ => 5,
        };
        let class = match alphabet.class(one as u8) {
            Class::Letter => 0,
            Class::Digit => 1,
            Class::Joiner => 2,
            Class::Other => 3,
        };
        let letters = self.words.letters();
        self.sets = [
            letters.min(3) << 8,
            one as usize,
            agreed << 3 | self.evidence[WORD].kinds << 1,
            letters.min(7) << 3 | longest,
        ];
        self.places = [(one as usize) << 8, (letters.min(15) << 2 | class) << 8];
    }

    /// The probability (1/65536) that the decision at `node` is 1.
    #[inline]
    fn predict(&mut self, node: usize) -> u32 {
        let mut at = 0;
        let mut put = |pair: [i32; 2]| {
            self.inputs[at] = pair[0] as i16;
            self.inputs[at + 1] = pair[1] as i16;
            at += 2;
        };
        let mut before = 0;
        for (i, direct) in self.direct.iter_mut().enumerate() {
            let pair = direct.predict(node);
            put(pair);
            if i == 1 {
                before = pair[0];
            }
        }
        let mut third = 0;
        for (i, (judge, evidence)) in self.judges.iter_mut().zip(&self.evidence).enumerate() {
            if i == WORD {
                before = third;
            }
            let pair = judge.predict(evidence, before);
            if let Some(pair) = pair {
                before = pair[1];
            }
            put(pair.unwrap_or([0, 0]));
            if i == 1 {
                third = before;
            }
        }
        for matcher in &mut self.matchers {
            put(matcher.predict());
        }
        for (i, mixer) in self.mixers.iter_mut().enumerate() {
            let set = if i == 0 {
                self.sets[0] | node
            } else {
                self.sets[i]
            };
            self.outputs[i] = mixer.mix(&self.inputs, set) as i16;
        }
        let logit = self.last.mix(&self.outputs, node);
        let a = self.refine[0].predict(logit, self.places[0] | node);
        let b = self.refine[1].predict(logit, self.places[1] | node);
        ((2 * squash(logit) + a + b) >> 2).clamp(16, 65520)
    }

    /// The decision was made.
    #[inline]
    fn learn(&mut self, bit: u32) {
        for mixer in &mut self.mixers {
            mixer.update(&self.inputs, bit);
        }
        self.last.update(&self.outputs, bit);
        for direct in &mut self.direct {
            direct.update(bit);
        }
        for (judge, evidence) in self.judges.iter_mut().zip(&mut self.evidence) {
            judge.update(evidence, bit);
        }
        for matcher in &mut self.matchers {
            matcher.update(bit);
        }
        for refine in &mut self.refine {
            refine.update(bit);
        }
    }
}
