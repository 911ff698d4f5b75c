//! Bytes ⇄ symbols. A symbol is a byte again, but a letter of most alphabets is one symbol where
//! UTF-8 takes two or three bytes.
//!
//! Bytes that cannot begin a character of UTF-8 stand for characters of their own: each code point
//! from U+0080 to U+2BFF that occurs takes the next free one. Everything else stays as it is, and
//! bytes that are not UTF-8 follow an escape.

/// What goes before a byte that belongs to no well-formed character.
const ESCAPE: u8 = 0xff;

/// How many symbols can be given to code points: 0x80–0xBF, 0xC0, 0xC1, 0xF5–0xFE.
pub(crate) const PLACES: usize = 76;

/// Above this the scripts are too large to be given places.
const LAST_PLACED: u32 = 0x2bff;

/// The kind of a symbol, for the contexts that are about words.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Class {
    /// Spaces, punctuation, signs.
    Other,
    /// Decimal digits.
    Digit,
    /// Letters, marks, and bytes of unplaced characters.
    Letter,
    /// U+200C, which divides parts of one word.
    Joiner,
}

/// Which code points have which symbols.
#[derive(Clone)]
pub(crate) struct Alphabet {
    points: [u32; PLACES],
    used: usize,
    class: [Class; 256],
    fold: [u8; 256],
}

fn place_symbol(place: usize) -> u8 {
    match place {
        0..=65 => 0x80 + place as u8,
        _ => 0xf5 + (place as u8 - 66),
    }
}

fn symbol_place(symbol: u8) -> Option<usize> {
    match symbol {
        0x80..=0xc1 => Some(usize::from(symbol) - 0x80),
        0xf5..=0xfe => Some(usize::from(symbol) - 0xf5 + 66),
        _ => None,
    }
}

/// The class of a code point. The lists are the format's own: Unicode's change.
fn class_of(point: u32) -> Class {
    match point {
        0x30..=0x39 | 0x660..=0x669 | 0x6f0..=0x6f9 => Class::Digit,
        0x41..=0x5a | 0x61..=0x7a => Class::Letter,
        0x200c => Class::Joiner,
        0..=0xbf | 0xd7 | 0xf7 => Class::Other,
        0x60c | 0x61b | 0x61f | 0x66a..=0x66d | 0x6d4 => Class::Other,
        0x2000..=0x2bff => Class::Other,
        _ => Class::Letter,
    }
}

/// One character at the front of `bytes`: its code point and length, where it is well-formed.
fn first_character(bytes: &[u8]) -> Option<(u32, usize)> {
    let length = match bytes.first()? {
        0..=0x7f => 1,
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => return None,
    };
    let text = std::str::from_utf8(bytes.get(..length)?).ok()?;
    Some((u32::from(text.chars().next()?), length))
}

impl Alphabet {
    /// No code point has a place yet.
    pub(crate) fn new() -> Self {
        let mut class = [Class::Letter; 256];
        let mut fold = [0; 256];
        for symbol in 0..=255u8 {
            let i = usize::from(symbol);
            if symbol < 0x80 {
                class[i] = class_of(u32::from(symbol));
            }
            fold[i] = symbol.to_ascii_lowercase();
        }
        Self {
            points: [0; PLACES],
            used: 0,
            class,
            fold,
        }
    }

    /// The alphabet for texts like this one: its most frequent code points, in their own order.
    pub(crate) fn of(text: &[u8]) -> Self {
        let mut counts = vec![0u32; LAST_PLACED as usize + 1];
        let mut rest = text;
        while !rest.is_empty() {
            let (point, length) = first_character(rest).unwrap_or((0, 1));
            if let Some(count) = counts.get_mut(point as usize) {
                *count += 1;
            }
            rest = &rest[length..];
        }
        let mut points: Vec<u32> = (0x80..=LAST_PLACED)
            .filter(|&p| counts[p as usize] > 0)
            .collect();
        points.sort_by_key(|&p| std::cmp::Reverse(counts[p as usize]));
        points.truncate(PLACES - 6);
        points.sort_unstable();
        let mut alphabet = Self::new();
        for point in points {
            alphabet.place(point);
        }
        alphabet
    }

