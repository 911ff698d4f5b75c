//! An edition as a folder of files that never change: what `cp`, `rsync`, a web mirror or a bucket
//! carries.
//!
//! ```text
//! index.bin                heads of the newest editions: the only file that is ever replaced
//! ab/abcd….bin             an object, or by a manifest's name: head, manifest and all indexes
//! ab/abcd…-0.bin, -1 …     a big object in pieces of 4 MiB
//! ```
//!
//! Every file is a `.sky` file, lists first and then runs of source symbols in order, so that each is
//! of use by itself, in the reader page as well. A file's name follows from what is signed: whoever
//! fetches never takes a name, a size or an order from the folder. `docs/format-file.md` has the
//! layout byte by byte.

mod layout;
mod mirror;
mod read;
mod shelf;
mod visit;
mod write;

pub use layout::{INDEX, Piece, opening, pieces};
pub use mirror::Mirror;
pub use shelf::{FolderShelf, Shelf};
pub use visit::{Visit, VisitStep};

pub(crate) use read::{read_edition, read_heads, read_object, read_packets};
pub(crate) use write::{FolderWriter, Runs};
