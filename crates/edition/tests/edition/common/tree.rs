//! A second, obvious reader and writer of CBOR (RFC 8949), which can also write what is not
//! canonical.

/// A value; integers and lengths are as the initial byte's argument.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Tree {
    Uint(u64),
    Bytes(Vec<u8>),
    Text(Vec<u8>),
    Array(Vec<Tree>),
    Map(Vec<(Tree, Tree)>),
    Simple(u8),
}

/// A way to write one value other than the canonical one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Twist {
    /// The argument in the next longer form.
    Longer,
    /// The argument in eight bytes.
    Longest,
    /// Of indefinite length.
    Indefinite,
    /// The first two keys of a map swapped.
    Unsorted,
    /// The last key of a map twice.
    Duplicate,
    /// Under a tag.
    Tagged,
    /// A negative integer, `null`, or a float in its place.
    Negative,
    Null,
    Float,
}

impl Twist {
    pub(crate) const ALL: [Self; 9] = [
        Self::Longer,
        Self::Longest,
        Self::Indefinite,
        Self::Unsorted,
        Self::Duplicate,
        Self::Tagged,
        Self::Negative,
        Self::Null,
        Self::Float,
    ];
}

/// Reads one value; panics where it is not well-formed, for tests give it their own bytes.
pub(crate) fn read(bytes: &[u8]) -> Tree {
    let mut at = 0;
    let tree = value(bytes, &mut at);
    assert_eq!(at, bytes.len());
    tree
}

/// Writes a value canonically.
pub(crate) fn write(tree: &Tree) -> Vec<u8> {
    twisted(tree, usize::MAX, Twist::Longer).0
}

/// How many values a value holds, itself included.
pub(crate) fn count(tree: &Tree) -> usize {
    1 + match tree {
        Tree::Array(items) => items.iter().map(count).sum(),
        Tree::Map(fields) => fields.iter().map(|(k, v)| count(k) + count(v)).sum(),
        _ => 0,
    }
}

/// Writes a value with its `nth` part (in order of writing) twisted. The twist may not apply to
/// that part: then `false`.
pub(crate) fn twisted(tree: &Tree, nth: usize, twist: Twist) -> (Vec<u8>, bool) {
    let mut writer = Writer {
        out: Vec::new(),
        left: nth,
        twist,
        applied: false,
    };
    writer.value(tree);
    (writer.out, writer.applied)
}

fn value(bytes: &[u8], at: &mut usize) -> Tree {
    let first = bytes[*at];
    *at += 1;
    let mut argument = u64::from(first & 31);
    if first >> 5 != 7 && argument >= 24 {
        let width = 1 << (argument - 24);
        argument = bytes[*at..*at + width]
            .iter()
            .fold(0, |v, b| (v << 8) | u64::from(*b));
        *at += width;
    }
    let len = argument as usize;
    let mut string = || {
        *at += len;
        bytes[*at - len..*at].to_vec()
    };
    match first >> 5 {
        0 => Tree::Uint(argument),
        2 => Tree::Bytes(string()),
        3 => Tree::Text(string()),
        4 => Tree::Array((0..len).map(|_| value(bytes, at)).collect()),
        5 => Tree::Map(
            (0..len)
                .map(|_| (value(bytes, at), value(bytes, at)))
                .collect(),
        ),
        7 => Tree::Simple(argument as u8),
        major => panic!("major type {major}"),
    }
}

struct Writer {
    out: Vec<u8>,
    left: usize,
    twist: Twist,
    applied: bool,
}

impl Writer {
    fn value(&mut self, tree: &Tree) {
        let here = self.left == 0;
        self.left = self.left.wrapping_sub(1);
        let twist = here.then_some(self.twist);
        let (major, argument) = match tree {
            Tree::Uint(value) => (0, *value),
            Tree::Bytes(bytes) => (2, bytes.len() as u64),
            Tree::Text(text) => (3, text.len() as u64),
            Tree::Array(items) => (4, items.len() as u64),
            Tree::Map(fields) => (5, fields.len() as u64),
            Tree::Simple(value) => (7, u64::from(*value)),
        };
        let replacement: Option<&[u8]> = match twist {
            Some(Twist::Negative) => Some(&[0x20]),
            Some(Twist::Null) => Some(&[0xf6]),
            Some(Twist::Float) => Some(&[0xf9, 0x3c, 0x00]),
            _ => None,
        };
        if let Some(bytes) = replacement {
            self.out.extend_from_slice(bytes);
            self.applied = true;
            return;
        }
        if twist == Some(Twist::Tagged) {
            self.out.push(0xc1);
            self.applied = true;
        }
        if twist == Some(Twist::Indefinite) && (2..=5).contains(&major) {
            self.applied = true;
            self.out.push((major << 5) | 31);
            match tree {
                Tree::Bytes(bytes) | Tree::Text(bytes) => {
                    self.head(major, bytes.len() as u64, None);
                    self.out.extend_from_slice(bytes);
                }
                _ => self.content(tree),
            }
            self.out.push(0xff);
            return;
        }
        let mut tree = tree.clone();
        let mut argument = argument;
        if let Tree::Map(fields) = &mut tree {
            match twist {
                Some(Twist::Unsorted) if fields.len() > 1 => {
                    fields.swap(0, 1);
                    self.applied = true;
                }
                Some(Twist::Duplicate) if !fields.is_empty() => {
                    fields.extend(fields.last().cloned());
                    argument += 1;
                    self.applied = true;
                }
                _ => {}
            }
        }
        self.head(major, argument, twist);
        self.content(&tree);
    }

    fn content(&mut self, tree: &Tree) {
        match tree {
            Tree::Bytes(bytes) | Tree::Text(bytes) => self.out.extend_from_slice(bytes),
            Tree::Array(items) => items.iter().for_each(|item| self.value(item)),
            Tree::Map(fields) => fields.iter().for_each(|(key, field)| {
                self.value(key);
                self.value(field);
            }),
            Tree::Uint(_) | Tree::Simple(_) => {}
        }
    }

    fn head(&mut self, major: u8, argument: u64, twist: Option<Twist>) {
        let shortest = match argument {
            0..=23 => 0,
            24..=0xff => 1,
            0x100..=0xffff => 2,
            0x1_0000..=0xffff_ffff => 3,
            _ => 4,
        };
        let form = match twist {
            Some(Twist::Longer) if major != 7 && shortest < 4 => shortest + 1,
            Some(Twist::Longest) if major != 7 && shortest < 4 => 4,
            _ => shortest,
        };
        self.applied |= form != shortest;
        match form {
            0 => self.out.push((major << 5) | argument as u8),
            _ => {
                self.out.push((major << 5) | (23 + form));
                let width = 1 << (form - 1);
                self.out
                    .extend_from_slice(&argument.to_be_bytes()[8 - width..]);
            }
        }
    }
}
