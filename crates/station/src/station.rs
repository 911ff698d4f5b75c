//! A station: its directory, its keys, its archive.

use std::fs;
use std::path::{Path, PathBuf};

use age::secrecy::SecretString;
use edition::{Certificate, Chain, PublicKey, SecretKey};
use zeroize::Zeroizing;

use crate::archive::Archive;
use crate::certify::{CertifyTerms, certify};
use crate::error::Error;
use crate::keyfile::{Passphrase, read_key, write_key};
use crate::public::PublisherKey;
use crate::settings::Settings;

/// A lock on this file says that the station is on air.
const AIR_LOCK: &str = "on-air.lock";

/// File names in a station's directory.
pub(crate) mod files {
    pub(crate) const SETTINGS: &str = "station.toml";
    pub(crate) const PUBLIC: &str = "station.pub";
    pub(crate) const ROOT: &str = "root.key";
    pub(crate) const MANIFEST_KEY: &str = "keys/manifest.key";
    pub(crate) const ON_AIR_KEY: &str = "keys/on-air.key";
    pub(crate) const MANIFEST_CERTIFICATE: &str = "keys/manifest.cert";
    pub(crate) const ON_AIR_CERTIFICATE: &str = "keys/on-air.cert";
}

/// An opened station.
#[derive(Debug)]
pub struct Station {
    dir: PathBuf,
    settings: Settings,
    publisher: PublisherKey,
    archive: Archive,
    /// The file of the on-air key, where it is not the station's own.
    on_air_key: PathBuf,
}

/// What `init` needs.
#[derive(Debug)]
pub struct InitTerms {
    /// The publisher's name.
    pub name: String,
    /// Passphrase of the key files.
    pub passphrase: Passphrase,
    /// The time, in seconds since 1970-01-01T00:00Z.
    pub now: u64,
}

impl Station {
    /// Makes a station in a directory that holds none: keys, certificates, settings, an empty
    /// archive. Gives the root key, to be printed as words.
    pub fn init(dir: &Path, terms: &InitTerms) -> Result<(Self, SecretKey), Error> {
        let root = random_key()?;
        let station = Self::create(dir, &root, terms, &Settings::default(), 1)?;
        Ok((station, root))
    }

    /// Makes a station for a root key that exists, whose next edition is `next`.
    pub(crate) fn create(
        dir: &Path,
        root: &SecretKey,
        terms: &InitTerms,
        settings: &Settings,
        next: u64,
    ) -> Result<Self, Error> {
        if dir.join(files::SETTINGS).exists() || dir.join(files::PUBLIC).exists() {
            return Err(Error::StationExists {
                path: dir.to_owned(),
            });
        }
        let keys = dir.join("keys");
        fs::create_dir_all(&keys).map_err(Error::file(&keys))?;
        let publisher = PublisherKey {
            key: root.public(),
            name: edition::clean_line(&terms.name, 200),
        };
        let settings = Settings {
            name: publisher.name.clone(),
            ..settings.clone()
        };
        write_key(&dir.join(files::ROOT), "root", root, &terms.passphrase)?;
        let manifest_key = dir.join(files::MANIFEST_KEY);
        write_key(&manifest_key, "manifest", &random_key()?, &terms.passphrase)?;
        // It signs lists of packets and no news, and a station has to be on air after a power cut
        // with nobody there to type a passphrase.
        let on_air_key = dir.join(files::ON_AIR_KEY);
        write_key(&on_air_key, "on-air", &random_key()?, &Passphrase::None)?;
        let text = settings.to_text().map_err(|why| Error::Settings {
            path: dir.join(files::SETTINGS),
            why,
        })?;
        write_file(&dir.join(files::SETTINGS), text.as_bytes())?;
        let certify_terms = CertifyTerms {
            first: next,
            ..CertifyTerms::new(terms.now)
        };
        let mut secret = || match &terms.passphrase {
            Passphrase::None => None,
            Passphrase::Secret(secret) => Some(secret.clone()),
        };
        certify(dir, root, &certify_terms, &mut secret)?;
        // The last file written: a station that is only half made is none.
        write_file(&dir.join(files::PUBLIC), publisher.to_text().as_bytes())?;
        Self::open(dir)
    }

    /// Opens the station in a directory.
    pub fn open(dir: &Path) -> Result<Self, Error> {
        let path = dir.join(files::PUBLIC);
        if !path.exists() {
            return Err(Error::NoStation {
                path: dir.to_owned(),
            });
        }
        let text = fs::read_to_string(&path).map_err(Error::file(&path))?;
        let publisher = PublisherKey::parse(&text).map_err(|why| Error::KeyFile { path, why })?;
        let settings = Settings::read(&dir.join(files::SETTINGS))?;
        let archive = Archive::open(&settings.archive, dir)?;
        Ok(Self {
            dir: dir.to_owned(),
            settings,
            publisher,
            archive,
            on_air_key: dir.join(files::ON_AIR_KEY),
        })
    }

    /// Takes the on-air key from another file, such as a credential of systemd.
    pub fn use_on_air_key(&mut self, file: &Path) {
        self.on_air_key = file.to_owned();
    }

    /// Its directory.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Its settings.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Who it speaks for.
    pub fn publisher(&self) -> &PublisherKey {
        &self.publisher
    }

