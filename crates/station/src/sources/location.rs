//! Where something is: an address on the web, or a file in a folder that was given.

use std::fmt;
use std::path::{Path, PathBuf};

use url::Url;

/// Where an item is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Location {
    /// An http or https address, without its fragment.
    Web(Url),
    /// A file inside one of the folders that were given.
    File(PathBuf),
}

impl Location {
    /// The same place under its one name: without a fragment, without links and `..`.
    pub(crate) fn canonical(&self) -> Option<Self> {
        match self {
            Self::Web(url) => {
                let mut url = url.clone();
                url.set_fragment(None);
                Some(Self::Web(url))
            }
            Self::File(path) => path.canonicalize().ok().map(Self::File),
        }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Web(url) => write!(f, "{url}"),
            Self::File(path) => write!(f, "{}", path.display()),
        }
    }
}

/// What relative addresses of a document are relative to.
#[derive(Debug, Clone, Default)]
pub(crate) struct Base {
    /// Its address on the web, where it has one.
    pub(crate) url: Option<Url>,
    /// The folder it stands in, where it is a file.
    pub(crate) folder: Option<Folder>,
}

/// A folder, and how far up from it a document may point.
#[derive(Debug, Clone)]
pub(crate) struct Folder {
    /// The folder, canonical.
    dir: PathBuf,
    /// The folder that nothing may lead out of, canonical.
    root: PathBuf,
}

impl Folder {
    /// The folder of the file at `path`. Its documents may name media one folder up
    /// (`../pictures/x.jpg`), and no further.
    pub(crate) fn of_file(path: &Path) -> Option<Self> {
        let dir = path.canonicalize().ok()?.parent()?.to_path_buf();
        let root = dir.parent().unwrap_or(&dir).to_path_buf();
        Some(Self { dir, root })
    }

    /// The file that `reference` names, if it is one and inside the root.
    pub(crate) fn file(&self, reference: &str) -> Option<PathBuf> {
        let reference = reference.split(['?', '#']).next()?.trim();
        if let Some(path) = Url::parse(reference)
            .ok()
            .and_then(|u| u.to_file_path().ok())
        {
            return self.inside(&path);
        }
        if reference.is_empty() || reference.contains('\0') || Path::new(reference).is_absolute() {
            return None;
        }
        let decoded = percent_decoded(reference);
        [reference, &decoded]
            .iter()
            .find_map(|name| self.inside(&self.dir.join(name)))
    }

    fn inside(&self, path: &Path) -> Option<PathBuf> {
        let path = path.canonicalize().ok()?;
        (path.starts_with(&self.root) && path.is_file()).then_some(path)
    }
}

impl Base {
    /// The base of a document on the web.
    pub(crate) fn web(url: Url) -> Self {
        Self {
            url: Some(url),
            folder: None,
        }
    }

    /// The base of a document in a file.
    pub(crate) fn file(path: &Path) -> Self {
        Self {
            url: None,
            folder: Folder::of_file(path),
        }
    }

    /// What a parser is told to make addresses absolute with; [`Base::locate`] understands them.
    pub(crate) fn own_address(&self) -> Option<String> {
        match (&self.url, &self.folder) {
            (Some(url), _) => Some(url.to_string()),
            (None, Some(folder)) => Url::from_directory_path(&folder.dir).ok().map(String::from),
            (None, None) => None,
        }
    }

    /// Where the thing is that a document names: a file beside it, if there is one, else an
    /// http or https address.
    pub(crate) fn locate(&self, reference: &str) -> Option<Location> {
        let reference = reference.trim();
        if let Some(folder) = &self.folder
            && let Some(path) = folder.file(reference)
        {
            return Some(Location::File(path));
        }
        let mut url = self.absolute(reference)?;
        url.set_fragment(None);
        Some(Location::Web(url))
    }

    /// The http or https address that a reference stands for.
    pub(crate) fn absolute(&self, reference: &str) -> Option<Url> {
        let reference = reference.trim();
        let url = match (&self.url, Url::parse(reference)) {
            (_, Ok(url)) => url,
            (Some(base), Err(_)) => base.join(reference).ok()?,
            (None, Err(_)) => return None,
        };
        let web = matches!(url.scheme(), "http" | "https") && url.has_host();
        web.then_some(url)
    }
}

/// `%20` and the like read; what is not valid stays as it is.
fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let hex = |b: &u8| char::from(*b).to_digit(16);
        match (first, tail) {
            (b'%', [a, b, after @ ..]) if hex(a).is_some() && hex(b).is_some() => {
                bytes.push((hex(a).unwrap_or(0) * 16 + hex(b).unwrap_or(0)) as u8);
                rest = after;
            }
            _ => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_web_addresses_are_absolute() {
        let base = Base::web(Url::parse("https://news.example/a/b").unwrap());
        let abs = |s: &str| base.absolute(s).map(String::from);
        assert_eq!(abs("c"), Some("https://news.example/a/c".to_owned()));
        assert_eq!(abs("//x.example/"), Some("https://x.example/".to_owned()));
        for bad in [
            "javascript:alert(1)",
            "file:///etc/passwd",
            "data:,x",
            "mailto:a@b.c",
        ] {
            assert_eq!(abs(bad), None, "{bad}");
        }
    }

    #[test]
    fn files_do_not_lead_out() {
        let top = tempfile::tempdir().unwrap();
        let deep = top.path().join("a/b");
        std::fs::create_dir_all(&deep).unwrap();
        for name in ["a/b/x y.jpg", "a/up.jpg", "out.jpg"] {
            std::fs::write(top.path().join(name), "x").unwrap();
        }
        let folder = Folder::of_file(&deep.join("x y.jpg")).unwrap();
        assert!(folder.file("x%20y.jpg").is_some());
        assert!(folder.file("../up.jpg?v=1").is_some());
        assert!(folder.file("../../out.jpg").is_none());
        assert!(folder.file("/etc/passwd").is_none());
        std::os::unix::fs::symlink(top.path().join("out.jpg"), deep.join("link.jpg")).unwrap();
        assert!(folder.file("link.jpg").is_none());
    }
}