    /// The class of a symbol.
    #[inline]
    pub(crate) fn class(&self, symbol: u8) -> Class {
        self.class[usize::from(symbol)]
    }

    /// The symbol without the difference of case (ASCII).
    #[inline]
    pub(crate) fn fold(&self, symbol: u8) -> u8 {
        self.fold[usize::from(symbol)]
    }

    fn find(&self, point: u32) -> Option<u8> {
        self.points[..self.used]
            .iter()
            .position(|&p| p == point)
            .map(place_symbol)
    }

    fn place(&mut self, point: u32) {
        if self.used < PLACES && (0x80..=LAST_PLACED).contains(&point) {
            self.points[self.used] = point;
            self.class[usize::from(place_symbol(self.used))] = class_of(point);
            self.used += 1;
        }
    }

    /// Takes the symbols of the next character (or of one byte that is none) and tells how many
    /// bytes of `bytes` they stand for.
    fn take(&mut self, bytes: &[u8], mut put: impl FnMut(u8)) -> usize {
        let Some((point, length)) = first_character(bytes) else {
            put(ESCAPE);
            put(bytes[0]);
            return 1;
        };
        if point < 0x80 {
            put(bytes[0]);
        } else if let Some(symbol) = self.find(point) {
            put(symbol);
        } else {
            bytes[..length].iter().for_each(|&byte| put(byte));
            self.place(point);
        }
        length
    }

    /// The symbols of `bytes`.
    pub(crate) fn symbols(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut symbols = Vec::with_capacity(bytes.len());
        let mut rest = bytes;
        while !rest.is_empty() {
            let length = self.take(rest, |symbol| symbols.push(symbol));
            rest = &rest[length..];
        }
        symbols
    }
}

/// Symbols back to bytes, one at a time. Both sides of the model follow the text with this, so
/// that both know each code point's symbol from the same moment on.
#[derive(Clone)]
pub(crate) struct Expander {
    alphabet: Alphabet,
    character: [u8; 4],
    have: usize,
    need: usize,
    escaped: bool,
}

/// A symbol that no code point has.
#[derive(Debug)]
pub(crate) struct Unplaced;

impl Expander {
    /// At the beginning of a character.
    pub(crate) fn new(alphabet: Alphabet) -> Self {
        Self {
            alphabet,
            character: [0; 4],
            have: 0,
            need: 0,
            escaped: false,
        }
    }

    /// What is known of the symbols so far.
    #[inline]
    pub(crate) fn alphabet(&self) -> &Alphabet {
        &self.alphabet
    }

    /// Takes the next symbol, gives its bytes to `put`.
    pub(crate) fn push(&mut self, symbol: u8, mut put: impl FnMut(u8)) -> Result<(), Unplaced> {
        if self.escaped {
            self.escaped = false;
            put(symbol);
        } else if self.need > 0 {
            put(symbol);
            self.character[self.have & 3] = symbol;
            self.have += 1;
            self.need -= 1;
            if self.need == 0
                && let Some((point, length)) = first_character(&self.character[..self.have.min(4)])
                && length == self.have
            {
                self.alphabet.place(point);
            }
        } else if symbol < 0x80 {
            put(symbol);
        } else if symbol == ESCAPE {
            self.escaped = true;
        } else if let Some(place) = symbol_place(symbol) {
            let point = self.alphabet.points[..self.alphabet.used]
                .get(place)
                .copied()
                .ok_or(Unplaced)?;
            let character = char::from_u32(point).ok_or(Unplaced)?;
            character.encode_utf8(&mut [0; 4]).bytes().for_each(put);
        } else {
            put(symbol);
            self.character[0] = symbol;
            self.have = 1;
            self.need = if symbol < 0xe0 {
                1
            } else if symbol < 0xf0 {
                2
            } else {
                3
            };
        }
        Ok(())
    }
}