    /// Its archive.
    pub fn archive(&self) -> &Archive {
        &self.archive
    }

    /// Takes the station's air for as long as the file is held: of two that send the same symbols one
    /// is too many.
    ///
    /// # Errors
    ///
    /// [`Error::OnAirAlready`].
    pub fn take_air(&self) -> Result<fs::File, Error> {
        let path = self.dir.join(AIR_LOCK);
        let file = fs::File::create(&path).map_err(Error::file(&path))?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(fs::TryLockError::WouldBlock) => Err(Error::OnAirAlready {
                path: self.dir.clone(),
            }),
            Err(fs::TryLockError::Error(error)) => Err(Error::file(path)(error)),
        }
    }

    /// The root chain.
    pub fn chain(&self) -> Chain {
        Chain::of(self.publisher.key)
    }

    /// The current root key.
    pub fn root(&self) -> PublicKey {
        self.publisher.key
    }

    /// The key that signs editions, with the certificate that covers edition `number`.
    pub fn manifest_key(
        &self,
        number: u64,
        passphrase: &mut dyn FnMut() -> Option<SecretString>,
    ) -> Result<(SecretKey, Certificate), Error> {
        let certificate = self.certificate(files::MANIFEST_CERTIFICATE, number)?;
        let key = read_key(&self.dir.join(files::MANIFEST_KEY), passphrase)?;
        Ok((key, certificate))
    }

    /// The key that signs lists of packets, with the certificate that covers edition `number`.
    pub fn on_air_key(
        &self,
        number: u64,
        passphrase: &mut dyn FnMut() -> Option<SecretString>,
    ) -> Result<(SecretKey, Certificate), Error> {
        let certificate = self.certificate(files::ON_AIR_CERTIFICATE, number)?;
        let key = read_key(&self.on_air_key, passphrase)?;
        Ok((key, certificate))
    }

    /// Whether the key that signs editions does not open with this passphrase, or without one.
    pub(crate) fn signing_needs_person(
        &self,
        passphrase: &mut dyn FnMut() -> Option<SecretString>,
    ) -> bool {
        let key = read_key(&self.dir.join(files::MANIFEST_KEY), passphrase);
        matches!(
            key,
            Err(Error::PassphraseNeeded { .. } | Error::WrongPassphrase { .. })
        )
    }

    /// The key that signs lists of packets.
    pub(crate) fn read_on_air_key(
        &self,
        passphrase: &mut dyn FnMut() -> Option<SecretString>,
    ) -> Result<SecretKey, Error> {
        read_key(&self.on_air_key, passphrase)
    }

    /// Stores the on-air key without a passphrase: it signs lists of packets and no news, and a
    /// station has to be on air after a power cut with nobody there.
    pub fn open_on_air_key(
        &self,
        passphrase: &mut dyn FnMut() -> Option<SecretString>,
    ) -> Result<(), Error> {
        let path = self.dir.join(files::ON_AIR_KEY);
        let key = read_key(&path, passphrase)?;
        let open = path.with_extension("open");
        match fs::remove_file(&open) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(Error::file(&open)(error));
            }
            _ => {}
        }
        write_key(&open, "on-air", &key, &Passphrase::None)?;
        fs::rename(&open, &path).map_err(Error::file(&path))
    }

    /// The certificate of the key that signs lists, whatever it covers.
    pub(crate) fn on_air_certificate_as_it_is(&self) -> Result<Certificate, Error> {
        let path = self.dir.join(files::ON_AIR_CERTIFICATE);
        let bytes = fs::read(&path).map_err(Error::file(&path))?;
        let certificate = Certificate::parse(&bytes)?;
        certificate.verify(&self.root())?;
        Ok(certificate)
    }

    fn certificate(&self, file: &str, number: u64) -> Result<Certificate, Error> {
        let path = self.dir.join(file);
        let bytes = fs::read(&path).map_err(Error::file(&path))?;
        let certificate = Certificate::parse(&bytes)?;
        let certified = certificate.verify(&self.root())?;
        let terms = certified.terms();
        if !(terms.first..=terms.last).contains(&number) {
            return Err(Error::NoCertificate { number });
        }
        Ok(certificate)
    }
}

/// A new random key.
pub(crate) fn random_key() -> Result<SecretKey, Error> {
    let mut seed = Zeroizing::new([0; 32]);
    getrandom::fill(&mut *seed).map_err(|e| Error::Random(e.to_string()))?;
    Ok(SecretKey::from_seed(&seed))
}

/// A random number.
pub(crate) fn random_number() -> Result<u64, Error> {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).map_err(|e| Error::Random(e.to_string()))?;
    Ok(u64::from_le_bytes(bytes))
}

/// Replaces a file in one step and makes it last.
pub(crate) fn write_file(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    use std::io::Write;
    let temporary = path.with_extension("new");
    let mut file = fs::File::create(&temporary).map_err(Error::file(&temporary))?;
    file.write_all(bytes).map_err(Error::file(&temporary))?;
    file.sync_all().map_err(Error::file(&temporary))?;
    fs::rename(&temporary, path).map_err(Error::file(path))?;
    crate::aside::sync_folder(path.parent());
    Ok(())
}
