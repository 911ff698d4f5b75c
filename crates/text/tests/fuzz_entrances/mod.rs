//! The hostile entrance of this crate, for `fuzz/fuzz_targets` and for `fuzz_replay.rs`. It panics
//! where bytes are taken that should not be.

use std::sync::OnceLock;

use text::{Dictionary, Primed, compress, decompress};

/// Bytes of text at most: what is longer takes the fuzzer's time and has nothing new in it.
const MOST: usize = 512;

fn primed() -> &'static Primed {
    static PRIMED: OnceLock<Primed> = OnceLock::new();
    PRIMED.get_or_init(|| Primed::new(&Dictionary::new("خبر می‌رسد. The news.\n".into())))
}

/// Any bytes as compressed text: garbage of the declared length, which compresses to those very
/// bytes, or an error. The first byte chooses between text without a dictionary, with one, a packed
/// dictionary, and text that is compressed first; for the first two the next two have the length.
pub(crate) fn text_decompress(data: &[u8]) {
    match data {
        [which, high, low, code @ ..] if which % 4 < 2 => {
            let dictionary = (which % 4 == 1).then(primed);
            let length = usize::from(u16::from_be_bytes([*high, *low])) % MOST;
            if let Ok(text) = decompress(code, length, dictionary) {
                assert_eq!(text.len(), length);
                assert_eq!(compress(&text, dictionary), code);
            }
        }
        [which, packed @ ..] if which % 4 == 2 => {
            if let Ok(dictionary) = Dictionary::from_packed(packed, MOST) {
                assert_eq!(dictionary.packed(), packed);
            }
        }
        [_, text @ ..] => {
            let text = &text[..text.len().min(MOST)];
            let code = compress(text, None);
            assert_eq!(decompress(&code, text.len(), None).as_deref(), Ok(text));
        }
        [] => {}
    }
}
