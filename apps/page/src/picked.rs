//! A recording that was picked, as what `std::io` reads from.

use std::cell::RefCell;
use std::io::{Error, ErrorKind, Read, Result, Seek, SeekFrom};
use std::rc::Rc;

use crate::reader::Host;

/// Bytes that are read at once: crossing to the browser's files takes a while each time.
const PIECE: usize = 128 << 10;

/// See the module.
pub(crate) struct Picked<H: Host> {
    host: Rc<RefCell<H>>,
    recording: u32,
    at: u64,
    /// What was read last, and where it begins.
    piece: Vec<u8>,
    begin: u64,
}

impl<H: Host> Picked<H> {
    pub(crate) fn new(host: Rc<RefCell<H>>, recording: u32) -> Self {
        Self {
            host,
            recording,
            at: 0,
            piece: Vec::new(),
            begin: 0,
        }
    }

    /// What of the piece is at the place.
    fn rest(&self) -> &[u8] {
        let within = self.at.checked_sub(self.begin);
        let within = within.and_then(|within| self.piece.get(within as usize..));
        within.unwrap_or_default()
    }

    fn fill(&mut self) -> Result<()> {
        self.begin = self.at;
        self.piece.resize(PIECE, 0);
        let mut host = self.host.borrow_mut();
        let read = host.read(self.recording, self.at, &mut self.piece);
        self.piece.truncate(read.unwrap_or(0));
        match read {
            Some(_) => Ok(()),
            None => Err(Error::from(ErrorKind::NotFound)),
        }
    }
}

impl<H: Host> Read for Picked<H> {
    fn read(&mut self, bytes: &mut [u8]) -> Result<usize> {
        if self.rest().is_empty() {
            self.fill()?;
        }
        let read = self.rest().read(bytes)?;
        self.at += read as u64;
        Ok(read)
    }
}

impl<H: Host> Seek for Picked<H> {
    fn seek(&mut self, to: SeekFrom) -> Result<u64> {
        let place = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
            SeekFrom::End(by) => {
                let size = self.host.borrow_mut().size(self.recording);
                size.checked_add_signed(by)
            }
        };
        self.at = place.ok_or(Error::from(ErrorKind::InvalidInput))?;
        Ok(self.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A recording whose byte n is n.
    struct Counting {
        reads: usize,
        is_gone: bool,
    }

    const SIZE: u64 = 300_000;

    impl Host for Counting {
        fn read(&mut self, _: u32, at: u64, bytes: &mut [u8]) -> Option<usize> {
            self.reads += 1;
            let read = (SIZE.saturating_sub(at) as usize).min(bytes.len());
            (0..read).for_each(|n| bytes[n] = (at + n as u64) as u8);
            (!self.is_gone).then_some(read)
        }

        fn size(&mut self, _: u32) -> u64 {
            SIZE
        }

        fn take(&mut self, _: &[u8]) {}
    }

    #[test]
    fn it_is_read_in_pieces_from_anywhere_and_on_when_it_is_back() -> Result<()> {
        let host = Rc::new(RefCell::new(Counting {
            reads: 0,
            is_gone: false,
        }));
        let mut picked = Picked::new(Rc::clone(&host), 0);
        assert_eq!(picked.seek(SeekFrom::End(0))?, SIZE);
        assert_eq!(picked.read(&mut [0; 9])?, 0);
        picked.seek(SeekFrom::Start(250_000))?;
        let mut bytes = [0; 1000];
        picked.read_exact(&mut bytes)?;
        assert_eq!(bytes[7], (250_007 % 256) as u8);
        let reads = host.borrow().reads;
        picked.seek(SeekFrom::Current(-900))?;
        picked.read_exact(&mut bytes)?;
        assert_eq!(bytes[0], (250_100 % 256) as u8);
        assert_eq!(host.borrow().reads, reads, "it is in the piece");

        host.borrow_mut().is_gone = true;
        picked.seek(SeekFrom::Start(5))?;
        assert!(picked.read(&mut bytes).is_err());
        host.borrow_mut().is_gone = false;
        picked.read_exact(&mut bytes)?;
        assert_eq!(bytes[0], 5);
        let mut all = Vec::new();
        picked.read_to_end(&mut all)?;
        assert_eq!(all.len() as u64, SIZE - 1005);
        Ok(())
    }
}
