//! The entrances that are fuzzed: anything may come.

use radio::{Deframer, Listener, Recording};

/// Samples that are listened to: an attacker's hour costs no more of one's own than any other.
const MOST: usize = 1 << 17;

/// A file that may be a WAV. Says whether it was one.
pub fn recording(bytes: &[u8]) -> bool {
    let mut recording = Recording::new();
    // In pieces of lengths that the bytes themselves give.
    let mut rest = bytes;
    while let Some(first) = rest.first() {
        let (piece, behind) = rest.split_at(rest.len().min(1 + 37 * usize::from(*first)));
        recording.push(piece, &mut |packet, at| {
            assert!(packet.len() <= radio::LONGEST_PACKET && at <= bytes.len() as u64);
        });
        rest = behind;
    }
    recording.finish(&mut |_, _| {});
    let heard = recording.heard();
    assert!(heard.seconds.is_finite() && heard.frames.1 <= heard.frames.0);
    recording.is_wav() == Some(true) && heard.error.is_none()
}

/// Samples, which may be no numbers at all, and frames.
pub fn samples(bytes: &[u8]) {
    let Some((rate, rest)) = bytes.split_first_chunk::<3>() else {
        return;
    };
    let rate = u32::from_le_bytes([rate[0], rate[1], rate[2], 0]);
    let samples = rest.chunks_exact(4).take(MOST);
    let samples = samples.map(|s| f32::from_le_bytes([s[0], s[1], s[2], s[3]]));
    let samples: Vec<f32> = samples.collect();
    if let Ok(mut listener) = Listener::new(rate) {
        listener.push(&samples, &mut |_, _| {});
        listener.finish(&mut |_, _| {});
        assert!(listener.heard().seconds.is_finite());
    }
    let mut deframer = Deframer::default();
    for frame in rest.chunks(1 + usize::from(bytes[0])) {
        deframer.push(frame, &mut |packet| {
            assert!(packet.len() <= radio::LONGEST_PACKET);
        });
    }
}
