//! A zip around one file, stored and not compressed (PKWARE's APPNOTE 6.3): for what refuses files
//! of unknown type. It tells no time, no user and no system.

use crate::FileError;

/// The longest name, bytes. Zips have room for more; what unpacks them often has not.
const MAX_NAME_BYTES: usize = 255;
/// 4.4.3: what a stored file takes to unpack, version 1.0.
const VERSION: u16 = 10;
/// 4.4.4: the name is UTF-8.
const FLAGS: u16 = 1 << 11;
/// 4.4.5: stored.
const METHOD: u16 = 0;
/// 4.4.6: midnight, and 1 January 1980, the first day that can be told.
const TIME_DATE: [u16; 2] = [0, 1 << 5 | 1];
/// Bytes of the three headers, without names.
const HEADERS_BYTES: u64 = 30 + 46 + 22;

/// What stands around a file in a zip. The content is told once with [`Zip::push`], then
/// [`Zip::around`] gives what goes before and after it.
#[derive(Debug, Clone)]
pub struct Zip {
    name: String,
    crc: crc32fast::Hasher,
    bytes: u64,
}

impl Zip {
    /// A zip of a file that will have this name when it is unpacked.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            crc: crc32fast::Hasher::new(),
            bytes: 0,
        }
    }

    /// Takes the next bytes of the content.
    pub fn push(&mut self, bytes: &[u8]) {
        self.crc.update(bytes);
        self.bytes += bytes.len() as u64;
    }

    /// What stands before the content, and what stands after it.
    ///
    /// # Errors
    /// [`FileError::ZipLength`] and [`FileError::ZipName`] for what a zip has no room for.
    pub fn around(self) -> Result<(Vec<u8>, Vec<u8>), FileError> {
        let length = self.name.len();
        let name_length = u16::try_from(length)
            .ok()
            .filter(|_| (1..=MAX_NAME_BYTES).contains(&length))
            .ok_or(FileError::ZipName {
                bytes: length,
                max: MAX_NAME_BYTES,
            })?;
        let bytes = self.bytes;
        // Offsets and lengths have 32 bits, and all ones stand for more (4.4.1.4).
        let size = u32::try_from(bytes)
            .ok()
            .filter(|_| bytes + HEADERS_BYTES + 2 * (length as u64) < u64::from(u32::MAX))
            .ok_or(FileError::ZipLength { bytes })?;
        let [time, date] = TIME_DATE;
        // What both headers of the file say of it.
        let mut file = Words::default();
        file.put16(&[VERSION, FLAGS, METHOD, time, date]);
        file.put32(&[self.crc.finalize(), size, size]);
        file.put16(&[name_length, 0]);

        let mut before = Words::default();
        before.0.extend_from_slice(b"PK\x03\x04");
        before.0.extend_from_slice(&file.0);
        before.0.extend_from_slice(self.name.as_bytes());

        let mut after = Words::default();
        after.0.extend_from_slice(b"PK\x01\x02");
        after.put16(&[VERSION]);
        after.0.extend_from_slice(&file.0);
        // No comment, the first disk, no attributes; the file is at offset 0.
        after.put16(&[0, 0, 0]);
        after.put32(&[0, 0]);
        after.0.extend_from_slice(self.name.as_bytes());
        let directory = after.0.len() as u32;
        let offset = before.0.len() as u32 + size;
        after.0.extend_from_slice(b"PK\x05\x06");
        after.put16(&[0, 0, 1, 1]);
        after.put32(&[directory, offset]);
        after.put16(&[0]);
        Ok((before.0, after.0))
    }
}

/// Numbers as zips have them, the least byte first.
#[derive(Default)]
struct Words(Vec<u8>);

impl Words {
    fn put16(&mut self, numbers: &[u16]) {
        let bytes = numbers.iter().flat_map(|number| number.to_le_bytes());
        self.0.extend(bytes);
    }

    fn put32(&mut self, numbers: &[u32]) {
        let bytes = numbers.iter().flat_map(|number| number.to_le_bytes());
        self.0.extend(bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_have_the_lengths_of_the_standard() {
        let mut zip = Zip::new("a.sky");
        zip.push(b"hello");
        let (before, after) = zip.around().unwrap();
        assert_eq!(before.len(), 30 + 5);
        assert_eq!(after.len(), 46 + 5 + 22);
        assert_eq!((before.len() + after.len()) as u64, HEADERS_BYTES + 2 * 5);
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let mut zip = Zip::new("a.sky");
        zip.bytes = u64::from(u32::MAX) - 1 - HEADERS_BYTES - 2 * 5;
        assert!(zip.clone().around().is_ok());
        zip.bytes += 1;
        let bytes = zip.bytes;
        assert_eq!(zip.around(), Err(FileError::ZipLength { bytes }));
        assert!(matches!(
            Zip::new("").around(),
            Err(FileError::ZipName { bytes: 0, .. })
        ));
    }
}
