//! Deterministic CBOR (RFC 8949 §4.2.1), strictly: one content, one encoding.
//!
//! Only what the formats use exists: unsigned integers, byte and text strings, arrays, maps with
//! ascending integer keys, booleans. Everything else, and every other encoding of these, is
//! refused.

use crate::error::Error;
use crate::limits;

/// First key of those that an old reader keeps and ignores.
const FIRST_EXTRA_KEY: u64 = 128;

const UINT: u8 = 0;
const BYTES: u8 = 2;
const TEXT: u8 = 3;
const ARRAY: u8 = 4;
const MAP: u8 = 5;
const FALSE: u8 = 0xf4;
const TRUE: u8 = 0xf5;

/// Fields with keys from 128 up: kept as they came and written again, otherwise ignored.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Extra(Vec<(u64, Vec<u8>)>);

impl Extra {
    /// Keys and encoded values, ascending.
    pub fn iter(&self) -> impl Iterator<Item = (u64, &[u8])> {
        self.0.iter().map(|(key, value)| (*key, value.as_slice()))
    }
}

/// Appends canonical values to a buffer.
#[derive(Debug, Default)]
pub(crate) struct Writer {
    out: Vec<u8>,
}

impl Writer {
    /// An empty buffer.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// The bytes written.
    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.out
    }

    /// An unsigned integer.
    pub(crate) fn uint(&mut self, value: u64) {
        self.head(UINT, value);
    }

    /// A byte string.
    pub(crate) fn bytes(&mut self, value: &[u8]) {
        self.head(BYTES, value.len() as u64);
        self.out.extend_from_slice(value);
    }

    /// A text string.
    pub(crate) fn text(&mut self, value: &str) {
        self.head(TEXT, value.len() as u64);
        self.out.extend_from_slice(value.as_bytes());
    }

    /// The head of a text string of `len` bytes, which the caller writes next.
    pub(crate) fn text_head(&mut self, len: usize) {
        self.head(TEXT, len as u64);
    }

    /// A text string, or `false` where there is none.
    pub(crate) fn optional_text(&mut self, value: Option<&str>) {
        match value {
            Some(text) => self.text(text),
            None => self.bool(false),
        }
    }

    /// A boolean.
    pub(crate) fn bool(&mut self, value: bool) {
        self.out.push(if value { TRUE } else { FALSE });
    }

    /// The head of an array of `len` items, which the caller writes next.
    pub(crate) fn array(&mut self, len: usize) {
        self.head(ARRAY, len as u64);
    }

    /// A value that is encoded already.
    pub(crate) fn raw(&mut self, value: &[u8]) {
        self.out.extend_from_slice(value);
    }

    /// A map, built by [`Fields`].
    pub(crate) fn map(&mut self, fields: Fields) {
        self.head(MAP, fields.0.len() as u64);
        for (key, value) in fields.0 {
            self.uint(key);
            self.out.extend_from_slice(&value);
        }
    }

    fn head(&mut self, major: u8, value: u64) {
        let major = major << 5;
        match value {
            0..=23 => self.out.push(major | value as u8),
            24..=0xff => self.out.extend_from_slice(&[major | 24, value as u8]),
            0x100..=0xffff => {
                self.out.push(major | 25);
                self.out.extend_from_slice(&(value as u16).to_be_bytes());
            }
            0x1_0000..=0xffff_ffff => {
                self.out.push(major | 26);
                self.out.extend_from_slice(&(value as u32).to_be_bytes());
            }
            _ => {
                self.out.push(major | 27);
                self.out.extend_from_slice(&value.to_be_bytes());
            }
        }
    }
}

/// The fields of a map, added in ascending order of their keys.
#[derive(Debug, Default)]
pub(crate) struct Fields(Vec<(u64, Vec<u8>)>);

impl Fields {
    /// A versioned structure: key 0 is its major version.
    pub(crate) fn versioned(version: u64) -> Self {
        Self::default().with(0, |w| w.uint(version))
    }

    /// Adds a field.
    pub(crate) fn with(mut self, key: u64, write: impl FnOnce(&mut Writer)) -> Self {
        debug_assert!(self.0.last().is_none_or(|(last, _)| *last < key));
        let mut writer = Writer::new();
        write(&mut writer);
        self.0.push((key, writer.into_bytes()));
        self
    }

    /// Adds a field if there is a value.
    pub(crate) fn with_some<T>(
        self,
        key: u64,
        value: Option<T>,
        write: impl FnOnce(&mut Writer, T),
    ) -> Self {
        match value {
            Some(value) => self.with(key, |w| write(w, value)),
            None => self,
        }
    }

