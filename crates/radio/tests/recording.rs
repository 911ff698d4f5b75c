//! Packets to a WAV file and back, as a listener has it.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use radio::{Framer, Heard, Mode, Modulator, Recording, Resampler, wav};

const FRAMES: u8 = 5;

fn packet(number: u8) -> Vec<u8> {
    vec![number + 1; 700]
}

/// A transmission at 8 kHz, and the packets in it.
fn air(mode: &'static Mode) -> (Vec<f32>, Vec<Vec<u8>>) {
    let (mut framer, mut modulator) = (Framer::new(mode), Modulator::new(mode));
    let (mut samples, mut packets) = (Vec::new(), Vec::new());
    for _ in 0..FRAMES {
        while framer.waiting() < mode.payload() {
            packets.push(packet(packets.len() as u8));
            assert!(framer.push(&packets[packets.len() - 1]));
        }
        modulator.frame(&framer.frame(), &mut samples).unwrap();
    }
    (1..mode.depth).for_each(|_| modulator.flush(&mut samples));
    samples.iter_mut().for_each(|sample| *sample *= 0.2);
    (samples, packets)
}

fn read(file: &[u8], piece: usize) -> (Heard, Vec<(Vec<u8>, u64)>) {
    let (mut recording, mut packets) = (Recording::new(), Vec::new());
    for bytes in file.chunks(piece) {
        recording.push(bytes, &mut |packet, at| packets.push((packet.to_vec(), at)));
    }
    recording.finish(&mut |packet, at| packets.push((packet.to_vec(), at)));
    (recording.heard(), packets)
}

fn file(rate: u32, samples: &[f32]) -> Vec<u8> {
    let mut file = wav::header(rate, samples.len() as u64).unwrap().to_vec();
    wav::pcm16(samples, &mut file);
    file
}

#[test]
fn packets_come_back_at_every_rate() {
    let mode = Mode::named("shortwave").unwrap();
    let (samples, packets) = air(mode);
    for (rate, piece) in [
        (8_000, 1_000_000),
        (12_000, 4_097),
        (44_100, 65_536),
        (48_000, 99_999),
    ] {
        let (mut resampler, mut there) = (Resampler::new(mode.rate, rate).unwrap(), Vec::new());
        resampler.push(&samples, &mut there);
        resampler.finish(&mut there);
        let (heard, back) = read(&file(rate, &there), piece);
        assert_eq!(heard.frames, (FRAMES.into(), FRAMES.into()), "{rate}");
        assert_eq!(heard.mode.map(|mode| mode.name), Some("shortwave"));
        assert!(heard.quality.unwrap().snr_db > 10.0, "{heard:?}");
        let seconds = samples.len() as f64 / 8_000.0;
        assert!((heard.seconds - seconds).abs() < 0.001);
        // The last is not whole.
        let whole = packets.iter().take(back.len());
        assert!(back.len() + 1 >= packets.len());
        assert!(back.iter().map(|(packet, _)| packet).eq(whole));
        // Nothing is said to begin later than it does.
        assert!(back.iter().all(|(_, at)| *at <= u64::from(rate) * 2 * 24));
    }
}

#[test]
fn other_sound_has_no_frames() {
    let noise = |n: u32| (n.wrapping_mul(2_654_435_761) >> 8) as f32 / 16_777_216.0 - 0.5;
    let speech = |n: u32| ((n as f32 / 9.0).sin() + (n as f32 / 4.1).sin()) * 0.3;
    let silence: Vec<f32> = vec![0.0; 400_000];
    for sound in [
        silence,
        (0..400_000).map(noise).collect(),
        (0..400_000).map(speech).collect(),
    ] {
        let (heard, packets) = read(&file(8_000, &sound), 10_000);
        println!("{heard:?}");
        assert_eq!((packets.len(), heard.frames.1), (0, 0));
        assert_eq!(heard.seconds, 50.0);
    }
    let (heard, _) = read(&file(8_000, &[0.0; 9])[..30], 7);
    assert_eq!((heard.format, heard.frames), (None, (0, 0)));
}
