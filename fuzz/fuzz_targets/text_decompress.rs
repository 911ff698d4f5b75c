//! Any bytes as compressed text: garbage of the declared length, which compresses to those very
//! bytes, or an error. The first byte chooses the dictionary, the next two the length.
#![no_main]

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use text::{Dictionary, Primed, compress, decompress};

fn primed() -> &'static Primed {
    static PRIMED: OnceLock<Primed> = OnceLock::new();
    PRIMED.get_or_init(|| Primed::new(&Dictionary::new("خبر می‌رسد. The news.\n".into())))
}

fuzz_target!(|data: &[u8]| {
    let [which, high, low, code @ ..] = data else { return };
    let _ = Dictionary::from_packed(data, 4096);
    let dictionary = (which & 1 == 1).then(primed);
    let length = usize::from(u16::from_be_bytes([*high, *low])) % 4096;
    if let Ok(text) = decompress(code, length, dictionary) {
        assert_eq!(text.len(), length);
        assert_eq!(compress(&text, dictionary), code);
    }
});
