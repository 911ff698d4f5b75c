//! Lists: signed fingerprints of the runs that follow, so that forged runs can be told apart.

use std::collections::{HashSet, VecDeque};

use crate::Error;
use crate::packet::{KIND_LIST, MAX_PACKET_BYTES, take};

/// The domain line before a list's bytes in what is signed.
pub const LIST_DOMAIN: &[u8] = b"skywave list v1\n";

const FLAG_CERTIFICATE: u8 = 0x01;
const HASH_BYTES: usize = 10;
const SIGNATURE_BYTES: usize = 64;
/// Kind, flags, publisher, edition, key.
const FIXED_BYTES: usize = 1 + 1 + 8 + 8 + 8;

/// The first 10 bytes of the BLAKE3 hash of a whole run packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RunHash(pub [u8; HASH_BYTES]);

/// The fingerprint of a run packet, from the kind byte to the end.
#[must_use]
pub fn run_hash(packet: &[u8]) -> RunHash {
    let mut hash = [0; HASH_BYTES];
    for (to, from) in hash.iter_mut().zip(blake3::hash(packet).as_bytes()) {
        *to = *from;
    }
    RunHash(hash)
}

/// A list as it stands in a packet: nobody has looked at its signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct List<'a> {
    publisher: [u8; 8],
    edition: u64,
    key: [u8; 8],
    certificate: Option<&'a [u8]>,
    entries: &'a [u8],
    body: &'a [u8],
    signature: &'a [u8; SIGNATURE_BYTES],
}

impl<'a> List<'a> {
    /// Reads a whole list packet, kind byte included.
    pub(crate) fn parse(packet: &'a [u8]) -> Result<Self, Error> {
        let bytes = packet.len();
        let mut rest = packet;
        let [_kind, flags] = take(&mut rest, bytes)?;
        if flags & !FLAG_CERTIFICATE != 0 {
            return Err(Error::ListFlags(flags));
        }
        let publisher = take(&mut rest, bytes)?;
        let edition = u64::from_be_bytes(take(&mut rest, bytes)?);
        let key = take(&mut rest, bytes)?;
        let mut certificate = None;
        if flags & FLAG_CERTIFICATE != 0 {
            let len = usize::from(u16::from_be_bytes(take(&mut rest, bytes)?));
            if len == 0 {
                return Err(Error::EmptyCertificate);
            }
            let needed = bytes - rest.len() + len;
            let short = Error::PacketTooShort { bytes, needed };
            let (field, tail) = rest.split_at_checked(len).ok_or(short)?;
            certificate = Some(field);
            rest = tail;
        }
        let needed = bytes - rest.len() + HASH_BYTES + SIGNATURE_BYTES;
        let short = Error::PacketTooShort { bytes, needed };
        let (entries, signature) = rest.split_last_chunk().ok_or(short)?;
        if entries.is_empty() || !entries.len().is_multiple_of(HASH_BYTES) {
            let bytes = entries.len();
            return Err(Error::ListEntries { bytes });
        }
        let (body, _) = packet.split_at(bytes - SIGNATURE_BYTES);
        Ok(Self {
            publisher,
            edition,
            key,
            certificate,
            entries,
            body,
            signature,
        })
    }

    /// The first 8 bytes of the publisher's current root key.
    #[must_use]
    pub fn publisher(&self) -> [u8; 8] {
        self.publisher
    }

    /// The edition's number.
    #[must_use]
    pub fn edition(&self) -> u64 {
        self.edition
    }

    /// The first 8 bytes of the on-air key that signed the list.
    #[must_use]
    pub fn key(&self) -> [u8; 8] {
        self.key
    }

