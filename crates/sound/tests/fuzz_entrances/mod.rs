//! The entrances that are fuzzed: anything may come.

use std::io::Cursor;

/// Samples that are pulled at once.
const WANTED: usize = 4_800;
/// Pulls at most: a file that does not end by then has its samples.
const PULLS: usize = 200;
/// More than a packet of any codec has, and the silence for one that is lost (30 s at 192 kHz).
const MOST: usize = WANTED + 8 * 1_024 * 1_024;

/// A file of any kind. Says how many samples came of it.
pub fn sound(bytes: &[u8]) -> usize {
    let Ok(mut reader) = sound::open(Cursor::new(bytes)) else {
        return 0;
    };
    assert!((8_000..=192_000).contains(&reader.rate()));
    let (mut samples, mut all) = (Vec::new(), 0);
    for _ in 0..PULLS {
        samples.clear();
        let pulled = reader.pull(WANTED, &mut samples);
        assert!(samples.len() <= MOST, "{} samples at once", samples.len());
        assert!(reader.position() <= bytes.len() as u64);
        all += samples.len();
        match pulled {
            Ok(true) => {}
            Ok(false) => {
                // What is over stays over.
                assert!(matches!(reader.pull(WANTED, &mut samples), Ok(false)));
                break;
            }
            Err(_) => break,
        }
    }
    all
}