    /// Adds the fields that were kept from a newer minor version.
    pub(crate) fn with_extra(mut self, extra: &Extra) -> Self {
        self.0.extend(extra.0.iter().cloned());
        self
    }

    /// The map as bytes.
    pub(crate) fn into_bytes(self) -> Vec<u8> {
        let mut writer = Writer::new();
        writer.map(self);
        writer.into_bytes()
    }
}

/// Reads canonical values and refuses everything else.
#[derive(Debug, Clone)]
pub(crate) struct Reader<'a> {
    structure: &'static str,
    data: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    /// Reads `data`; errors name `structure`.
    pub(crate) fn new(structure: &'static str, data: &'a [u8]) -> Self {
        Self {
            structure,
            data,
            at: 0,
        }
    }

    /// An error about a value that makes no sense here.
    pub(crate) fn invalid(&self, why: &'static str) -> Error {
        Error::Invalid {
            structure: self.structure,
            why,
        }
    }

    /// Checks that nothing follows.
    pub(crate) fn finish(self) -> Result<(), Error> {
        match self.data.len() - self.at {
            0 => Ok(()),
            bytes => Err(Error::Trailing {
                structure: self.structure,
                bytes,
            }),
        }
    }

    /// An unsigned integer.
    pub(crate) fn uint(&mut self) -> Result<u64, Error> {
        self.head(UINT, "an unsigned integer")
    }

    /// An unsigned integer of at most `max`.
    pub(crate) fn uint_to(&mut self, what: &'static str, max: u64) -> Result<u64, Error> {
        let got = self.uint()?;
        within(what, got, max)?;
        Ok(got)
    }

    /// Number of an edition.
    pub(crate) fn edition_number(&mut self) -> Result<u64, Error> {
        self.uint_to("number of an edition", limits::EDITION_NUMBER)
    }

    /// A time, in seconds since 1970-01-01T00:00Z.
    pub(crate) fn seconds(&mut self) -> Result<u64, Error> {
        self.uint_to("seconds since 1970", limits::SECONDS)
    }

    /// A byte string of at most `max` bytes.
    pub(crate) fn bytes(&mut self, what: &'static str, max: usize) -> Result<&'a [u8], Error> {
        let len = self.head(BYTES, "a byte string")?;
        within(what, len, max as u64)?;
        self.take(len as usize)
    }

    /// A byte string of exactly `N` bytes.
    pub(crate) fn array_of<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        let at = self.at;
        let len = self.head(BYTES, "a byte string")?;
        if len != N as u64 {
            return Err(Error::WrongType {
                structure: self.structure,
                at,
                expected: "a byte string of the field's fixed length",
            });
        }
        let mut out = [0; N];
        out.copy_from_slice(self.take(N)?);
        Ok(out)
    }

    /// A text string of at most `max` bytes.
    pub(crate) fn text(&mut self, what: &'static str, max: usize) -> Result<&'a str, Error> {
        let at = self.at;
        let len = self.head(TEXT, "a text string")?;
        within(what, len, max as u64)?;
        let bytes = self.take(len as usize)?;
        std::str::from_utf8(bytes).map_err(|_| Error::NotCanonical {
            structure: self.structure,
            at,
            why: "text is UTF-8",
        })
    }

    /// A text string, or `false`.
    pub(crate) fn optional_text(
        &mut self,
        what: &'static str,
        max: usize,
    ) -> Result<Option<&'a str>, Error> {
        if self.data.get(self.at) == Some(&FALSE) {
            self.at += 1;
            return Ok(None);
        }
        self.text(what, max).map(Some)
    }

    /// A boolean.
    pub(crate) fn bool(&mut self) -> Result<bool, Error> {
        let at = self.at;
        match self.take(1)? {
            [FALSE] => Ok(false),
            [TRUE] => Ok(true),
            _ => Err(Error::WrongType {
                structure: self.structure,
                at,
                expected: "a boolean",
            }),
        }
    }

    /// The length of an array of at most `max` items; the caller reads them next.
    pub(crate) fn array(&mut self, what: &'static str, max: usize) -> Result<usize, Error> {
        let len = self.head(ARRAY, "an array")?;
        within(what, len, max as u64)?;
        Ok(len as usize)
    }

    /// Whether the next value is a text string.
    pub(crate) fn at_text(&self) -> bool {
        self.data.get(self.at).is_some_and(|b| b >> 5 == TEXT)
    }

    /// A map; its fields are read in ascending order of their keys.
    pub(crate) fn map<'r>(&'r mut self) -> Result<MapReader<'r, 'a>, Error> {
        let left = self.head(MAP, "a map")?;
        let mut map = MapReader {
            reader: self,
            left,
            next: None,
            last: None,
        };
        map.advance()?;
        Ok(map)
    }

    /// A map whose key 0 holds the major version `version`.
    pub(crate) fn versioned<'r>(&'r mut self, version: u64) -> Result<MapReader<'r, 'a>, Error> {
        let mut map = self.map()?;
        let structure = map.reader.structure;
        let got = map.required(0, |r| r.uint())?;
        match got {
            got if got == version => Ok(map),
            got if got > version => Err(Error::Newer {
                structure,
                version: got,
            }),
            _ => Err(Error::Invalid {
                structure,
                why: "its version does not exist",
            }),
        }
    }

    /// Passes over one value of any kind, checks that it is canonical, and gives its bytes.
    pub(crate) fn skip(&mut self, depth: usize) -> Result<&'a [u8], Error> {
        let start = self.at;
        let at = self.at;
        if depth == 0 {
            return Err(Error::Limit {
                what: "nesting of values",
                got: limits::CBOR_DEPTH as u64 + 1,
                max: limits::CBOR_DEPTH as u64,
            });
        }
        let first = *self.data.get(at).ok_or(self.truncated(at))?;
        match first >> 5 {
            UINT => {
                self.uint()?;
            }
            BYTES => {
                self.bytes("bytes of a value", self.data.len())?;
            }
            TEXT => {
                self.text("bytes of a text", self.data.len())?;
            }
            ARRAY => {
                for _ in 0..self.array("items of an array", self.data.len())? {
                    self.skip(depth - 1)?;
                }
            }
            MAP => {
                let mut map = self.map()?;
                while let Some(key) = map.next {
                    map.required(key, |r| r.skip(depth - 1))?;
                }
            }
            _ => {
                self.bool()?;
            }
        }
        Ok(&self.data[start..self.at])
    }

    fn truncated(&self, at: usize) -> Error {
        Error::Truncated {
            structure: self.structure,
            at,
        }
    }

    fn take(&mut self, len: usize) -> Result<&'a [u8], Error> {
        let at = self.at;
        let end = at.checked_add(len).ok_or(self.truncated(at))?;
        let out = self.data.get(at..end).ok_or(self.truncated(at))?;
        self.at = end;
        Ok(out)
    }

    fn head(&mut self, major: u8, expected: &'static str) -> Result<u64, Error> {
        let at = self.at;
        let first = self.take(1)?[0];
        if first >> 5 != major {
            self.at = at;
            return Err(Error::WrongType {
                structure: self.structure,
                at,
                expected,
            });
        }
        let (value, least) = match first & 31 {
            n @ 0..=23 => return Ok(u64::from(n)),
            24 => (u64::from(self.take(1)?[0]), 24),
            25 => (be(self.take(2)?), 0x100),
            26 => (be(self.take(4)?), 0x1_0000),
            27 => (be(self.take(8)?), 0x1_0000_0000),
            _ => {
                return Err(Error::NotCanonical {
                    structure: self.structure,
                    at,
                    why: "lengths are definite",
                });
            }
        };
        if value < least {
            return Err(Error::NotCanonical {
                structure: self.structure,
                at,
                why: "integers take the shortest form",
            });
        }
        Ok(value)
    }
}

