//! HTML to blocks. Whatever a page holds, only what an article can express comes out.

mod attributes;
mod blocks;
mod body;
mod bounded;
mod clutter;
mod inline;
mod page;
mod surroundings;
mod table;
mod title;

pub(crate) use blocks::{body_of_fragment, body_of_text, plain_text};
pub(crate) use body::{Body, MediaKind, MediaRef};
pub(crate) use page::{Page, read_page};
pub(crate) use title::byline;
