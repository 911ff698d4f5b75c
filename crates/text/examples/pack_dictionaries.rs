//! Packs `dictionaries/*.txt` of the workspace into `crates/text/dictionaries/*.bin`.
#![allow(
    clippy::disallowed_methods,
    reason = "a tool of the workspace: files in, files out"
)]
#![allow(clippy::print_stdout, reason = "a tool tells what it did")]

use std::path::Path;

fn main() -> std::io::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for shipped in text::dictionaries::all() {
        let language = shipped.language;
        let from = root.join(format!("../../dictionaries/{language}.txt"));
        let dictionary = text::Dictionary::new(std::fs::read(from)?);
        let packed = dictionary.packed();
        std::fs::write(root.join(format!("dictionaries/{language}.bin")), &packed)?;
        println!(
            "{language}: {} bytes of text, {} packed",
            dictionary.text().len(),
            packed.len()
        );
    }
    Ok(())
}