/// The fields of a map while they are read.
#[derive(Debug)]
pub(crate) struct MapReader<'r, 'a> {
    reader: &'r mut Reader<'a>,
    left: u64,
    next: Option<u64>,
    last: Option<u64>,
}

impl<'a> MapReader<'_, 'a> {
    /// The field `key`, which must be there.
    pub(crate) fn required<T>(
        &mut self,
        key: u64,
        read: impl FnOnce(&mut Reader<'a>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.optional(key, read)?.ok_or(Error::Missing {
            structure: self.reader.structure,
            key,
        })
    }

    /// The field `key`, if it is there.
    pub(crate) fn optional<T>(
        &mut self,
        key: u64,
        read: impl FnOnce(&mut Reader<'a>) -> Result<T, Error>,
    ) -> Result<Option<T>, Error> {
        match self.next {
            Some(next) if next == key => {
                let value = read(self.reader)?;
                self.advance()?;
                Ok(Some(value))
            }
            Some(next) if next < key => Err(self.unknown(next)),
            _ => Ok(None),
        }
    }

    /// Keeps the fields from key 128 up; any other that is left is unknown.
    pub(crate) fn finish(mut self) -> Result<Extra, Error> {
        let mut extra = Vec::new();
        let mut bytes = 0;
        while let Some(key) = self.next {
            if key < FIRST_EXTRA_KEY {
                return Err(self.unknown(key));
            }
            let value = self.reader.skip(limits::CBOR_DEPTH)?;
            bytes += value.len() + 9;
            within(
                "bytes under unknown keys",
                bytes as u64,
                limits::EXTRA_BYTES as u64,
            )?;
            extra.push((key, value.to_vec()));
            self.advance()?;
        }
        Ok(Extra(extra))
    }

    /// The end of a map that has no version and so no room for unknown fields.
    pub(crate) fn finish_closed(self) -> Result<(), Error> {
        match self.next {
            Some(key) => Err(self.unknown(key)),
            None => Ok(()),
        }
    }

    fn unknown(&self, key: u64) -> Error {
        Error::UnknownKey {
            structure: self.reader.structure,
            key,
        }
    }

    fn advance(&mut self) -> Result<(), Error> {
        if self.left == 0 {
            self.next = None;
            return Ok(());
        }
        let at = self.reader.at;
        let key = self.reader.uint()?;
        if self.last.is_some_and(|last| last >= key) {
            return Err(Error::NotCanonical {
                structure: self.reader.structure,
                at,
                why: "keys ascend, each once",
            });
        }
        self.left -= 1;
        self.last = Some(key);
        self.next = Some(key);
        Ok(())
    }
}

