//! What goes on air together: a telephone beside a loudspeaker, and one behind a voice codec.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod newsroom;

use newsroom::Newsroom;

#[test]
fn the_news_comes_by_both_bands_of_local_and_by_one() {
    let news = Newsroom::new();
    let local = ["--mode", "local", "--bare", "--minutes", "2", "--rate"];
    let sent = news.send(&[&local[..], &["16000"]].concat(), "local.wav");
    let sound = news.receive("local.wav");
    assert_eq!(sound["good_frames"], sent["frames"], "{sound}");
    // At 8 kHz there is nothing above 4 kHz: the sturdy band alone.
    let low = ["-ar", "8000"];
    news.converted("local.wav", &low, "low.wav");
    let sound = news.receive("low.wav");
    assert_eq!(sound["mode"], "local-low", "{sound}");
    let said = news.run(
        &[
            &["send", "radio", "-s", &news.path("st"), "-o", "/dev/null"],
            &local[..],
            &["8000"],
        ]
        .concat(),
        1,
    );
    assert!(said.contains("16000"), "{said}");
    // Two layers on the same carriers.
    let layered = ["--mode", "shortwave-layered", "--bare", "--minutes", "2"];
    let sent = news.send(&[&layered[..], &["--rate", "8000"]].concat(), "layered.wav");
    let sound = news.receive("layered.wav");
    assert_eq!(sound["good_frames"], sent["frames"], "{sound}");
}
