//! The FDT of an edition: its objects as files that are named by their hashes.

use std::io::Write;
use std::time::{SystemTime, UNIX_EPOCH};

use flate2::Compression;
use flate2::write::GzEncoder;
use udp::{FdtFile, FdtInstance, FdtPackets, MAX_FDT_FILES, Ntp};

use crate::error::Error;
use crate::send::cargo::Cargo;

/// Seconds for which an instance counts, and after which another takes its place.
const EXPIRES_SECONDS: u32 = 7_200;
const RENEW_SECONDS: u64 = 3_600;
/// Instance numbers of one second: there are so many at once, at most. With 20 bits for a number, one
/// comes again after nine hours.
const NUMBERS_A_SECOND: u64 = 32;
/// An instance of more bytes is compressed: a shorter one is left as every receiver can read it.
const PLAIN_BYTES: usize = 8 * udp::FDT_SYMBOL_BYTES;

/// The packets of all instances that tell of a cargo.
#[derive(Debug)]
pub(super) struct Fdt {
    tsi: u32,
    files: Vec<FdtFile>,
    instances: Vec<FdtPackets>,
    /// Packets of the instance that is sent that are left, and which it is.
    left: usize,
    current: usize,
    /// When they were made, in seconds since 1970.
    made: u64,
}

impl Fdt {
    pub(super) fn new(tsi: u32, cargo: &Cargo) -> Result<Self, Error> {
        let files = cargo.items.iter().map(|item| FdtFile {
            location: item.hash.to_string(),
            object: item.hash.id().0,
            transfer_length: item.oti.transfer_length(),
            symbol_bytes: item.oti.symbol_size(),
            blocks: item.oti.blocks(),
        });
        let mut fdt = Self {
            tsi,
            files: files.collect(),
            instances: Vec::new(),
            left: 0,
            current: 0,
            made: 0,
        };
        fdt.renew(now().0)?;
        Ok(fdt)
    }

    /// Packets of all instances.
    pub(super) fn count(&self) -> usize {
        self.instances.iter().map(FdtPackets::count).sum()
    }

    /// Appends the next packet.
    pub(super) fn write_next(&mut self, out: &mut Vec<u8>) -> Result<(), Error> {
        let (seconds, nanoseconds) = now();
        if self.left == 0 {
            if seconds.abs_diff(self.made) >= RENEW_SECONDS {
                self.renew(seconds)?;
            } else {
                self.current = (self.current + 1) % self.instances.len().max(1);
            }
            self.left = self
                .instances
                .get(self.current)
                .map_or(0, FdtPackets::count);
        }
        if let Some(instance) = self.instances.get_mut(self.current) {
            instance.write_next(Ntp::from_unix(seconds, nanoseconds), out);
            self.left = self.left.saturating_sub(1);
        }
        Ok(())
    }

    /// Instances with new numbers and a later end.
    fn renew(&mut self, seconds: u64) -> Result<(), Error> {
        let expires = Ntp::from_unix(seconds, 0).plus_seconds(EXPIRES_SECONDS);
        let mut instances = Vec::new();
        for (files, number) in self.files.chunks(MAX_FDT_FILES).zip(0..) {
            let files = files.to_vec();
            let xml = FdtInstance { expires, files }.to_xml()?.into_bytes();
            let is_gzip = xml.len() > PLAIN_BYTES;
            let document = if is_gzip { gzip(&xml)? } else { xml };
            let number = (seconds.wrapping_mul(NUMBERS_A_SECOND) + number) as u32;
            instances.push(FdtPackets::new(self.tsi, number, document, is_gzip)?);
        }
        (self.instances, self.current, self.made) = (instances, 0, seconds);
        Ok(())
    }
}

fn gzip(bytes: &[u8]) -> Result<Vec<u8>, Error> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).map_err(Error::file("the FDT"))?;
    encoder.finish().map_err(Error::file("the FDT"))
}

/// Seconds and nanoseconds since 1970.
fn now() -> (u64, u32) {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    (since.as_secs(), since.subsec_nanos())
}