/// Checks a value against a limit.
pub(crate) fn within(what: &'static str, got: u64, max: u64) -> Result<(), Error> {
    if got > max {
        return Err(Error::Limit { what, got, max });
    }
    Ok(())
}

fn be(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0, |value, byte| value << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uint(bytes: &[u8]) -> Result<u64, Error> {
        let mut reader = Reader::new("test", bytes);
        let value = reader.uint()?;
        reader.finish()?;
        Ok(value)
    }

    #[test]
    fn integers_have_one_form() {
        for value in [
            0,
            23,
            24,
            255,
            256,
            65_535,
            65_536,
            u32::MAX as u64,
            u64::MAX,
        ] {
            let mut writer = Writer::new();
            writer.uint(value);
            assert_eq!(uint(&writer.into_bytes()), Ok(value));
        }
        for long in [
            &[0x18, 23][..],
            &[0x19, 0, 255],
            &[0x1a, 0, 0, 255, 255],
            &[0x1b, 0, 0, 0, 0, 255, 255, 255, 255],
        ] {
            assert!(matches!(uint(long), Err(Error::NotCanonical { .. })));
        }
        assert!(matches!(uint(&[0x1f]), Err(Error::NotCanonical { .. })));
        assert!(matches!(uint(&[0x01, 0]), Err(Error::Trailing { .. })));
        assert!(matches!(uint(&[]), Err(Error::Truncated { .. })));
    }

    #[test]
    fn keys_ascend_and_unknown_ones_are_kept() {
        let read = |bytes: &[u8]| -> Result<(u64, Extra), Error> {
            let mut reader = Reader::new("test", bytes);
            let mut map = reader.versioned(1)?;
            let one = map.required(1, |r| r.uint())?;
            let extra = map.finish()?;
            reader.finish()?;
            Ok((one, extra))
        };
        let bytes = Fields::versioned(1)
            .with(1, |w| w.uint(7))
            .with(200, |w| w.array(0))
            .into_bytes();
        let (one, extra) = read(&bytes).unwrap();
        assert_eq!(one, 7);
        let again = Fields::versioned(1)
            .with(1, |w| w.uint(7))
            .with_extra(&extra)
            .into_bytes();
        assert_eq!(again, bytes);
        assert!(matches!(
            read(&[0xa3, 0, 1, 1, 7, 2, 7]),
            Err(Error::UnknownKey { key: 2, .. })
        ));
        assert!(matches!(
            read(&[0xa2, 1, 7, 0, 1]),
            Err(Error::UnknownKey { .. } | Error::Missing { .. })
        ));
        assert!(matches!(
            read(&[0xa2, 0, 1, 0, 1]),
            Err(Error::NotCanonical { .. })
        ));
        assert!(matches!(
            read(&[0xa1, 0, 2]),
            Err(Error::Newer { version: 2, .. })
        ));
    }

    #[test]
    fn hostile_lengths_and_depths_are_refused() {
        let mut reader = Reader::new("test", &[0x9b, 255, 255, 255, 255, 255, 255, 255, 255]);
        assert!(reader.skip(limits::CBOR_DEPTH).is_err());
        let deep = vec![0x81; 10_000];
        assert!(matches!(
            Reader::new("test", &deep).skip(limits::CBOR_DEPTH),
            Err(Error::Limit { .. })
        ));
    }
}
