//! What comes live, from a pipe or a device: it is waited for until Ctrl-C, and no longer.

use std::io::{self, ErrorKind, Read};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::thread;
use std::time::Duration;

use crate::reception::interrupt::Interrupt;

/// Bytes that are read at once: what a pipe holds.
const PIECE: usize = 64 << 10;
/// Pieces that may wait.
const PIECES: usize = 4;
/// How long it is waited before Ctrl-C is looked for again.
const LOOK: Duration = Duration::from_millis(100);

/// Reads a source on a thread of its own: a read that waits cannot be called back. Ctrl-C is its
/// end.
pub(super) struct Live {
    pieces: Receiver<io::Result<Vec<u8>>>,
    piece: Vec<u8>,
    /// Bytes of the piece that have been given out.
    taken: usize,
    interrupt: Interrupt,
}

impl Live {
    /// Opens a source, which can take as long as reading it, and begins to read.
    pub(super) fn new<R: Read>(
        open: impl FnOnce() -> io::Result<R> + Send + 'static,
        interrupt: &Interrupt,
    ) -> Self {
        let (sender, pieces) = sync_channel(PIECES);
        thread::spawn(move || {
            let mut source = match open() {
                Ok(source) => source,
                Err(error) => {
                    let _ = sender.send(Err(error));
                    return;
                }
            };
            let mut buffer = vec![0; PIECE];
            loop {
                let piece = match source.read(&mut buffer) {
                    Ok(0) => return,
                    Ok(n) => Ok(buffer[..n].to_vec()),
                    Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                    Err(error) => Err(error),
                };
                let is_last = piece.is_err();
                // Nobody listens any more once there is enough.
                if sender.send(piece).is_err() || is_last {
                    return;
                }
            }
        });
        Self {
            pieces,
            piece: Vec::new(),
            taken: 0,
            interrupt: interrupt.clone(),
        }
    }
}

impl Read for Live {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        while self.taken == self.piece.len() {
            if self.interrupt.is_pressed() {
                return Ok(0);
            }
            match self.pieces.recv_timeout(LOOK) {
                Ok(piece) => (self.piece, self.taken) = (piece?, 0),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Ok(0),
            }
        }
        let rest = &self.piece[self.taken..];
        let n = rest.len().min(bytes.len());
        bytes[..n].copy_from_slice(&rest[..n]);
        self.taken += n;
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_is_given_out_and_ends() {
        let all: Vec<u8> = (0..300_000_u32).map(|n| (n % 251) as u8).collect();
        let source = io::Cursor::new(all.clone());
        let mut live = Live::new(|| Ok(source), &Interrupt::default());
        let mut read = Vec::new();
        live.read_to_end(&mut read).unwrap();
        assert_eq!(read, all);
        let missing = || std::fs::File::open("/there/is/none");
        let mut live = Live::new(missing, &Interrupt::default());
        assert_eq!(
            live.read(&mut [0; 8]).unwrap_err().kind(),
            ErrorKind::NotFound
        );
    }
}
