//! Signed lists of runs, and the head, for files.

use edition::{Certificate, PublicKey, SecretKey};
use fountain::{ListBuilder, MAX_PACKET_BYTES, write_head};

use crate::error::Error;
use crate::send::file::plan::ListTerms;

/// Bytes of runs that wait for their lists, in all files of a set together.
const WAITING_BYTES: usize = 64 << 20;
/// Runs on a list, at least, however many files there are.
const FEWEST: usize = 8;

/// What signs the lists of an edition.
#[derive(Debug)]
pub(super) struct Sealer {
    /// The head as a packet.
    pub(super) head: Vec<u8>,
    root: PublicKey,
    number: u64,
    key: SecretKey,
    certificate: Certificate,
}

impl Sealer {
    pub(super) fn new(
        head: &[u8],
        root: PublicKey,
        number: u64,
        key: SecretKey,
        certificate: Certificate,
    ) -> Result<Self, Error> {
        let mut packet = Vec::new();
        write_head(head, &mut packet)?;
        Ok(Self {
            head: packet,
            root,
            number,
            key,
            certificate,
        })
    }

    fn list(&self) -> Result<ListBuilder, Error> {
        Ok(ListBuilder::new(
            self.root.id(),
            self.number,
            self.key.public().id(),
            Some(self.certificate.bytes()),
            MAX_PACKET_BYTES,
        )?)
    }

    /// Runs that a list names where so many files are written side by side.
    pub(super) fn runs(&self, files: u32) -> Result<usize, Error> {
        let most = WAITING_BYTES / (MAX_PACKET_BYTES * files.max(1) as usize);
        Ok(self.list()?.capacity().min(most.max(FEWEST)))
    }

    /// What lists and heads take in each of so many files.
    pub(super) fn terms(&self, files: u32, around: u64) -> Result<ListTerms, Error> {
        // Empty lists are not written: one with an entry tells what is besides.
        let mut list = self.list()?;
        list.push(&[0])?;
        let bytes = list.finish(|message| self.key.sign_raw(message).0)?.len();
        let entry = 10;
        Ok(ListTerms {
            bytes: bytes as u64 - entry,
            runs: self.runs(files)? as u64,
            entry,
            head: self.head.len() as u64,
            around,
        })
    }

    /// The list of these runs, no more than [`Sealer::runs`].
    pub(super) fn seal(&self, runs: &[Vec<u8>]) -> Result<Vec<u8>, Error> {
        let mut list = self.list()?;
        for run in runs {
            list.push(run)?;
        }
        Ok(list.finish(|message| self.key.sign_raw(message).0)?)
    }
}
