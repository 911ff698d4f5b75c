//! From what a newsroom has (feeds, pages, Markdown, folders, media) to drafts of articles.
//!
//! [`gather`] opens every source, fetches the pages behind leads, fetches and re-encodes media,
//! and puts drafts together. Whatever goes wrong with an item becomes a [`Problem`] of one line,
//! and the rest is gathered all the same. The same source bytes and settings give the same
//! drafts.

mod assemble;
mod charset;
mod counts;
mod dates;
mod draft;
mod feed;
mod folder;
mod gather;
mod html;
mod http;
mod language;
mod library;
mod location;
mod markdown;
mod open;
mod pages;
mod parallel;
mod problem;
mod settings;
mod written;

pub use counts::Counts;
pub use draft::{Asset, AssetBytes, AssetKind, Draft};
pub use gather::{GatherError, Gathered, Progress, Stage, gather};
pub(crate) use html::MediaKind;
pub use http::{CachedAnswer, FolderCache, HttpCache, MemoryCache, NoCache};
pub(crate) use http::{Guarded, is_public};
pub use problem::{Problem, Trouble};
pub use settings::{
    Ffmpeg, FilmBudget, HttpSettings, PictureBudget, Settings, SizeLimits, SoundBudget,
};

/// Entrances for fuzzing: what they are given may be anything.
pub mod fuzz {
    use super::feed::read_feed;
    use super::html::read_page;
    use super::location::Base;

    /// Reads `bytes` as a feed and checks the blocks of every entry.
    pub fn feed(bytes: &[u8]) {
        if let Ok(feed) = read_feed(bytes, None, &Base::default(), "fuzz", 50) {
            for item in &feed.items {
                super::assemble::check(&item.title, &item.body);
            }
        }
    }

    /// Reads `bytes` as a page and checks its blocks.
    pub fn html_page(bytes: &[u8]) {
        let Ok(decoded) = super::charset::decode(bytes, None) else {
            return;
        };
        if let Ok(page) = read_page(&decoded.text, &Base::default()) {
            super::assemble::check(&page.title, &page.body);
        }
    }
}
