//! Sound in the page's reader: recordings, the microphone, and what is kept of both.
#![allow(clippy::unwrap_used, reason = "tests")]

#[path = "../../../crates/receiver/tests/common/mod.rs"]
mod common;

use std::cell::RefCell;
use std::rc::Rc;

use common::{Edition, Publisher};
use edition::ObjectHash;
use page::{Ended, Host, Reader, Room, answer};
use radio::{Framer, Mode, Modulator, wav};
use serde_json::{Value, json};

const MODE: &str = "shortwave-steady";
const RATE: u32 = 8_000;

/// Recordings cannot be read again: what is needed of them was kept.
#[derive(Default, Clone)]
struct Deaf(Rc<RefCell<Vec<u8>>>);

impl Host for Deaf {
    fn read(&mut self, _: u32, _: u64, _: &mut [u8]) -> Option<usize> {
        None
    }

    fn size(&mut self, _: u32) -> u64 {
        0
    }

    fn take(&mut self, bytes: &[u8]) {
        self.0.borrow_mut().extend_from_slice(bytes);
    }
}

/// What a transmitter sends of an edition, once.
fn on_air(edition: &Edition) -> Vec<f32> {
    let mode = Mode::named(MODE).unwrap();
    let (mut framer, mut modulator) = (Framer::new(mode), Modulator::new(mode));
    let mut samples = vec![0.0; 3_000];
    framer.push(&edition.head_packet());
    for packet in edition.runs(0, 0.5) {
        assert!(framer.push(&packet));
    }
    while framer.waiting() > 0 {
        modulator.frame(&framer.frame(), &mut samples).unwrap();
    }
    (0..mode.depth).for_each(|_| modulator.flush(&mut samples));
    samples.iter_mut().for_each(|sample| *sample *= 0.2);
    samples
}

fn file(samples: &[f32]) -> Vec<u8> {
    let mut file = wav::header(RATE, samples.len() as u64).unwrap().to_vec();
    wav::pcm16(samples, &mut file);
    file
}

fn ask(reader: &mut Reader<Deaf>, question: &Value) -> Value {
    let answer = answer(reader, question.to_string().as_bytes());
    serde_json::from_slice::<Value>(&answer).unwrap()["value"].take()
}

fn state(reader: &mut Reader<Deaf>) -> Value {
    ask(reader, &json!({ "ask": "state" }))
}

fn is_complete(reader: &mut Reader<Deaf>) -> bool {
    while reader.work() {}
    state(reader)["editions"][0]["complete"] == json!(true)
}

fn play(reader: &mut Reader<Deaf>, number: u32, file: &[u8]) {
    reader.begin(number);
    for piece in file.chunks(30_001) {
        reader.push(piece);
        while reader.work() {}
    }
    reader.end();
}

#[test]
fn a_recording_of_sound_becomes_the_news() {
    let publisher = Publisher::new(1);
    let edition = publisher.edition(7, &["One"], &[2_000]);
    let mut reader = Reader::new(Deaf::default(), vec![publisher.public()], Room::default());
    play(&mut reader, 0, &file(&on_air(&edition)));
    assert!(is_complete(&mut reader));
    let sound = &state(&mut reader)["sound"];
    assert_eq!(
        (&sound["live"], &sound["mode"]),
        (&json!(false), &json!(MODE))
    );
    assert!(sound["frames"].as_u64() > Some(3), "{sound}");
    assert_eq!(sound["frames"], sound["good"]);
    // Of another recording nothing has been heard.
    reader.begin(1);
    assert_eq!(state(&mut reader)["sound"], Value::Null);
}

#[test]
fn what_the_microphone_hears_becomes_the_news_while_a_recording_is_read() {
    let publisher = Publisher::new(1);
    let edition = publisher.edition(7, &["One"], &[2_000]);
    let mut reader = Reader::new(Deaf::default(), vec![publisher.public()], Room::default());
    reader.begin(0);
    reader.listen(RATE).unwrap();
    let samples = on_air(&edition);
    let mut rows = 0;
    for (i, piece) in samples.chunks(4_096).enumerate() {
        reader.hear_samples(piece);
        rows += reader.rows().len();
        // Nothing of ours, between two pieces of sound.
        reader.push(&[i as u8; 999]);
    }
    let heard = state(&mut reader)["sound"].clone();
    assert_eq!(heard["live"], json!(true));
    assert!(heard["peak"].as_f64() > Some(0.1), "{heard}");
    reader.hush();
    assert!(is_complete(&mut reader));
    assert_eq!(state(&mut reader)["sound"]["mode"], json!(MODE));
    let seconds = samples.len() / RATE as usize;
    assert!(
        rows / 128 >= 7 * seconds,
        "{rows} bytes of rows in {seconds} s"
    );
}

#[test]
fn sound_lost_and_silence_for_it_cost_only_what_was_in_it() {
    let publisher = Publisher::new(1);
    let edition = publisher.edition(7, &["One"], &[4_000]);
    let mut samples = on_air(&edition);
    let second = RATE as usize;
    for lost in [3, 9, 15] {
        samples[lost * second..lost * second + 683].fill(0.0);
    }
    let mut reader = Reader::new(Deaf::default(), vec![publisher.public()], Room::default());
    reader.listen(RATE).unwrap();
    samples
        .chunks(683)
        .for_each(|piece| reader.hear_samples(piece));
    reader.hush();
    assert!(is_complete(&mut reader));
    let sound = &state(&mut reader)["sound"];
    assert_eq!(sound["frames"], sound["good"], "{sound}");
}

#[test]
fn trust_can_come_after_the_sound() {
    let publisher = Publisher::new(1);
    let edition = publisher.edition(7, &["One"], &[]);
    let mut reader = Reader::new(Deaf::default(), Vec::new(), Room::default());
    reader.listen(RATE).unwrap();
    reader.hear_samples(&on_air(&edition));
    reader.hush();
    let key = state(&mut reader)["heard"][0]["key"].clone();
    ask(&mut reader, &json!({ "ask": "trust", "key": key }));
    reader.replay_sound();
    assert!(is_complete(&mut reader));
}

#[test]
fn what_has_come_so_far_is_saved_from_what_was_kept() {
    let publisher = Publisher::new(1);
    let edition = publisher.edition(7, &["One"], &[30_000]);
    let samples = on_air(&edition);
    let (first, second) = samples.split_at(samples.len() * 2 / 3);
    let host = Deaf::default();
    let mut reader = Reader::new(host.clone(), vec![publisher.public()], Room::default());
    play(&mut reader, 0, &file(first));
    assert!(!is_complete(&mut reader));
    reader.ask_save(None);
    while reader.work() {}
    assert_eq!(reader.ended(), Some(Ended::Done));
    let saved = host.0.take();
    assert!(saved.len() > 10_000, "{} bytes", saved.len());

    let mut other = Reader::new(Deaf::default(), vec![publisher.public()], Room::default());
    play(&mut other, 0, &saved);
    assert!(!is_complete(&mut other));
    play(&mut other, 1, &file(second));
    assert!(is_complete(&mut other));
    let picture = edition.objects.iter().find(|(_, b)| b.len() == 30_000);
    other.ask_object(ObjectHash::of(&picture.unwrap().1));
    assert_eq!(other.ended(), Some(Ended::Done));
}
