//! One `.sky` on its way to the disk: written aside, and given its name once all of it is there.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use file::{Writer, Zip};

use crate::error::Error;
use crate::send::file::plan::HEAD_RECORDS;
use crate::send::file::seal::Sealer;

/// Where the bytes go.
enum Target<'o> {
    Path {
        path: PathBuf,
        aside: PathBuf,
        zip: Option<(String, Zip)>,
    },
    Stream(&'o mut dyn Write),
}

/// A file that is being written. Dropped before [`Part::keep`], it leaves nothing.
pub(super) struct Part<'o> {
    target: Target<'o>,
    writer: Writer,
    /// Runs that wait for the list that names them.
    batch: Vec<Vec<u8>>,
    batch_runs: usize,
    since_head: u64,
    bytes: u64,
    /// Runs, lists and heads.
    packets: (u64, u64, u64),
    /// Bytes on their way to the disk.
    out: Vec<u8>,
}

impl<'o> Part<'o> {
    /// Begins a file at `path`, with lists of so many runs; `zip` is its name inside of a zip.
    pub(super) fn create(
        path: &Path,
        zip: Option<String>,
        batch_runs: usize,
        sealer: &Sealer,
    ) -> Result<Self, Error> {
        let aside = aside(path);
        let mut file = File::create(&aside).map_err(Error::nothing_kept(&aside))?;
        let zip = zip.map(|name| (name.clone(), Zip::new(&name)));
        let mut bytes = 0;
        if let Some((name, _)) = &zip {
            let (before, _) = Zip::new(name).around()?;
            file.write_all(&before)
                .map_err(Error::nothing_kept(&aside))?;
            bytes = before.len() as u64;
        }
        let target = Target::Path {
            path: path.to_owned(),
            aside,
            zip,
        };
        Self::begin(target, bytes, batch_runs, sealer)
    }

    /// Writes to a pipe.
    pub(super) fn stream(
        out: &'o mut dyn Write,
        batch_runs: usize,
        sealer: &Sealer,
    ) -> Result<Self, Error> {
        Self::begin(Target::Stream(out), 0, batch_runs, sealer)
    }

    fn begin(
        target: Target<'o>,
        bytes: u64,
        batch_runs: usize,
        sealer: &Sealer,
    ) -> Result<Self, Error> {
        let mut this = Self {
            target,
            writer: Writer::new(),
            batch: Vec::new(),
            batch_runs,
            since_head: 0,
            bytes,
            packets: (0, 0, 0),
            out: Vec::new(),
        };
        this.writer.header(&mut this.out);
        this.head(sealer)?;
        Ok(this)
    }

    /// Adds a run.
    pub(super) fn push(&mut self, run: Vec<u8>, sealer: &Sealer) -> Result<(), Error> {
        self.batch.push(run);
        match self.batch.len() == self.batch_runs {
            true => self.flush(sealer),
            false => Ok(()),
        }
    }

    /// Writes what waits, its list first.
    fn flush(&mut self, sealer: &Sealer) -> Result<(), Error> {
        if !self.batch.is_empty() {
            let list = sealer.seal(&self.batch)?;
            self.packets.1 += 1;
            self.record(&list, sealer)?;
            for run in std::mem::take(&mut self.batch) {
                self.packets.0 += 1;
                self.record(&run, sealer)?;
            }
        }
        self.write()
    }

    fn record(&mut self, packet: &[u8], sealer: &Sealer) -> Result<(), Error> {
        if self.since_head == HEAD_RECORDS {
            self.head(sealer)?;
        }
        self.since_head += 1;
        Ok(self.writer.record(packet, &mut self.out)?)
    }

    fn head(&mut self, sealer: &Sealer) -> Result<(), Error> {
        self.since_head = 0;
        self.packets.2 += 1;
        Ok(self.writer.record(&sealer.head, &mut self.out)?)
    }

    fn write(&mut self) -> Result<(), Error> {
        self.bytes += self.out.len() as u64;
        match &mut self.target {
            Target::Stream(out) => out
                .write_all(&self.out)
                .map_err(Error::file("the output"))?,
            Target::Path { aside, zip, .. } => {
                if let Some((_, zip)) = zip {
                    zip.push(&self.out);
                }
                // Opened for each piece: a set may have more files than a process may hold open.
                let file = OpenOptions::new().append(true).open(&*aside);
                file.and_then(|mut file| file.write_all(&self.out))
                    .map_err(Error::nothing_kept(&*aside))?;
            }
        }
        self.out.clear();
        Ok(())
    }

    /// Ends the file and makes it last; it still has no name.
    pub(super) fn finish(&mut self, sealer: &Sealer) -> Result<(), Error> {
        self.flush(sealer)?;
        self.head(sealer)?;
        self.write()?;
        match &mut self.target {
            Target::Stream(out) => out.flush().map_err(Error::file("the output")),
            Target::Path { aside, zip, .. } => {
                let around = match zip.take() {
                    Some((_, zip)) => Some(zip.around()?),
                    None => None,
                };
                // What stands before the content has been counted: room was left for it.
                let after = around.as_ref().map_or(0, |(_, after)| after.len());
                self.bytes += after as u64;
                end(aside, around).map_err(Error::nothing_kept(&*aside))
            }
        }
    }

    /// Gives the file its name.
    pub(super) fn keep(&mut self) -> Result<(), Error> {
        if let Target::Path { path, aside, .. } = &self.target {
            fs::rename(aside, path).map_err(Error::nothing_kept(path))?;
        }
        Ok(())
    }

    /// Runs, lists and heads in it.
    pub(super) fn packets(&self) -> (u64, u64, u64) {
        self.packets
    }

    /// Bytes on disk.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }
}

impl Drop for Part<'_> {
    fn drop(&mut self) {
        if let Target::Path { aside, .. } = &self.target {
            // Once it is kept there is none.
            let _ = fs::remove_file(aside);
        }
    }
}

/// Puts a zip around a file, and makes it last.
fn end(path: &Path, around: Option<(Vec<u8>, Vec<u8>)>) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).open(path)?;
    if let Some((before, after)) = around {
        file.write_all(&before)?;
        file.seek(SeekFrom::End(0))?;
        file.write_all(&after)?;
    }
    file.sync_all()
}

/// Where a file is written until it is whole.
fn aside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    path.with_file_name(name)
}
