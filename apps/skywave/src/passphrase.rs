//! Where a passphrase comes from: a file, a systemd credential, a terminal.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use age::secrecy::SecretString;
use clap::Args;

use crate::error::Error;

/// Name of the systemd credential (`LoadCredential=skywave-passphrase:…`).
const CREDENTIAL: &str = "skywave-passphrase";
/// Name of the systemd credential that is the on-air key's file.
pub(crate) const ON_AIR_KEY: &str = "skywave-on-air-key";

/// The file of a systemd credential, if there is one.
pub(crate) fn credential(name: &str) -> Option<PathBuf> {
    let dir = std::env::var_os("CREDENTIALS_DIRECTORY")?;
    let path = Path::new(&dir).join(name);
    path.exists().then_some(path)
}

/// Options of every command that opens key files.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct PassphraseOptions {
    /// Read the passphrase of the key files from the first line of FILE. Without it the systemd
    /// credential «skywave-passphrase» is used if there is one, or the terminal is asked.
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
}

impl PassphraseOptions {
    fn file(&self) -> Option<PathBuf> {
        let credential = || credential(CREDENTIAL);
        self.passphrase_file.clone().or_else(credential)
    }

    /// Asks for the passphrase when a key file needs it, once.
    pub(crate) fn asker(&self) -> impl FnMut() -> Option<SecretString> {
        let file = self.file();
        let mut known: Option<SecretString> = None;
        move || {
            if known.is_none() {
                known = match &file {
                    Some(path) => match station::Passphrase::from_file(path).ok()? {
                        station::Passphrase::Secret(secret) => Some(secret),
                        station::Passphrase::None => None,
                    },
                    None if std::io::stdin().is_terminal() => {
                        rpassword::prompt_password("Passphrase of the station's keys: ")
                            .ok()
                            .map(SecretString::from)
                    }
                    None => None,
                };
            }
            known.clone()
        }
    }

    /// The passphrase of a file or a credential, read anew each time, where nobody is to be asked.
    pub(crate) fn quiet_asker(&self) -> impl FnMut() -> Option<SecretString> + Send + use<> {
        let file = self.file();
        move || match station::Passphrase::from_file(file.as_ref()?).ok()? {
            station::Passphrase::Secret(secret) => Some(secret),
            station::Passphrase::None => None,
        }
    }

    /// The passphrase for new key files. `none` is the explicit wish to have none.
    pub(crate) fn for_new_keys(&self, none: bool) -> Result<station::Passphrase, Error> {
        if none {
            return Ok(station::Passphrase::None);
        }
        if let Some(path) = self.file() {
            return Ok(station::Passphrase::from_file(&path)?);
        }
        if !std::io::stdin().is_terminal() {
            return Err(Error::Argument(
                "key files are encrypted: give a passphrase with --passphrase-file FILE, or say \
                 --no-passphrase"
                    .to_owned(),
            ));
        }
        let first = rpassword::prompt_password("New passphrase for the station's keys: ")
            .map_err(Error::Terminal)?;
        let second = rpassword::prompt_password("The same again: ").map_err(Error::Terminal)?;
        if first != second || first.is_empty() {
            return Err(Error::Argument(
                "the two passphrases differ, or are empty".to_owned(),
            ));
        }
        Ok(station::Passphrase::Secret(SecretString::from(first)))
    }
}
