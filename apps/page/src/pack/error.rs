//! What can be wrong with a page that is to be packed.

/// Why a page cannot be packed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PackError {
    /// The program was built before the page's engine was.
    #[error(
        "this program was built without the reader page: `cargo xtask page` builds both, and so does `cargo xtask demo`"
    )]
    NoEngine,
    /// There are no words in this language.
    #[error("there are no words in {0:?}: apps/page/strings has a file for each language")]
    Language(String),
    /// A file of words is no JSON.
    #[error("the words in {language:?}: {why}")]
    Strings {
        /// The language.
        language: String,
        /// What is wrong.
        why: String,
    },
    /// A font is in no form that browsers read.
    #[error("{0}: not a font that browsers read (WOFF2, WOFF, TrueType, OpenType)")]
    Font(String),
    /// A shipped dictionary cannot be unpacked.
    #[error("a shipped dictionary is damaged: {0}")]
    Dictionary(String),
    /// A module imports what is not there, or in a form that the packer does not know.
    #[error("{module}.js: {why}")]
    Module {
        /// The module.
        module: String,
        /// What is wrong.
        why: String,
    },
}
