//! Writes the files of a folder: aside, made to last, renamed, so that each is there whole or not at
//! all.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use edition::{ObjectHash, Transport};
use file::Writer;
use fountain::{ObjectId, write_head, write_run_header};

use crate::aside;
use crate::error::Error;
use crate::folder::layout::{self, INDEX, Piece, is_ours};
use crate::transport::oti;

/// A folder that is written to.
#[derive(Debug)]
pub(crate) struct FolderWriter {
    dir: PathBuf,
}

/// Run packets of one file, in order.
pub(crate) type Runs = Vec<Vec<u8>>;

impl FolderWriter {
    /// A folder, which is made if there is none.
    pub(crate) fn open(dir: &Path) -> Result<Self, Error> {
        fs::create_dir_all(dir).map_err(Error::file(dir))?;
        Ok(Self {
            dir: dir.to_owned(),
        })
    }

    /// A folder as it is.
    pub(crate) fn at(dir: &Path) -> Self {
        Self {
            dir: dir.to_owned(),
        }
    }

    /// Where a file lies.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    /// Whether a file is there. What is there was whole when it got its name; a file that has been
    /// cut since is shorter than its runs.
    pub(crate) fn has(&self, piece: &Piece, transport: &Transport) -> Result<bool, Error> {
        let least = layout::tail(&oti(transport)?, piece, |_, _| true).unwrap_or(0);
        let there = fs::metadata(self.path(&piece.name)).map(|metadata| metadata.len());
        Ok(there.is_ok_and(|len| len >= least))
    }

    /// The runs of a piece from the object's bytes, of which `read` gives those that are in it.
    pub(crate) fn runs(
        hash: &ObjectHash,
        transport: &Transport,
        piece: &Piece,
        bytes: &[u8],
    ) -> Result<Runs, Error> {
        let (oti, size) = (oti(transport)?, usize::from(transport.symbol));
        let id = ObjectId(hash.id().0);
        let mut at = 0;
        let runs = layout::runs(&oti, piece).map(|(sbn, esi, count)| {
            let len = count as usize * size;
            let mut run = Vec::with_capacity(len + 13);
            write_run_header(id, sbn, esi, &mut run);
            let here = bytes.get(at..bytes.len().min(at + len));
            run.extend_from_slice(here.unwrap_or_default());
            // The object's last symbol is padded.
            run.resize(fountain::RUN_HEADER_BYTES + len, 0);
            at += len;
            run
        });
        Ok(runs.collect())
    }

    /// Bytes of the object that a piece holds.
    pub(crate) fn range(transport: &Transport, piece: &Piece) -> std::ops::Range<u64> {
        let size = u64::from(transport.symbol);
        u64::from(piece.first) * size..(u64::from(piece.end) * size).min(transport.size)
    }

    /// Writes a file: a head if it has one, lists, runs. Gives its length.
    pub(crate) fn put(
        &self,
        name: &str,
        head: Option<&[u8]>,
        lists: &[Vec<u8>],
        runs: &[Vec<u8>],
    ) -> Result<u64, Error> {
        let (mut writer, mut out) = (Writer::new(), Vec::new());
        writer.header(&mut out);
        if let Some(head) = head {
            let mut packet = Vec::new();
            write_head(head, &mut packet)?;
            writer.record(&packet, &mut out)?;
        }
        for packet in lists.iter().chain(runs) {
            writer.record(packet, &mut out)?;
        }
        self.replace(name, &out)?;
        Ok(out.len() as u64)
    }

    /// Writes the index: these heads, unless it says that already.
    pub(crate) fn put_index<'h>(
        &self,
        heads: impl Iterator<Item = &'h [u8]>,
    ) -> Result<bool, Error> {
        let (mut writer, mut out) = (Writer::new(), Vec::new());
        writer.header(&mut out);
        for head in heads {
            let mut packet = Vec::new();
            write_head(head, &mut packet)?;
            writer.record(&packet, &mut out)?;
        }
        if fs::read(self.path(INDEX)).is_ok_and(|there| there == out) {
            return Ok(false);
        }
        self.replace(INDEX, &out)?;
        Ok(true)
    }

    /// Removes all files of the layout that are named by none of these, and what was begun and not
    /// finished. Files of others stay. Gives how many, and their bytes.
    pub(crate) fn keep_only(&self, hashes: &HashSet<ObjectHash>) -> Result<(usize, u64), Error> {
        let mut removed = (0, 0);
        for folder in entries(&self.dir)? {
            let name = folder.file_name().to_string_lossy().into_owned();
            if name.len() != 2 || !folder.path().is_dir() {
                continue;
            }
            for file in entries(&folder.path())? {
                let file_name = file.file_name().to_string_lossy().into_owned();
                let Some(hash) = is_ours(&name, &file_name) else {
                    continue;
                };
                if hashes.contains(&hash) && !file_name.ends_with(".new") {
                    continue;
                }
                let bytes = file.metadata().map(|metadata| metadata.len()).unwrap_or(0);
                fs::remove_file(file.path()).map_err(Error::file(file.path()))?;
                removed.0 += 1;
                removed.1 += bytes;
            }
            // One that others use, too, is not empty.
            let _ = fs::remove_dir(folder.path());
        }
        Ok(removed)
    }

    fn replace(&self, name: &str, bytes: &[u8]) -> Result<(), Error> {
        let path = self.path(name);
        let write = || -> io::Result<()> {
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent)?;
            }
            let new = path.with_extension("bin.new");
            let written = aside::write(&new, bytes);
            if written.is_err() {
                let _ = fs::remove_file(&new);
            }
            written?;
            fs::rename(&new, &path)?;
            aside::sync_folder(path.parent());
            Ok(())
        };
        write().map_err(Error::file(&path))
    }
}

fn entries(dir: &Path) -> Result<Vec<fs::DirEntry>, Error> {
    let entries = fs::read_dir(dir).and_then(Iterator::collect);
    entries.map_err(Error::file(dir))
}
