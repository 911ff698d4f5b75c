//! From frames to sound and back.

#![allow(clippy::unwrap_used, reason = "tests")]

use radio::{Demodulator, MODES, Mode, Modulator, is_good};

/// A frame with a CRC, of bytes that follow from its number.
fn frame(mode: &Mode, number: u8) -> Vec<u8> {
    let mut framer = radio::Framer::new(mode);
    assert!(framer.push(&vec![number; mode.payload() - 2]));
    framer.frame()
}

fn sent(mode: &'static Mode, frames: u8) -> (Vec<Vec<u8>>, Vec<f32>) {
    let mut modulator = Modulator::new(mode);
    let frames: Vec<Vec<u8>> = (0..frames).map(|number| frame(mode, number)).collect();
    let mut samples = Vec::new();
    for frame in &frames {
        modulator.frame(frame, &mut samples).unwrap();
    }
    (1..mode.depth).for_each(|_| modulator.flush(&mut samples));
    (frames, samples)
}

#[test]
fn every_mode_comes_back_as_it_was_sent() {
    for mode in MODES {
        let (frames, samples) = sent(mode, 4);
        let mut demodulator = Demodulator::new(&mode.alike()).unwrap();
        let mut back = Vec::new();
        let mut quality = None;
        let mut take = |received: radio::Received<'_>| {
            assert_eq!(received.mode.name, mode.name);
            quality = Some(received.quality);
            back.extend(received.frame.map(<[u8]>::to_vec));
        };
        for part in samples.chunks(1_234) {
            demodulator.push(part, &mut take);
        }
        demodulator.finish(&mut take);
        println!(
            "{}: {} of {} {quality:?}",
            mode.name,
            back.len(),
            frames.len()
        );
        back.retain(|frame| is_good(frame));
        assert!(back == frames, "{}", mode.name);
    }
}
