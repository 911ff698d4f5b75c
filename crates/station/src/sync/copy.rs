//! A copy of an object, proven before and after it is written.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;

use edition::PublicKey;
use receiver::Name;
use rustix::fs::OFlags;

use crate::aside;
use crate::error::Error;
use crate::folder::{FolderWriter, pieces};
use crate::inbox::path_in;
use crate::sync::editions::Need;
use crate::sync::lists;
use crate::sync::side::{Inbox, Side, read_file};

/// How a copy ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Copied {
    /// It is there and right.
    Good,
    /// What was to be copied is not what its name says.
    Damaged,
    /// What was written does not read back.
    NotKept,
    /// The file system takes no file so long.
    TooLong,
    /// The disk is full, although there seemed to be room.
    NoRoom,
}

/// Copies an object that `from` has whole.
pub(super) fn copy(
    need: &Need,
    roots: &[PublicKey],
    from: &mut Side,
    to: &mut Side,
) -> Result<Copied, Error> {
    let copied = match to {
        Side::Inbox(inbox) => to_inbox(need, from, inbox),
        Side::Folder(_) if need.opens.is_some() => Ok(Copied::Good),
        Side::Folder(_) => to_folder(need, roots, from, to),
    };
    let copied = match copied {
        Err(Error::File { source, .. }) if source.kind() == ErrorKind::StorageFull => {
            Copied::NoRoom
        }
        Err(Error::File { source, .. }) if source.kind() == ErrorKind::FileTooLarge => {
            Copied::TooLong
        }
        other => other?,
    };
    if matches!(copied, Copied::NoRoom | Copied::TooLong)
        && let Side::Inbox(inbox) = to
    {
        // Less urgent, smaller ones may have room where this one had not.
        let path = path_in(&inbox.dir, Name::Object(need.hash));
        let _ = fs::remove_file(path.with_extension("new"));
    }
    Ok(copied)
}

/// Written aside; what an earlier try has left there is compared, and only the rest written.
fn to_inbox(need: &Need, from: &mut Side, inbox: &Inbox) -> Result<Copied, Error> {
    let path = path_in(&inbox.dir, Name::Object(need.hash));
    let new = path.with_extension("new");
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(Error::file(parent))?;
    }
    let open = || {
        // What an earlier try left is a file. A link could lead anywhere.
        if !fs::symlink_metadata(&new).is_ok_and(|there| there.is_file()) {
            return aside::create(&new);
        }
        let mut options = OpenOptions::new();
        let options = options.read(true).write(true);
        options
            .custom_flags(OFlags::NOFOLLOW.bits() as i32)
            .open(&new)
    };
    let mut file = open().map_err(Error::file(&new))?;
    let mut there = vec![0; 1 << 20];
    let mut at = 0;
    let mut same = true;
    let mut write = |piece: &[u8]| -> io::Result<()> {
        if same {
            if there.len() < piece.len() {
                there.resize(piece.len(), 0);
            }
            same = file.read_exact(&mut there[..piece.len()]).is_ok()
                && there[..piece.len()] == *piece;
            if !same {
                file.seek(SeekFrom::Start(at))?;
                file.set_len(at)?;
            }
        }
        if !same {
            file.write_all(piece)?;
        }
        at += piece.len() as u64;
        Ok(())
    };
    let read = from.read(need, &mut |piece| write(piece).map_err(Error::file(&new)));
    match read {
        Ok(true) => {}
        Ok(false) => {
            let _ = fs::remove_file(&new);
            return Ok(Copied::Damaged);
        }
        Err(error) => return Err(error),
    }
    let end = |file: File| -> io::Result<()> {
        file.set_len(need.transport.size)?;
        file.sync_all()?;
        // From the stick itself, not from what the system remembers of it.
        aside::forget(&file);
        Ok(())
    };
    end(file).map_err(Error::file(&new))?;
    if !read_file(&new, &need.hash, &mut |_| Ok(()))? {
        let _ = fs::remove_file(&new);
        return Ok(Copied::NotKept);
    }
    fs::rename(&new, &path).map_err(Error::file(&path))?;
    aside::sync_folder(path.parent());
    // What came of it before is not needed any more; the state first, which speaks of the rest.
    for name in [Name::State, Name::Repair, Name::Part] {
        let _ = fs::remove_file(path_in(&inbox.dir, name(need.hash)));
    }
    Ok(Copied::Good)
}

/// Proven first, because its pieces get their names one by one.
fn to_folder(
    need: &Need,
    roots: &[PublicKey],
    from: &mut Side,
    to: &mut Side,
) -> Result<Copied, Error> {
    if !from.verify(need)? {
        return Ok(Copied::Damaged);
    }
    let writer = FolderWriter::at(to.dir());
    let pieces = pieces(&need.hash, &need.transport)?;
    let mut all_lists = Vec::new();
    for piece in &pieces {
        let lists = from.lists_of(&piece.name)?;
        all_lists.push(lists::verified(&lists, roots));
    }
    let mut waiting = Vec::new();
    let mut next = pieces.iter().zip(&all_lists);
    let mut current = next.next();
    let mut put = |bytes: &[u8]| -> Result<(), Error> {
        waiting.extend_from_slice(bytes);
        while let Some((piece, lists)) = current {
            let range = FolderWriter::range(&need.transport, piece);
            let len = (range.end - range.start) as usize;
            if waiting.len() < len {
                break;
            }
            let runs = FolderWriter::runs(&need.hash, &need.transport, piece, &waiting[..len])?;
            writer.put(&piece.name, None, lists, &runs)?;
            waiting.drain(..len);
            current = next.next();
        }
        Ok(())
    };
    if !from.read(need, &mut put)? {
        to.remove(need)?;
        return Ok(Copied::Damaged);
    }
    if to.verify(need)? {
        return Ok(Copied::Good);
    }
    to.remove(need)?;
    Ok(Copied::NotKept)
}
