//! The carriers that a receiver knows, told apart by content. To add one is to add a line here.

use ts::{Demux, Frame};

/// Bytes of a recording or a stream, on their way to packets.
#[derive(Debug)]
pub(crate) struct Input {
    ts: Demux,
}

impl Input {
    pub(crate) fn new() -> Self {
        Self { ts: Demux::new() }
    }

    /// Takes the next bytes and gives every packet found in them to `packet`.
    pub(crate) fn push(&mut self, bytes: &[u8], packet: &mut impl FnMut(&[u8])) {
        self.ts
            .push(bytes, &mut |frame: Frame<'_>| packet(frame.bytes));
    }

    /// As [`Input::push`]; with each packet the offset at which it began.
    pub(crate) fn push_at(&mut self, bytes: &[u8], packet: &mut impl FnMut(&[u8], u64)) {
        self.ts
            .push(bytes, &mut |frame: Frame<'_>| packet(frame.bytes, frame.at));
    }

    /// As [`Input::finish`]; with each packet the offset at which it began.
    pub(crate) fn finish_at(&mut self, packet: &mut impl FnMut(&[u8], u64)) {
        self.ts
            .finish(&mut |frame: Frame<'_>| packet(frame.bytes, frame.at));
    }

    /// The recording ends here.
    pub(crate) fn finish(&mut self, packet: &mut impl FnMut(&[u8])) {
        self.ts.finish(&mut |frame: Frame<'_>| packet(frame.bytes));
    }

    /// What has been seen of the transport stream.
    pub(crate) fn ts(&self) -> &Demux {
        &self.ts
    }
}