    /// The on-air key's certificate, if it rides in this list; `edition` reads it.
    #[must_use]
    pub fn certificate(&self) -> Option<&'a [u8]> {
        self.certificate
    }

    /// The runs that the list names, at least one.
    pub fn entries(&self) -> impl ExactSizeIterator<Item = RunHash> + use<'a> {
        let (entries, _) = self.entries.as_chunks::<HASH_BYTES>();
        entries.iter().copied().map(RunHash)
    }

    /// What the signature is over: [`LIST_DOMAIN`] and all of the packet before the signature.
    #[must_use]
    pub fn signed_bytes(&self) -> Vec<u8> {
        [LIST_DOMAIN, self.body].concat()
    }

    /// The Ed25519 signature.
    #[must_use]
    pub fn signature(&self) -> &'a [u8; SIGNATURE_BYTES] {
        self.signature
    }

    /// Verifies the list: `verify` gets the signed bytes and the signature, and must answer with
    /// the key that [`List::key`] names, once its certificate has been found good.
    ///
    /// # Errors
    ///
    /// [`Error::BadSignature`] if `verify` says no.
    pub fn verify(
        self,
        verify: impl FnOnce(&[u8], &[u8; SIGNATURE_BYTES]) -> bool,
    ) -> Result<VerifiedList<'a>, Error> {
        if verify(&self.signed_bytes(), self.signature) {
            Ok(VerifiedList(self))
        } else {
            Err(Error::BadSignature)
        }
    }
}

/// A list whose signature is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VerifiedList<'a>(List<'a>);

impl<'a> VerifiedList<'a> {
    /// The list.
    #[must_use]
    pub fn list(&self) -> &List<'a> {
        &self.0
    }
}

/// Makes a list of the runs that will follow it.
#[derive(Clone, Debug)]
pub struct ListBuilder {
    /// Domain line and packet, up to the last entry.
    message: Vec<u8>,
    entries: usize,
    capacity: usize,
}

impl ListBuilder {
    /// A list of no runs yet, for packets of at most `max_packet_bytes` (never over
    /// [`MAX_PACKET_BYTES`]).
    ///
    /// # Errors
    ///
    /// [`Error::EmptyCertificate`]; [`Error::PacketTooLong`] if not one entry would fit.
    pub fn new(
        publisher: [u8; 8],
        edition: u64,
        key: [u8; 8],
        certificate: Option<&[u8]>,
        max_packet_bytes: usize,
    ) -> Result<Self, Error> {
        let certificate_bytes = match certificate {
            Some([]) => return Err(Error::EmptyCertificate),
            Some(bytes) => bytes.len() + 2,
            None => 0,
        };
        let around = FIXED_BYTES + certificate_bytes + SIGNATURE_BYTES;
        let max = max_packet_bytes.min(MAX_PACKET_BYTES);
        let capacity = max.saturating_sub(around) / HASH_BYTES;
        if capacity == 0 {
            let bytes = around + HASH_BYTES;
            return Err(Error::PacketTooLong { bytes, max });
        }
        let mut message = LIST_DOMAIN.to_vec();
        let flags = if certificate.is_some() {
            FLAG_CERTIFICATE
        } else {
            0
        };
        message.extend_from_slice(&[KIND_LIST, flags]);
        message.extend_from_slice(&publisher);
        message.extend_from_slice(&edition.to_be_bytes());
        message.extend_from_slice(&key);
        if let Some(bytes) = certificate {
            // Fits: it is shorter than a packet.
            message.extend_from_slice(&(bytes.len() as u16).to_be_bytes());
            message.extend_from_slice(bytes);
        }
        Ok(Self {
            message,
            entries: 0,
            capacity,
        })
    }

    /// How many runs fit in all.
    #[must_use]
    pub fn capacity(&self) -> usize {
        self.capacity
    }

    /// How many runs are on it.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries
    }

    /// Whether no run is on it yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries == 0
    }

    /// Whether no further run fits.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.entries == self.capacity
    }

    /// Puts a whole run packet on the list.
    ///
    /// # Errors
    ///
    /// [`Error::ListFull`].
    pub fn push(&mut self, packet: &[u8]) -> Result<(), Error> {
        if self.is_full() {
            let entries = self.entries;
            return Err(Error::ListFull { entries });
        }
        self.message.extend_from_slice(&run_hash(packet).0);
        self.entries += 1;
        Ok(())
    }

    /// Signs the list and gives its packet; `sign` gets the signed bytes.
    ///
    /// # Errors
    ///
    /// [`Error::ListEntries`] if no run is on it.
    pub fn finish(
        mut self,
        sign: impl FnOnce(&[u8]) -> [u8; SIGNATURE_BYTES],
    ) -> Result<Vec<u8>, Error> {
        if self.entries == 0 {
            return Err(Error::ListEntries { bytes: 0 });
        }
        let signature = sign(&self.message);
        self.message.extend_from_slice(&signature);
        self.message.drain(..LIST_DOMAIN.len());
        Ok(self.message)
    }
}

