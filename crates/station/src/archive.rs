//! The archive: all editions and their objects, in a directory or a bucket. Keys never enter it.
//!
//! ```text
//! objects/ab/abcd…             an object, by its hash: bundles, pictures, indexes, manifests
//! editions/00000000000000000007.head   the signed head of edition 7, made by a conditional create
//! registers/00000000000000000007.json  what the station knows of its articles as of edition 7
//! ```

use std::io::Read;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use edition::{Head, ObjectHash};
use futures_util::TryStreamExt;
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::path::Path as Key;
use object_store::{ObjectStore, ObjectStoreExt, PutMode, PutOptions, PutPayload};

use crate::error::Error;

/// Parts of a large object that are sent at once, in bytes.
const PART_BYTES: usize = 8 << 20;

/// The archive of a station.
#[derive(Debug)]
pub struct Archive {
    store: Arc<dyn ObjectStore>,
    prefix: Key,
    runtime: tokio::runtime::Runtime,
}

impl Archive {
    /// Opens `location`: a directory (relative to `base`, made if there is none) or
    /// `s3://bucket/prefix` (credentials and endpoint from the environment, `AWS_…`).
    pub fn open(location: &str, base: &Path) -> Result<Self, Error> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(Error::file("the archive"))?;
        let (store, prefix): (Arc<dyn ObjectStore>, Key) = match location.strip_prefix("s3://") {
            Some(rest) => {
                let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
                // The one provider of cryptography that is built in; a second call changes nothing.
                let _ = rustls::crypto::ring::default_provider().install_default();
                let s3 = AmazonS3Builder::from_env()
                    .with_bucket_name(bucket)
                    .build()?;
                (Arc::new(s3), Key::from(prefix))
            }
            None => {
                let dir = base.join(location);
                std::fs::create_dir_all(&dir).map_err(Error::file(&dir))?;
                let local = LocalFileSystem::new_with_prefix(&dir)?.with_fsync(true);
                (Arc::new(local), Key::default())
            }
        };
        Ok(Self {
            store,
            prefix,
            runtime,
        })
    }

    /// Stores an object, unless it is there; gives its name.
    pub fn put(&self, bytes: &[u8]) -> Result<ObjectHash, Error> {
        let hash = ObjectHash::of(bytes);
        if !self.has(hash)? {
            self.put_reader(hash, &mut &bytes[..])?;
        }
        Ok(hash)
    }

    /// Stores what `reader` gives under the name `hash`, which the caller has computed.
    pub fn put_reader(&self, hash: ObjectHash, reader: &mut dyn Read) -> Result<(), Error> {
        let key = self.object_key(hash);
        let mut parts = Vec::new();
        let first = read_part(reader)?;
        if first.len() < PART_BYTES {
            let payload = PutPayload::from(first);
            self.runtime.block_on(self.store.put(&key, payload))?;
            return Ok(());
        }
        let mut upload = self.runtime.block_on(self.store.put_multipart(&key))?;
        parts.push(first);
        while let Some(part) = parts.pop() {
            let full = part.len() == PART_BYTES;
            self.runtime.block_on(upload.put_part(part.into()))?;
            if full {
                parts.push(read_part(reader)?);
            }
        }
        self.runtime.block_on(upload.complete())?;
        Ok(())
    }

    /// Whether an object is there.
    pub fn has(&self, hash: ObjectHash) -> Result<bool, Error> {
        let key = self.object_key(hash);
        match self.runtime.block_on(self.store.head(&key)) {
            Ok(_) => Ok(true),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Reads an object whole.
    pub fn get(&self, hash: ObjectHash) -> Result<Bytes, Error> {
        let key = self.object_key(hash);
        Ok(self
            .runtime
            .block_on(async { self.store.get(&key).await?.bytes().await })?)
    }

    /// Reads a range of an object, in bytes.
    pub fn get_range(&self, hash: ObjectHash, range: Range<u64>) -> Result<Bytes, Error> {
        let key = self.object_key(hash);
        Ok(self.runtime.block_on(self.store.get_range(&key, range))?)
    }

    /// Number of the newest edition; 0 if there is none.
    pub fn newest(&self) -> Result<u64, Error> {
        let prefix = self.key("editions");
        let all: Vec<_> = self
            .runtime
            .block_on(self.store.list(Some(&prefix)).try_collect())?;
        Ok(all
            .iter()
            .filter_map(|meta| {
                meta.location
                    .filename()?
                    .strip_suffix(".head")?
                    .parse()
                    .ok()
            })
            .max()
            .unwrap_or(0))
    }

    /// The head of an edition.
    pub fn head(&self, number: u64) -> Result<Head, Error> {
        let key = self.head_key(number);
        let got = self
            .runtime
            .block_on(async { self.store.get(&key).await?.bytes().await });
        match got {
            Ok(bytes) => Ok(Head::parse(&bytes)?),
            Err(object_store::Error::NotFound { .. }) => Err(match self.newest()? {
                0 => Error::NothingPublished,
                newest => Error::NoEdition { number, newest },
            }),
            Err(error) => Err(error.into()),
        }
    }

    /// Claims an edition's number with its head; `false` if another site has taken it.
    pub fn claim(&self, number: u64, head: &Head) -> Result<bool, Error> {
        let key = self.head_key(number);
        let payload = PutPayload::from(head.bytes().to_vec());
        let options = PutOptions::from(PutMode::Create);
        match self
            .runtime
            .block_on(self.store.put_opts(&key, payload, options))
        {
            Ok(_) => Ok(true),
            Err(object_store::Error::AlreadyExists { .. }) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// The register that goes with an edition, if it is there.
    pub fn register(&self, number: u64) -> Result<Option<Bytes>, Error> {
        let key = self.register_key(number);
        let got = self
            .runtime
            .block_on(async { self.store.get(&key).await?.bytes().await });
        match got {
            Ok(bytes) => Ok(Some(bytes)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Stores the register that goes with an edition.
    pub fn put_register(&self, number: u64, bytes: Vec<u8>) -> Result<(), Error> {
        let key = self.register_key(number);
        self.runtime
            .block_on(self.store.put(&key, PutPayload::from(bytes)))?;
        Ok(())
    }

    fn key(&self, name: &str) -> Key {
        self.prefix
            .parts()
            .chain(name.split('/').map(Into::into))
            .collect()
    }

    fn object_key(&self, hash: ObjectHash) -> Key {
        let hex = hash.to_string();
        self.key(&format!("objects/{}/{hex}", &hex[..2]))
    }

    fn head_key(&self, number: u64) -> Key {
        self.key(&format!("editions/{number:020}.head"))
    }

    fn register_key(&self, number: u64) -> Key {
        self.key(&format!("registers/{number:020}.json"))
    }
}

fn read_part(reader: &mut dyn Read) -> Result<Vec<u8>, Error> {
    let mut part = Vec::new();
    reader
        .take(PART_BYTES as u64)
        .read_to_end(&mut part)
        .map_err(Error::file("an object"))?;
    Ok(part)
}
