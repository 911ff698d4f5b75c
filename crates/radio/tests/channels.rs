//! N of M frames, through which channel, at how many dB, with which seed.

#![allow(clippy::unwrap_used, reason = "tests")]

use channel::radio::{
    AmLink, Awgn, ClockError, Db, FrequencyShift, HardClip, Hz, Ppm, Room, Slip, SnrDb3k,
    Watterson, slip,
};
use channel::{Seconds, Seed};
use radio::{Demodulator, Framer, Listener, MULTIPLEXES, Mode, Modulator, Received, Resampler};

const RATE: Hz = Hz(8_000.0);

fn mode(name: &str) -> &'static Mode {
    Mode::named(name).unwrap()
}

/// Frames that are unlike each other.
fn sent(mode: &'static Mode, frames: u32) -> Vec<f32> {
    let (mut framer, mut modulator) = (Framer::new(mode), Modulator::new(mode));
    let mut samples = vec![0.0; 2_000];
    for number in 0..frames {
        let mut random = number;
        let packet = (2..mode.payload()).map(|_| {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (random >> 24) as u8
        });
        assert!(framer.push(&packet.collect::<Vec<u8>>()));
        modulator.frame(&framer.frame(), &mut samples).unwrap();
    }
    (1..mode.depth).for_each(|_| modulator.flush(&mut samples));
    samples
}

/// How many frames come through, and the quality of the last.
fn good(mode: &'static Mode, samples: &[f32]) -> (u32, radio::Quality) {
    let mut demodulator = Demodulator::new(&mode.alike()).unwrap();
    let (mut good, mut last) = (0, None);
    let mut take = |received: Received<'_>| {
        good += u32::from(received.frame.is_some() && received.mode == mode);
        last = Some(received.quality);
    };
    demodulator.push(samples, &mut take);
    demodulator.finish(&mut take);
    (good, last.unwrap())
}

fn noisy(samples: &[f32], snr: f64, seed: u64) -> Vec<f32> {
    Awgn::new(SnrDb3k(snr))
        .signal_power(1.0)
        .apply(samples, RATE, Seed(seed))
}

#[test]
fn fading_of_two_milliseconds_and_one_hertz() {
    for (name, snr, frames, least) in [
        ("shortwave-low", 0.0, 8, 8),
        ("shortwave", 5.0, 8, 8),
        ("shortwave-high", 10.0, 12, 12),
        ("shortwave-top", 15.0, 16, 15),
    ] {
        let mode = mode(name);
        let faded = Watterson::CCIR_POOR.apply(&sent(mode, frames), RATE, Seed(3));
        let (good, quality) = good(mode, &noisy(&faded, snr, 4));
        assert!(
            good >= least,
            "{name}, {snr} dB: {good} of {frames} {quality:?}"
        );
        assert!(
            (0.6..1.5).contains(&quality.doppler_hz),
            "{name}: {quality:?}"
        );
    }
}

#[test]
fn steady_noise() {
    for (name, snr) in [
        ("shortwave-low", -2.0),
        ("shortwave-mid", 5.0),
        ("shortwave-steady", 10.0),
    ] {
        let (good, quality) = good(mode(name), &noisy(&sent(mode(name), 6), snr, 5));
        assert_eq!(good, 6, "{name} {snr} dB {quality:?}");
        // Clipping and the estimate's error count as noise.
        let measured = f64::from(quality.snr_db);
        assert!(
            (snr - 2.0..snr + 0.5).contains(&measured),
            "{name}: {quality:?}"
        );
    }
}

#[test]
fn a_listener_who_tunes_elsewhere_half_way_goes_on() {
    // By less, by about, and by more than that at which pilots look alike again, 7.2 Hz.
    let mode = mode("shortwave");
    let samples = sent(mode, 24);
    let middle = samples.len() / 2;
    for hz in [1.0, 5.0, 7.2, 12.0, 31.0, -50.0] {
        let tuned = FrequencyShift::by(Hz(hz)).apply(&samples[middle..], RATE);
        let heard = [&samples[..middle], &tuned].concat();
        let (good, quality) = good(mode, &noisy(&heard, 15.0, 10));
        // Those on their way are lost at most.
        assert!(good >= 24 - 8, "{hz} Hz: {good} {quality:?}");
        let off = f64::from(quality.offset_hz) - hz;
        assert!(off.abs() < 1.0, "{hz} Hz: {quality:?}");
    }
}

#[test]
fn what_has_ended_is_left_and_its_silence_counts_for_nothing() {
    let mode = mode("shortwave-low");
    let mut listener = Listener::new(8_000).unwrap();
    let mut packets = 0;
    let mut take = |_: &[u8], _: f64| packets += 1;
    listener.push(&noisy(&sent(mode, 3), 20.0, 11), &mut take);
    listener.push(&vec![0.0; 8_000 * 150], &mut take);
    listener.finish(&mut take);
    // That it is silent is known after a slot.
    let (frames, good) = listener.heard().frames;
    assert!(
        packets == 3 && good == 3 && frames <= 4,
        "{good} of {frames}"
    );
}

