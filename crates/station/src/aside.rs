//! Files on sticks and in folders that others could have prepared: written aside, read back, named once
//! they are right, and never through a link.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::Path;

use rustix::fs::{Advice, fadvise};

/// A new file under this name, in the place of what was there: of a link the link goes, and what it
/// leads to stays as it is.
pub(crate) fn create(path: &Path) -> io::Result<File> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = File::options();
    options.read(true).write(true).create_new(true).open(path)
}

/// Opens a file for reading; a pipe or a device, which could make the reader wait for ever, is none.
pub(crate) fn open(path: &Path) -> io::Result<File> {
    match fs::metadata(path)?.is_file() {
        true => File::open(path),
        false => Err(ErrorKind::NotFound.into()),
    }
}

/// Writes a new file, makes it last, and compares what the disk has of it.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = create(path)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    forget(&file);
    file.seek(SeekFrom::Start(0))?;
    let mut there = Vec::with_capacity(bytes.len());
    file.read_to_end(&mut there)?;
    match there == bytes {
        true => Ok(()),
        false => Err(io::Error::other(
            "what was written does not read back as it was: do not trust this disk",
        )),
    }
}

/// What is read next comes from the disk, and not from what the system remembers of it.
pub(crate) fn forget(file: &File) {
    let _ = fadvise(file, 0, None, Advice::DontNeed);
}

/// Makes the new names in a folder last. File systems that cannot do it do without.
pub(crate) fn sync_folder(dir: Option<&Path>) {
    if let Some(dir) = dir.and_then(|dir| File::open(dir).ok()) {
        let _ = dir.sync_all();
    }
}

/// A sector that cannot be read is damage (EIO); of a disk that is gone nothing can be read.
pub(crate) fn is_bad_sector(error: &io::Error) -> bool {
    rustix::io::Errno::from_io_error(error) == Some(rustix::io::Errno::IO)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn nothing_is_written_through_a_link() {
        let dir = tempfile::tempdir().unwrap();
        let (precious, link) = (dir.path().join("precious"), dir.path().join("a.new"));
        fs::write(&precious, b"precious").unwrap();
        symlink(&precious, &link).unwrap();
        write(&link, b"other").unwrap();
        assert_eq!(fs::read(&precious).unwrap(), b"precious");
        assert_eq!(fs::read(&link).unwrap(), b"other");
        assert!(fs::symlink_metadata(&link).unwrap().is_file());
    }

    #[test]
    fn what_only_looks_like_a_file_is_not_waited_for() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(open(dir.path()).unwrap_err().kind(), ErrorKind::NotFound);
        assert_eq!(
            open(Path::new("/dev/null")).unwrap_err().kind(),
            ErrorKind::NotFound
        );
    }
}
