//! Reads the files of a folder, and proves what it reads.

use std::io::{self, Read};

use edition::{Head, Index, ObjectHash, SignedEdition, SignedHead, Transport};
use file::{Frame, Reader};
use fountain::{ObjectId, Packet};

use crate::aside;
use crate::error::Error;
use crate::folder::layout::{INDEX, opening, pieces};
use crate::folder::shelf::{LIMIT_INDEX, LIMIT_PIECE, Shelf};
use crate::folder::write::FolderWriter;
use crate::transport::oti;

/// All packets of a file of at most `limit` bytes.
pub(crate) fn read_packets(reader: impl Read, limit: u64) -> io::Result<Vec<Vec<u8>>> {
    let mut bytes = Vec::new();
    reader.take(limit).read_to_end(&mut bytes)?;
    let mut packets = Vec::new();
    let mut sink = |frame: Frame<'_>| packets.push(frame.bytes.to_vec());
    let mut reader = Reader::new();
    reader.push(&bytes, &mut sink);
    reader.finish(&mut sink);
    Ok(packets)
}

/// The heads of the index that verify; `None` if there is no index.
pub(crate) fn read_heads(shelf: &mut dyn Shelf) -> io::Result<Option<Vec<SignedHead>>> {
    let Some(index) = shelf.open(INDEX, None)? else {
        return Ok(None);
    };
    let packets = read_packets(index, LIMIT_INDEX)?;
    let head = |packet: &Vec<u8>| match Packet::parse(packet) {
        Ok(Packet::Head(bytes)) => Head::parse(bytes).ok()?.verify().ok(),
        _ => None,
    };
    Ok(Some(packets.iter().filter_map(head).collect()))
}

/// Gives an object's bytes, in order, to `sink`, from its own files or from `opening` as well, and
/// says whether all were there and are those that the hash names.
pub(crate) fn read_object(
    shelf: &mut dyn Shelf,
    hash: &ObjectHash,
    transport: &Transport,
    opening: Option<&str>,
    sink: &mut dyn FnMut(&[u8]) -> Result<(), Error>,
) -> Result<bool, Error> {
    let oti = oti(transport)?;
    let id = ObjectId(hash.id().0);
    let size = usize::from(transport.symbol);
    let mut hasher = blake3::Hasher::new();
    for piece in pieces(hash, transport)? {
        let name = opening.unwrap_or(&piece.name);
        let opened = shelf.open(name, None).map_err(Error::file(name))?;
        let Some(reader) = opened else {
            return Ok(false);
        };
        let range = FolderWriter::range(transport, &piece);
        let mut bytes = vec![0; (range.end - range.start) as usize];
        let mut here = vec![false; (piece.end - piece.first) as usize];
        let limit = if opening.is_some() {
            super::shelf::LIMIT_OPENING
        } else {
            LIMIT_PIECE
        };
        let packets = match read_packets(reader, limit) {
            Err(error) if aside::is_bad_sector(&error) => return Ok(false),
            other => other.map_err(Error::file(name))?,
        };
        for packet in packets {
            let Ok(Packet::Run(run)) = Packet::parse(&packet) else {
                continue;
            };
            if run.object != id {
                continue;
            }
            let (Ok(symbols), Ok(block)) = (run.check(&oti), oti.block(run.sbn)) else {
                continue;
            };
            let start = block.offset() / u64::from(transport.symbol);
            for (esi, symbol) in symbols.iter().filter(|_| symbols.is_source()) {
                let place = (start + u64::from(esi)).checked_sub(u64::from(piece.first));
                let place = place.filter(|place| *place < here.len() as u64);
                let Some(place) = place.map(|place| place as usize) else {
                    continue;
                };
                here[place] = true;
                let at = place * size;
                let end = bytes.len().min(at + size);
                bytes[at..end].copy_from_slice(&symbol[..end - at]);
            }
        }
        if here.contains(&false) {
            return Ok(false);
        }
        hasher.update(&bytes);
        sink(&bytes)?;
    }
    Ok(*hasher.finalize().as_bytes() == hash.0)
}

/// An edition as a folder has it: manifest and indexes, proven by their hashes.
pub(crate) fn read_edition(
    shelf: &mut dyn Shelf,
    head: &SignedHead,
) -> Result<Option<(SignedEdition, Vec<Index>)>, Error> {
    let name = opening(&head.manifest());
    let mut get = |hash: ObjectHash, transport: Transport| {
        let mut bytes = Vec::new();
        let is_right = read_object(shelf, &hash, &transport, Some(&name), &mut |piece| {
            bytes.extend_from_slice(piece);
            Ok(())
        })?;
        Ok::<_, Error>(Some(bytes).filter(|_| is_right))
    };
    let Some(manifest) = get(head.manifest(), head.transport())? else {
        return Ok(None);
    };
    let signed = head.open(&manifest)?;
    let mut indexes = Vec::new();
    for index in &signed.manifest().indexes {
        match get(index.hash, index.transport)? {
            Some(bytes) => indexes.push(Index::parse(&bytes)?),
            None => return Ok(None),
        }
    }
    Ok(Some((signed, indexes)))
}
