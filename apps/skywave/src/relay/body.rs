//! The body of an answer: pieces of memory and of files, read as the other side takes them.

use std::collections::VecDeque;
use std::fs::File;
use std::io;
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Frame, SizeHint};
use tokio::task::{JoinHandle, spawn_blocking};

use crate::relay::shelf::Piece;

/// Bytes that are read at once, for each connection: 512 of these are 64 MB.
const STEP: u64 = 128 << 10;

/// A body that knows its length.
#[derive(Debug, Default)]
pub(crate) struct Body {
    parts: VecDeque<Part>,
    reading: Option<JoinHandle<io::Result<Vec<u8>>>>,
    left: u64,
}

#[derive(Debug)]
enum Part {
    Memory(Bytes),
    File { file: Arc<File>, at: u64, end: u64 },
}

impl Body {
    /// Adds bytes.
    pub(crate) fn push(&mut self, bytes: Bytes) {
        self.left += bytes.len() as u64;
        if !bytes.is_empty() {
            self.parts.push_back(Part::Memory(bytes));
        }
    }

    /// Adds these bytes of what the pieces are together.
    ///
    /// # Errors
    /// If a file is gone, or has become shorter.
    pub(crate) fn push_range(&mut self, pieces: &[Piece], range: &Range<u64>) -> io::Result<()> {
        let mut begin = 0;
        for piece in pieces {
            let end = begin + piece.len();
            let (from, to) = (range.start.max(begin), range.end.min(end));
            if from < to {
                self.push_piece(piece, from - begin..to - begin)?;
            }
            begin = end;
        }
        Ok(())
    }

    fn push_piece(&mut self, piece: &Piece, range: Range<u64>) -> io::Result<()> {
        match piece {
            Piece::Memory(bytes) => {
                self.push(bytes.slice(range.start as usize..range.end as usize));
            }
            Piece::File { path, offset, len } => {
                let file = File::open(path)?;
                if file.metadata()?.len() < offset + len {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
                self.left += range.end - range.start;
                self.parts.push_back(Part::File {
                    file: Arc::new(file),
                    at: offset + range.start,
                    end: offset + range.end,
                });
            }
        }
        Ok(())
    }

    /// Bytes that are still to come.
    pub(crate) fn left(&self) -> u64 {
        self.left
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let this = self.get_mut();
        loop {
            if let Some(reading) = &mut this.reading {
                let read = ready!(Pin::new(reading).poll(context));
                this.reading = None;
                let read = read.map_err(io::Error::other).flatten();
                return Poll::Ready(Some(read.map(|bytes| {
                    this.left = this.left.saturating_sub(bytes.len() as u64);
                    Frame::data(bytes.into())
                })));
            }
            let (file, at, n) = match this.parts.front_mut() {
                None => return Poll::Ready(None),
                Some(Part::File { at, end, .. }) if *at >= *end => {
                    this.parts.pop_front();
                    continue;
                }
                Some(Part::Memory(bytes)) => {
                    let bytes = std::mem::take(bytes);
                    this.parts.pop_front();
                    this.left = this.left.saturating_sub(bytes.len() as u64);
                    return Poll::Ready(Some(Ok(Frame::data(bytes))));
                }
                Some(Part::File { file, at, end }) => {
                    let n = STEP.min(*end - *at);
                    *at += n;
                    (Arc::clone(file), *at - n, n)
                }
            };
            this.reading = Some(spawn_blocking(move || {
                let mut bytes = vec![0; n as usize];
                file.read_exact_at(&mut bytes, at).map(|()| bytes)
            }));
        }
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}
