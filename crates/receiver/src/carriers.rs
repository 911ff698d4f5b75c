//! The carriers that a receiver knows, told apart by content and never by name. To add one is to
//! add a reader here.

use file::{Form, Reader};
use ts::{Container, Demux};

/// Bytes after which the readers are compared, again and again until one is left.
const STEP: usize = 64 << 10;
/// Of what a reader has been given, one part in so many may be foreign to it if the recording is to
/// be its own. Packets of a file that somebody has filled with cells make no transport stream: with
/// a record's header between them, one part in 22 is foreign at least.
const FOREIGN: u64 = 32;

/// What a recording is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Carrier {
    /// A transport stream.
    Ts,
    /// A program stream.
    Ps,
    /// A `.sky` file or a part of one.
    Sky,
    /// A zip with such a file in it.
    Zip,
    /// A page with such a file in it.
    Html,
}

impl Carrier {
    /// The name for programs and for people.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Carrier::Ts => "ts",
            Carrier::Ps => "ps",
            Carrier::Sky => "sky",
            Carrier::Zip => "zip",
            Carrier::Html => "html",
        }
    }
}

/// Bytes of a recording or a stream, on their way to packets.
#[derive(Debug)]
pub(crate) struct Input {
    ts: Demux,
    file: Reader,
    whose: Whose,
}

/// Which of the readers the bytes are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whose {
    /// Both, side by side: it is not clear.
    Either,
    Ts,
    File,
}

impl Input {
    pub(crate) fn new() -> Self {
        Self {
            ts: Demux::new(),
            file: Reader::new(),
            whose: Whose::Either,
        }
    }

    /// What the recording is, as far as it can be told by now.
    #[allow(
        dead_code,
        reason = "asked for through the receiver, in the next change of it"
    )]
    pub(crate) fn carrier(&self) -> Option<Carrier> {
        let ts = self.ts.stats();
        let of_file = self.file().records;
        let is_file = match self.whose {
            Whose::Ts => false,
            Whose::File => true,
            Whose::Either => of_file > ts.good_frames(),
        };
        match (is_file, ts.container) {
            (false, Some(Container::Program)) => Some(Carrier::Ps),
            (false, Some(_)) => Some(Carrier::Ts),
            (false, None) => match self.file.form()? {
                Form::Zip => Some(Carrier::Zip),
                _ => None,
            },
            (true, _) => Some(match self.file.form()? {
                Form::Sky | Form::Bare => Carrier::Sky,
                Form::Zip => Carrier::Zip,
                Form::Page | Form::Base64 => Carrier::Html,
            }),
        }
    }

    /// What has been seen of the transport stream.
    pub(crate) fn ts(&self) -> &Demux {
        &self.ts
    }

    /// What has been seen of the file.
    #[allow(
        dead_code,
        reason = "asked for through the receiver, in the next change of it"
    )]
    pub(crate) fn file(&self) -> file::Stats {
        self.file.stats()
    }

    /// Takes the next bytes and gives every packet found in them to `packet`, with the offset in
    /// the recording from which it can be read again.
    pub(crate) fn push_at(&mut self, bytes: &[u8], packet: &mut impl FnMut(&[u8], u64)) {
        let mut rest = bytes;
        while self.whose == Whose::Either && !rest.is_empty() {
            let (step, later) = rest.split_at(rest.len().min(STEP));
            rest = later;
            self.push_file(step, packet);
            self.push_ts(step, packet);
            self.whose = self.compare();
        }
        match self.whose {
            Whose::File => self.push_file(rest, packet),
            Whose::Ts => self.push_ts(rest, packet),
            Whose::Either => {}
        }
    }

    /// The recording ends here; packets as by [`Input::push_at`].
    pub(crate) fn finish_at(&mut self, packet: &mut impl FnMut(&[u8], u64)) {
        if self.whose != Whose::Ts {
            self.file.finish(&mut |frame| packet(frame.bytes, frame.at));
        }
        if self.whose != Whose::File {
            self.ts.finish(&mut |frame| packet(frame.bytes, frame.at));
        }
    }

    fn push_file(&mut self, bytes: &[u8], packet: &mut impl FnMut(&[u8], u64)) {
        self.file
            .push(bytes, &mut |frame| packet(frame.bytes, frame.at));
    }

    fn push_ts(&mut self, bytes: &[u8], packet: &mut impl FnMut(&[u8], u64)) {
        self.ts
            .push(bytes, &mut |frame| packet(frame.bytes, frame.at));
    }

    /// Whose the recording is, by its first bytes or by how little of it is foreign to a reader. How
    /// many packets each has found is no measure: whoever forges packets could plant some of one
    /// form in recordings of the other, and have it read no further.
    fn compare(&self) -> Whose {
        if let Some(Form::Sky | Form::Page) = self.file.form() {
            return Whose::File;
        }
        let (ts, file) = (self.ts.stats(), self.file());
        let is_own = |bytes: u64, skipped: u64| bytes >= STEP as u64 && skipped < bytes / FOREIGN;
        if ts.container.is_some() && is_own(ts.bytes, ts.skipped_bytes) {
            Whose::Ts
        } else if is_own(file.bytes, file.skipped_bytes) {
            Whose::File
        } else {
            Whose::Either
        }
    }
}