#[test]
fn of_a_good_signal_a_part_of_a_frame_is_enough() {
    let mode = mode("shortwave");
    let slot = |slots: usize| 2_000 + slots * mode.slot();
    // A frame is spread over seven slots, and here are six: none is whole. Of four there are five or
    // six, of which three quarters of the bits are enough.
    let samples = noisy(&sent(mode, 14), 20.0, 8);
    let mut demodulator = Demodulator::new(&mode.alike()).unwrap();
    let mut good = 0;
    let mut take = |received: Received<'_>| {
        assert!(!received.is_whole);
        good += u32::from(received.frame.is_some());
    };
    demodulator.push(&samples[slot(8)..slot(14)], &mut take);
    demodulator.finish(&mut take);
    assert_eq!(good, 4);
    // Who hears but noise has none, and no frames that were lost.
    let heard = &noisy(&samples, -30.0, 9)[slot(8)..slot(14)];
    let mut listener = Listener::new(8_000).unwrap();
    listener.push(heard, &mut |_, _| panic!("a packet of noise"));
    listener.finish(&mut |_, _| panic!("a packet of noise"));
    assert_eq!(listener.heard().frames, (0, 0));
}

#[test]
fn clocks_and_tuning_that_are_off() {
    let mode = mode("shortwave");
    let samples = sent(mode, 6);
    for ppm in [-500.0, 500.0] {
        let heard = noisy(&ClockError::of(Ppm(ppm)).apply(&samples, RATE), 7.0, 6);
        let (good, quality) = good(mode, &heard);
        assert_eq!(good, 6, "{ppm} ppm: {quality:?}");
        // A clock that makes tones higher makes recordings shorter.
        let off = f64::from(quality.clock_ppm) + ppm;
        assert!(off.abs() < 60.0, "{ppm} ppm: {quality:?}");
    }
    // Between two carriers, too, where which is nearer is a matter of chance.
    for hz in [-100.0, -39.2, 7.8, 23.3, 100.0] {
        let heard = noisy(&FrequencyShift::by(Hz(hz)).apply(&samples, RATE), 7.0, 7);
        let (good, quality) = good(mode, &heard);
        assert_eq!(good, 6, "{hz} Hz: {quality:?}");
        assert!(
            (f64::from(quality.offset_hz) - hz).abs() < 0.5,
            "{hz} Hz: {quality:?}"
        );
    }
}

#[test]
fn an_envelope_detector_and_a_hard_clip() {
    let mode = mode("shortwave");
    let samples = sent(mode, 8);
    let link = AmLink {
        depth: 0.9,
        channel: Some(Watterson::CCIR_POOR),
        audio_snr: SnrDb3k(10.0),
        bandwidth: Hz(3_000.0),
    };
    let (by_am, quality) = good(mode, &link.apply(&samples, RATE, Seed(8)));
    assert_eq!(by_am, 8, "{quality:?}");
    let clipped = HardClip { times_rms: 1.0 }.apply(&samples);
    let (by_clip, quality) = good(mode, &noisy(&clipped, 15.0, 9));
    assert_eq!(by_clip, 8, "{quality:?}");
}

#[test]
fn a_splice_costs_some_frames_and_not_the_rest() {
    let mode = mode("shortwave");
    let samples = sent(mode, 16);
    let at = samples.len() / 2;
    for splice in [
        Slip::Drop { at, samples: 170 },
        Slip::Repeat { at, samples: 9_000 },
    ] {
        let heard = noisy(&slip(&samples, &[splice]), 12.0, 10);
        let (good, quality) = good(mode, &heard);
        assert!(good >= 14, "{splice:?}: {good} of 16 {quality:?}");
    }
}

#[test]
fn joined_anywhere() {
    let mode = mode("shortwave");
    let samples = noisy(&sent(mode, 14), 8.0, 11);
    for begin in [50_000, 123_456, 200_001] {
        let slots = (begin as f64 / mode.slot() as f64).ceil() as u32;
        let (good, _) = good(mode, &samples[begin..]);
        assert!(good >= 14 - slots, "from {begin}: {good} of {}", 14 - slots);
    }
}

#[test]
fn noise_alone_is_nothing() {
    let noise = noisy(&vec![0.0; 960_000], 0.0, 12);
    // As if it were sampled twice as fast, so that all modes are looked for.
    let mut listener = Listener::new(16_000).unwrap();
    listener.push(&noise, &mut |packet, at| panic!("{at}: {packet:?}"));
    listener.finish(&mut |packet, at| panic!("{at}: {packet:?}"));
    let heard = listener.heard();
    assert_eq!((heard.mode, heard.frames), (None, (0, 0)), "{heard:?}");
}

