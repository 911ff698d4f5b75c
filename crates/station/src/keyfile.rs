//! Key files: readable by their owner only, encrypted with a passphrase unless one has explicitly
//! chosen not to.
//!
//! A key file is one line, `skywave-secret-key 1 ROLE HEX`, after comment lines that say what it
//! is. Encrypted it is that text in an armoured age file (C2SP age v1, scrypt recipient), so
//! that `age -d` opens it too.

use std::fs::{self, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use age::secrecy::SecretString;
use edition::SecretKey;
use zeroize::Zeroizing;

use crate::error::Error;

const LABEL: &str = "skywave-secret-key 1 ";
/// Longest key file, in bytes.
const MOST_BYTES: u64 = 64 * 1024;

/// A passphrase, or the explicit wish to have none.
#[derive(Clone)]
pub enum Passphrase {
    /// Keys are stored as they are.
    None,
    /// Keys are encrypted.
    Secret(SecretString),
}

impl Passphrase {
    /// The first line of a file, or of a systemd credential.
    pub fn from_file(path: &Path) -> Result<Self, Error> {
        let text = Zeroizing::new(fs::read_to_string(path).map_err(Error::file(path))?);
        let line = text.lines().next().unwrap_or_default();
        if line.is_empty() {
            return Err(Error::KeyFile {
                path: path.to_owned(),
                why: "its first line, the passphrase, is empty".to_owned(),
            });
        }
        Ok(Self::Secret(SecretString::from(line.to_owned())))
    }
}

impl std::fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::None => "no passphrase",
            Self::Secret(_) => "a passphrase",
        })
    }
}

/// Writes a key to a new file that only its owner can read. `role` is `root`, `manifest` or
/// `on-air`.
pub fn write_key(
    path: &Path,
    role: &str,
    key: &SecretKey,
    passphrase: &Passphrase,
) -> Result<(), Error> {
    let hex: Zeroizing<String> = Zeroizing::new(
        key.seed()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect(),
    );
    let text = Zeroizing::new(format!(
        "# A secret key of Skywave. Whoever has it can speak as its owner.\n{LABEL}{role} {}\n",
        *hex
    ));
    let bytes = match passphrase {
        Passphrase::None => Zeroizing::new(text.as_bytes().to_vec()),
        Passphrase::Secret(secret) => {
            let recipient = age::scrypt::Recipient::new(secret.clone());
            let armored = age::encrypt_and_armor(&recipient, text.as_bytes()).map_err(|e| {
                Error::KeyFile {
                    path: path.to_owned(),
                    why: e.to_string(),
                }
            })?;
            Zeroizing::new(armored.into_bytes())
        }
    };
    write_new_private(path, &bytes)
}

/// Reads a key file, asking for the passphrase only if it is encrypted.
pub fn read_key(
    path: &Path,
    passphrase: &mut dyn FnMut() -> Option<SecretString>,
) -> Result<SecretKey, Error> {
    let mut file = fs::File::open(path).map_err(Error::file(path))?;
    let mode = file
        .metadata()
        .map_err(Error::file(path))?
        .permissions()
        .mode()
        & 0o777;
    if mode & 0o077 != 0 {
        return Err(Error::KeyIsPublic {
            path: path.to_owned(),
            mode,
        });
    }
    let mut bytes = Zeroizing::new(Vec::new());
    Read::by_ref(&mut file)
        .take(MOST_BYTES)
        .read_to_end(&mut bytes)
        .map_err(Error::file(path))?;
    if bytes.starts_with(b"-----BEGIN AGE") || bytes.starts_with(b"age-encryption.org/v1") {
        let secret = passphrase().ok_or(Error::PassphraseNeeded {
            path: path.to_owned(),
        })?;
        let identity = age::scrypt::Identity::new(secret);
        bytes = Zeroizing::new(age::decrypt(&identity, &bytes).map_err(|_| {
            Error::WrongPassphrase {
                path: path.to_owned(),
            }
        })?);
    }
    parse(&bytes).ok_or(Error::KeyFile {
        path: path.to_owned(),
        why: format!("there is no line that begins with «{}»", LABEL.trim_end()),
    })
}

fn parse(bytes: &[u8]) -> Option<SecretKey> {
    let text = std::str::from_utf8(bytes).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(LABEL))?;
    let hex = line.split_whitespace().nth(1)?;
    let seed = Zeroizing::new(crate::public::parse_hex(hex)?);
    Some(SecretKey::from_seed(&seed))
}

/// Writes a file that must not exist yet and that only its owner can read, and makes it last.
fn write_new_private(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .map_err(Error::file(path))?;
    file.write_all(bytes).map_err(Error::file(path))?;
    file.sync_all().map_err(Error::file(path))
}