/// The runs that verified lists named lately: a set of at most `capacity` fingerprints, of which
/// the oldest go first.
#[derive(Clone, Debug)]
pub struct ListedRuns {
    capacity: usize,
    set: HashSet<RunHash>,
    order: VecDeque<RunHash>,
}

impl ListedRuns {
    /// An empty set for at most `capacity` runs, at about 50 bytes each when full.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        Self {
            capacity,
            set: HashSet::new(),
            order: VecDeque::new(),
        }
    }

    /// Takes in what a verified list names.
    pub fn add(&mut self, list: &VerifiedList<'_>) {
        for hash in list.0.entries() {
            if self.capacity == 0 || !self.set.insert(hash) {
                continue;
            }
            self.order.push_back(hash);
            if self.order.len() > self.capacity
                && let Some(oldest) = self.order.pop_front()
            {
                self.set.remove(&oldest);
            }
        }
    }

    /// Whether a verified list names the run.
    #[must_use]
    pub fn contains(&self, hash: &RunHash) -> bool {
        self.set.contains(hash)
    }

    /// How many runs are named.
    #[must_use]
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Whether none is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Packet;

    fn build(certificate: Option<&[u8]>, runs: &[&[u8]]) -> Vec<u8> {
        let mut list = ListBuilder::new([1; 8], 7, [2; 8], certificate, MAX_PACKET_BYTES).unwrap();
        runs.iter().for_each(|run| list.push(run).unwrap());
        list.finish(|message| {
            let mut signature = [0; 64];
            signature[..32].copy_from_slice(blake3::hash(message).as_bytes());
            signature
        })
        .unwrap()
    }

    fn verifies(message: &[u8], signature: &[u8; 64]) -> bool {
        signature[..32] == *blake3::hash(message).as_bytes()
    }

    #[test]
    fn round_trip() {
        for certificate in [None, Some([9u8; 155].as_slice())] {
            let packet = build(certificate, &[b"one", b"two"]);
            let Ok(Packet::List(list)) = Packet::parse(&packet) else {
                panic!("not a list")
            };
            assert_eq!(list.publisher(), [1; 8]);
            assert_eq!((list.edition(), list.key()), (7, [2; 8]));
            assert_eq!(list.certificate(), certificate);
            let named: Vec<_> = list.entries().collect();
            assert_eq!(named, [run_hash(b"one"), run_hash(b"two")]);
            assert!(list.signed_bytes().starts_with(b"skywave list v1\n\x03"));
            let verified = list.verify(verifies).unwrap();
            let mut listed = ListedRuns::new(1);
            listed.add(&verified);
            listed.add(&verified);
            assert_eq!(listed.len(), 1);
            assert!(list.verify(|_, _| false).is_err());
        }
    }

    #[test]
    fn as_many_entries_as_fit() {
        let mut list =
            ListBuilder::new([0; 8], 1, [0; 8], Some(&[0; 155]), MAX_PACKET_BYTES).unwrap();
        assert_eq!(list.capacity(), 102);
        while !list.is_full() {
            list.push(b"run").unwrap();
        }
        assert_eq!(list.push(b"run"), Err(Error::ListFull { entries: 102 }));
        let packet = list.finish(|_| [0; 64]).unwrap();
        assert!(packet.len() <= MAX_PACKET_BYTES);
        assert!(Packet::parse(&packet).is_ok());
    }

    #[test]
    fn the_oldest_leave_the_set() {
        let packets: Vec<[u8; 2]> = (0..1000u16).map(u16::to_be_bytes).collect();
        let mut listed = ListedRuns::new(100);
        for ten in packets.chunks(10) {
            let runs: Vec<&[u8]> = ten.iter().map(<[u8; 2]>::as_slice).collect();
            let packet = build(None, &runs);
            let Ok(Packet::List(list)) = Packet::parse(&packet) else {
                panic!("not a list")
            };
            listed.add(&list.verify(verifies).unwrap());
        }
        assert_eq!(listed.len(), 100);
        assert!(!listed.contains(&run_hash(&packets[899])));
        assert!(listed.contains(&run_hash(&packets[900])));
    }
}
