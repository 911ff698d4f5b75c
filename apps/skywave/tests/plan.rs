//! `skywave plan`: what is asked of it, and what it says to people and to scripts.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod newsroom;

use newsroom::Newsroom;
use serde_json::Value;

fn events(said: &str, name: &str) -> Vec<Value> {
    let lines = said.lines().map(|line| serde_json::from_str(line).unwrap());
    lines
        .filter(|value: &Value| value["event"] == name)
        .collect()
}

#[test]
fn it_plans_for_every_carrier() {
    let newsroom = Newsroom::new();
    let station = newsroom.path("st");
    for carrier in [
        &["ts", "--bitrate", "2M"][..],
        &["radio", "--mode", "shortwave"],
        &["udp", "--rate", "300k"],
    ] {
        let words = ["plan", "--json", "-s", &station, "--loss", "0,30"];
        let rest = ["--slot", "30s", "--price", "6/min", "--carrier"];
        let said = newsroom.run(&[&words[..], &rest, carrier].concat(), 0);
        let plan = &events(&said, "plan")[0];
        assert_eq!(plan["edition"], 1, "{said}");
        // In the first edition all is new: both sorts of listeners wait as long.
        let waits = events(&said, "wait");
        assert_eq!(waits.len(), 2 * 2 * 3, "{said}");
        let seconds = |wait: &Value| {
            let of = |name: &str| wait[name].as_f64().unwrap();
            (of("mean_seconds"), of("percentile_95_seconds"))
        };
        for three in waits.chunks(3) {
            let [front, text, all] = [0, 1, 2].map(|at| seconds(&three[at]));
            assert!(
                front.0 > 0.0 && front.0 <= text.0 && text.0 <= all.0,
                "{said}"
            );
            // A block in two hundred needs a lap more: where nothing is lost only that is spread.
            assert!(front.0 <= front.1 * 1.01 && all.0 <= all.1 * 1.01, "{said}");
        }
        assert_eq!(seconds(&waits[0]), seconds(&waits[6]));
        assert!(
            seconds(&waits[2]).0 < seconds(&waits[5]).0,
            "loss costs: {said}"
        );
        let cost = &events(&said, "cost")[0];
        assert_eq!(cost["hour"], 360.0);
        let everything = seconds(&waits[2]).1;
        assert!((cost["edition"].as_f64().unwrap() - everything / 10.0).abs() < 1e-6);
        // Front and text alone take longer than half a minute on radio.
        let fit = &events(&said, "fit")[0];
        if carrier[0] == "radio" {
            assert_eq!(
                (&fit["fits"], &fit["fits_without"]),
                (&false.into(), &false.into())
            );
        }
    }
}

#[test]
fn it_says_so_to_people_and_refuses_what_makes_no_sense() {
    let newsroom = Newsroom::new();
    let station = newsroom.path("st");
    let plan = |words: &[&str], status| {
        newsroom.run(&[&["plan", "-s", &station][..], words].concat(), status)
    };
    let said = plan(&["--carrier", "ts", "--bitrate", "4M", "--slot", "1h"], 0);
    for words in [
        "Edition 1:",
        "the edition before",
        "10 % lost",
        "everything fits",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    assert!(plan(&["--carrier", "ts"], 2).contains("--bitrate"));
    assert!(plan(&["--carrier", "radio"], 2).contains("--mode"));
    assert!(plan(&["--carrier", "udp", "--rate", "1M", "--loss", "99"], 2).contains("99"));
    assert!(plan(&["--carrier", "udp", "--rate", "1M", "--price", "x/h"], 2).contains("x/h"));
    let none = plan(&["-e", "7", "--carrier", "udp", "--rate", "1M"], 1);
    assert!(none.contains('7'), "{none}");
    assert!(plan(&["--carrier", "radio", "--mode", "whisper"], 1).contains("whisper"));
}
