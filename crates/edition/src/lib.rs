//! Articles and media as canonical bytes; hashes, signatures and the trust chain of an edition.

mod article;
pub mod block;
mod cbor;
mod error;
mod hash;
pub mod limits;
mod span;
mod text;

pub use article::Article;
pub use block::Block;
pub use cbor::Extra;
pub use error::Error;
pub use hash::{ObjectHash, ObjectId};
pub use span::{Span, plain};
pub use text::{clean_line, clean_prose};
