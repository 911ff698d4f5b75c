//! Whom an inbox believes.

use std::path::Path;

use crate::error::Error;

/// Whom the inbox believes, so that `status` and `read` need not be told again.
pub(crate) fn remember_trust(inbox: &Path, trust: &[edition::PublicKey]) -> Result<(), Error> {
    std::fs::create_dir_all(inbox).map_err(Error::file(inbox))?;
    let path = inbox.join("trust");
    let mut known = read_trust(inbox);
    let before = known.len();
    for key in trust {
        if !known.contains(key) {
            known.push(*key);
        }
    }
    if known.len() == before {
        return Ok(());
    }
    let text: String = known.iter().map(|key| format!("{key}\n")).collect();
    let aside = inbox.join("trust.new");
    std::fs::write(&aside, text).map_err(Error::file(&aside))?;
    std::fs::rename(&aside, &path).map_err(Error::file(path))
}

/// The keys that [`remember_trust`] has written.
pub(crate) fn read_trust(inbox: &Path) -> Vec<edition::PublicKey> {
    let text = std::fs::read_to_string(inbox.join("trust")).unwrap_or_default();
    text.lines()
        .filter_map(|line| station::read_publisher(line).ok())
        .map(|publisher| publisher.key)
        .collect()
}
