//! The limits in `docs/format.md` are those of the code.

use edition::limits;

/// Rows `| name | number | …`, with thousands separated by commas.
fn table() -> Vec<(String, u64)> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/format.md");
    let document = std::fs::read_to_string(path).unwrap();
    document
        .lines()
        .filter_map(|line| {
            let mut cells = line.strip_prefix("| `")?.split('|');
            let name = cells.next()?.trim().strip_suffix('`')?;
            let number = cells.next()?.trim().replace(',', "").parse().ok()?;
            Some((name.to_owned(), number))
        })
        .collect()
}

macro_rules! limits {
    ($($name:ident)*) => {
        vec![$((stringify!($name).to_owned(), limits::$name as u64)),*]
    };
}

#[test]
fn the_table_of_limits_is_that_of_the_code() {
    let mut code = limits![
        HEAD_PACKET_BYTES MANIFEST_BYTES INDEX_BYTES CERTIFICATE_BYTES CHAIN_LINKS INDEXES OBJECTS
        OBJECT_BYTES GROUPS_BYTES NUMBERS PLACES CERTIFICATE_SPAN EDITION_NUMBER SECONDS
        BUNDLE_BYTES ARTICLES PARTS LINE_BYTES LEAD_BYTES TEXT_BYTES URL_BYTES BLOCKS ITEMS NESTING
        PIXELS LANGUAGE_BYTES LANGUAGES EXTRA_BYTES CBOR_DEPTH
    ];
    let mut document = table();
    code.sort();
    document.sort();
    assert_eq!(document, code);
    let source = include_str!("../../src/limits.rs");
    assert_eq!(source.matches("pub const ").count(), code.len());
}