#[test]
fn samples_that_are_no_numbers_spoil_nothing() {
    let mode = mode("shortwave");
    let mut samples = sent(mode, 6);
    for (i, odd) in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MAX, 1e20]
        .iter()
        .enumerate()
    {
        samples[20_000 + 40_000 * i] = *odd;
    }
    let (good, quality) = good(mode, &samples);
    assert!(good >= 5, "{good} of 6 {quality:?}");
}

/// Both bands of `local`, and how many frames of each.
fn local(seconds: f64) -> (Vec<f32>, [u32; 2]) {
    let multiplex = MULTIPLEXES.iter().find(|m| m.name == "local").unwrap();
    let mut modulator = Modulator::multiplex(multiplex.modes);
    let streams = modulator.streams().to_vec();
    let (mut samples, mut counts, mut random) = (vec![0.0; 4_000], [0; 2], 7u32);
    let end = seconds + 12.0;
    while (samples.len() as f64) < end * 16_000.0 {
        let now = samples.len() as f64 / 16_000.0;
        let mut frame = |stream: usize| {
            let layer = &streams[stream].mode.layers[streams[stream].layer];
            let packet = (2..layer.payload()).map(|_| {
                random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (random >> 24) as u8
            });
            let mut framer = Framer::of(layer);
            assert!(framer.push(&packet.collect::<Vec<u8>>()));
            counts[stream] += u32::from(now < seconds);
            (now < seconds).then(|| framer.frame())
        };
        modulator.symbol(&mut frame, &mut samples).unwrap();
    }
    (samples, counts)
}

#[test]
fn a_telephone_beside_a_loudspeaker() {
    let (samples, sent) = local(16.0);
    let rate = Hz(16_000.0);
    for (rt60, ratio, ppm) in [(0.3, 0.0, 100.0), (0.3, 5.0, -500.0), (0.6, 0.0, 50.0)] {
        let room = Room {
            rt60: Seconds(rt60),
            direct_to_reverberant: Db(ratio),
        };
        let heard = room.apply(&samples, rate, Seed(13));
        let heard = ClockError::of(Ppm(ppm)).apply(&heard, rate);
        let heard = Awgn::new(SnrDb3k(20.0)).apply(&heard, rate, Seed(14));
        let mut resampler = Resampler::new(16_000, 8_000).unwrap();
        let mut low = Vec::new();
        resampler.push(&heard, &mut low);
        resampler.finish(&mut low);
        let (low, quality) = good(mode("local-low"), &low);
        assert_eq!(low, sent[0], "{rt60} s, {ratio} dB: {quality:?}");
        let (high, quality) = good(mode("local-high"), &heard);
        assert_eq!(high, sent[1], "{rt60} s, {ratio} dB: {quality:?}");
        let off = f64::from(quality.clock_ppm) + ppm;
        assert!(off.abs() < 5.0, "{ppm} ppm: {quality:?}");
    }
}

#[test]
fn of_two_layers_the_first_is_heard_further_away() {
    let mode = mode("shortwave-layered");
    let streams = Modulator::new(mode).streams().to_vec();
    assert_eq!(streams.len(), 2);
    let (mut modulator, mut samples) = (Modulator::new(mode), vec![0.0; 2_000]);
    for slot in 0..6 + mode.depth as u8 - 1 {
        let mut frame = |stream: usize| {
            let mut framer = Framer::of(&mode.layers[streams[stream].layer]);
            assert!(framer.push(&[slot; 400]));
            (slot < 6).then(|| framer.frame())
        };
        for _ in 0..mode.symbols {
            modulator.symbol(&mut frame, &mut samples).unwrap();
        }
    }
    for (snr, wanted) in [(3.0, [6, 0]), (14.0, [6, 6])] {
        let faded = Watterson::CCIR_POOR.apply(&samples, RATE, Seed(15));
        let mut demodulator = Demodulator::new(&mode.alike()).unwrap();
        let mut good = [0; 2];
        let mut take = |received: Received<'_>| {
            good[received.layer] += u32::from(received.frame.is_some());
        };
        demodulator.push(&noisy(&faded, snr, 16), &mut take);
        demodulator.finish(&mut take);
        assert_eq!(good, wanted, "{snr} dB");
    }
}

#[test]
fn carriers_as_strong_as_the_signal() {
    let mode = mode("shortwave");
    let faded = Watterson::CCIR_POOR.apply(&sent(mode, 8), RATE, Seed(17));
    let tones = [611.0, 1_502.5, 2_333.3];
    let disturbed = faded.iter().enumerate().map(|(i, sample)| {
        let phase = |hz: f64| std::f64::consts::TAU * hz * i as f64 / RATE.0;
        let all: f64 = tones.iter().map(|hz| phase(*hz).sin()).sum();
        // Together of the signal's power, one.
        sample + (all * (2.0f64 / 3.0).sqrt()) as f32
    });
    let (good, quality) = good(mode, &noisy(&disturbed.collect::<Vec<f32>>(), 10.0, 18));
    assert_eq!(good, 8, "{quality:?}");
}
