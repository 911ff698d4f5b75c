//! The reader: any bytes in, whole packets out.

use crate::form::Form;
use crate::page::Page;
use crate::scan::{Records, Stats};

/// A packet whose record was whole; its checksum was right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame<'a> {
    /// The packet as it was given to the writer.
    pub bytes: &'a [u8],
    /// Offset in the input, over all pushes, of the record's first byte. In a page: of the group
    /// of four characters which that byte is in.
    pub at: u64,
}

/// Finds packets in a file. Call [`Reader::push`] with it in pieces of any size, then
/// [`Reader::finish`]; packets come out through the sink as soon as their last byte is in. One
/// reader reads one file. To read on from a [`Frame`], give a new reader the file from its `at` on.
///
/// Memory: one record, and a few kilobytes where the file is a page.
#[derive(Debug)]
pub struct Reader {
    layer: Layer,
    records: Records,
}

#[derive(Debug)]
enum Layer {
    /// The first bytes, too few to tell what they are.
    Beginning(Vec<u8>),
    /// Records stand there as they are.
    Plain(Form),
    /// They stand there as base64.
    Page(Form, Page),
}

impl Default for Reader {
    fn default() -> Self {
        Self::new()
    }
}

impl Reader {
    /// A reader that has read nothing.
    #[must_use]
    pub fn new() -> Self {
        Self {
            layer: Layer::Beginning(Vec::new()),
            records: Records::default(),
        }
    }

    /// What the file is; `None` as long as there are too few bytes to tell.
    #[must_use]
    pub fn form(&self) -> Option<Form> {
        match self.layer {
            Layer::Beginning(_) => None,
            Layer::Plain(form) | Layer::Page(form, _) => Some(form),
        }
    }

    /// What was found so far.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.records.stats()
    }

    /// Takes the next bytes of the file and gives the packets that are whole to `sink`.
    pub fn push(&mut self, bytes: &[u8], sink: &mut impl FnMut(Frame<'_>)) {
        if let Layer::Beginning(beginning) = &mut self.layer {
            beginning.extend_from_slice(bytes);
            let Some(form) = Form::of(beginning) else {
                return;
            };
            let beginning = std::mem::take(beginning);
            self.begin(form, &beginning, sink);
        } else {
            self.read(bytes, sink);
        }
    }

    /// The file ends here: what was not whole never will be.
    pub fn finish(&mut self, sink: &mut impl FnMut(Frame<'_>)) {
        if let Layer::Beginning(beginning) = &mut self.layer {
            let beginning = std::mem::take(beginning);
            self.begin(Form::Bare, &beginning, sink);
        }
        let mut found = |at, bytes: &[u8]| sink(Frame { bytes, at });
        match &mut self.layer {
            Layer::Page(_, page) => page.end(&mut self.records, &mut found),
            _ => self.records.finish(&mut found),
        }
    }

    fn begin(&mut self, form: Form, beginning: &[u8], sink: &mut impl FnMut(Frame<'_>)) {
        self.layer = match form {
            Form::Page => Layer::Page(form, Page::default()),
            Form::Base64 => Layer::Page(form, Page::inside()),
            Form::Sky | Form::Zip | Form::Bare => Layer::Plain(form),
        };
        self.read(beginning, sink);
    }

    fn read(&mut self, bytes: &[u8], sink: &mut impl FnMut(Frame<'_>)) {
        let mut found = |at, bytes: &[u8]| sink(Frame { bytes, at });
        match &mut self.layer {
            Layer::Page(_, page) => page.push(bytes, &mut self.records, &mut found),
            _ => self.records.push(bytes, &mut found),
        }
    }
}
