//! The dictionaries that are shipped, packed as [`crate::Dictionary::from_packed`] reads them.
//!
//! `cargo run --release -p skywave-text --example pack_dictionaries` makes them from the texts
//! in `dictionaries/` of the workspace.

/// No shipped dictionary has more bytes of text than this.
pub const LONGEST: usize = 256 * 1024;

/// A shipped dictionary.
#[derive(Debug, Clone, Copy)]
pub struct Shipped {
    /// The language it is for (BCP 47).
    pub language: &'static str,
    /// For [`crate::Dictionary::from_packed`].
    pub packed: &'static [u8],
}

const ALL: [Shipped; 3] = [
    Shipped {
        language: "ar",
        packed: include_bytes!("../dictionaries/ar.bin"),
    },
    Shipped {
        language: "en",
        packed: include_bytes!("../dictionaries/en.bin"),
    },
    Shipped {
        language: "fa",
        packed: include_bytes!("../dictionaries/fa.bin"),
    },
];

/// All of them, by language.
pub fn all() -> &'static [Shipped] {
    &ALL
}

/// The dictionary for a language (`fa`, `fa-AF`, `en-GB`, …), packed, if one is shipped.
pub fn for_language(bcp47: &str) -> Option<&'static [u8]> {
    let primary = bcp47.split(['-', '_']).next().unwrap_or("");
    let fits = |shipped: &&Shipped| shipped.language.eq_ignore_ascii_case(primary);
    ALL.iter().find(fits).map(|shipped| shipped.packed)
}
