//! An edition as a folder of files that never change.

use std::collections::HashSet;
use std::path::Path;

use age::secrecy::SecretString;
use edition::{ObjectHash, SignedEdition, SignedHead, Transport};

use crate::archived::Archived;
use crate::error::Error;
use crate::folder::{
    FolderShelf, FolderWriter, Piece, Runs, opening, pieces, read_edition, read_heads,
};
use crate::send::file::seal::Sealer;
use crate::station::Station;

/// What was written to a folder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SentFolder {
    /// Number of the edition.
    pub number: u64,
    /// Bytes of its objects.
    pub edition_bytes: u64,
    /// Files that were written, and their bytes.
    pub written: (usize, u64),
    /// Files that were there already.
    pub kept: usize,
    /// Files of objects that no edition has any more, and their bytes.
    pub removed: (usize, u64),
    /// Files stayed that may not be needed, because another publisher's edition in the folder cannot
    /// be read.
    pub is_unsure: bool,
}

/// Brings a folder up to an edition: writes what is new, then the index, then removes what the
/// edition does not have any more.
pub fn send_folder(
    station: &Station,
    number: Option<u64>,
    passphrase: &mut dyn FnMut() -> Option<SecretString>,
    dir: &Path,
    progress: &mut dyn FnMut(f64),
) -> Result<SentFolder, Error> {
    let edition = Archived::load(station.archive(), number)?;
    let head = edition.signed.head();
    let number = edition.signed.manifest().number;
    let (key, certificate) = station.on_air_key(number, passphrase)?;
    let sealer = Sealer::new(head.bytes(), station.root(), number, key, certificate)?;
    let folder = FolderWriter::open(dir)?;
    let mut sent = SentFolder {
        number,
        ..SentFolder::default()
    };
    let objects: Vec<(ObjectHash, Transport)> = edition
        .indexes
        .iter()
        .flat_map(|index| &index.objects)
        .map(|object| (object.hash, object.transport))
        .collect();
    let opened = opened(&edition.signed);
    let all = objects.iter().chain(&opened).map(|(_, t)| t.size);
    sent.edition_bytes = all.sum();
    let mut done = 0;
    let mut seen = HashSet::new();
    for (hash, transport) in objects.iter().filter(|(hash, _)| seen.insert(*hash)) {
        for piece in pieces(hash, transport)? {
            if folder.has(&piece, transport)? {
                sent.kept += 1;
            } else {
                let runs = runs(station, hash, transport, &piece)?;
                let bytes = folder.put(&piece.name, None, &lists(&sealer, &runs)?, &runs)?;
                sent.written.0 += 1;
                sent.written.1 += bytes;
            }
        }
        done += transport.size;
        progress(done as f64 / sent.edition_bytes.max(1) as f64);
    }
    let name = opening(&head.manifest());
    match folder.path(&name).exists() {
        true => sent.kept += 1,
        false => {
            let mut all = Vec::new();
            for (hash, transport) in &opened {
                for piece in pieces(hash, transport)? {
                    all.extend(runs(station, hash, transport, &piece)?);
                }
            }
            let lists = lists(&sealer, &all)?;
            let bytes = folder.put(&name, Some(head.bytes()), &lists, &all)?;
            sent.written.0 += 1;
            sent.written.1 += bytes;
        }
    }
    finish(&folder, dir, &edition, &mut sent)?;
    Ok(sent)
}

/// Replaces the index, and removes what nothing in it names.
fn finish(
    folder: &FolderWriter,
    dir: &Path,
    edition: &Archived,
    sent: &mut SentFolder,
) -> Result<(), Error> {
    let head = edition.signed.head();
    let mut shelf = FolderShelf::new(dir);
    let before = read_heads(&mut shelf).map_err(Error::file(dir))?;
    let mut keep = HashSet::new();
    keep.insert(head.manifest());
    keep.extend(
        edition
            .indexes
            .iter()
            .flat_map(|i| &i.objects)
            .map(|o| o.hash),
    );
    let mut heads: Vec<&[u8]> = vec![head.bytes()];
    let others: Vec<SignedHead> = before.unwrap_or_default();
    for other in others
        .iter()
        .filter(|other| other.manifest() != head.manifest())
    {
        match read_edition(&mut shelf, other) {
            Ok(Some((signed, _))) if signed.publisher() == edition.signed.publisher() => {}
            Ok(Some((_, indexes))) => {
                keep.insert(other.manifest());
                keep.extend(indexes.iter().flat_map(|i| &i.objects).map(|o| o.hash));
                heads.push(other.bytes());
            }
            // Its own older edition is not needed to be told by its root.
            _ if other.root() == head.root() => {}
            _ => {
                sent.is_unsure = true;
                heads.push(other.bytes());
            }
        }
    }
    if folder.put_index(heads.into_iter())? {
        sent.written.0 += 1;
    }
    if !sent.is_unsure {
        sent.removed = folder.keep_only(&keep)?;
    }
    Ok(())
}

/// Manifest and indexes.
fn opened(signed: &SignedEdition) -> Vec<(ObjectHash, Transport)> {
    let head = signed.head();
    let indexes = signed.manifest().indexes.iter();
    let indexes = indexes.map(|index| (index.hash, index.transport));
    std::iter::once((head.manifest(), head.transport()))
        .chain(indexes)
        .collect()
}

fn runs(
    station: &Station,
    hash: &ObjectHash,
    transport: &Transport,
    piece: &Piece,
) -> Result<Runs, Error> {
    let range = FolderWriter::range(transport, piece);
    let bytes = station.archive().get_range(*hash, range)?;
    FolderWriter::runs(hash, transport, piece, &bytes)
}

fn lists(sealer: &Sealer, runs: &[Vec<u8>]) -> Result<Runs, Error> {
    let most = sealer.runs(1)?;
    runs.chunks(most).map(|runs| sealer.seal(runs)).collect()
}
