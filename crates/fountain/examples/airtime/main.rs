//! Measures airtime and speed, and prints them as Markdown.
//!
//! ```text
//! cargo run --release -p skywave-fountain --example airtime -- [one|mixed|join|early|blocks|speed|tune=LUCK,FLOOR,STEADY]…
//! ```
//!
//! Every row names its seeds. *Over the limit* is bytes sent ÷ (size ÷ (1 − loss)), with the loss
//! that really happened up to the packet that completed the last object.

#![allow(clippy::print_stdout, reason = "it prints tables")]
#![allow(clippy::unwrap_used, reason = "a measurement may stop")]

mod edition;
mod join;
mod mixed;
mod one;
mod random;
mod speed;

use fountain::Schedule;

const ALL: [&str; 6] = ["one", "mixed", "join", "early", "blocks", "speed"];

fn main() {
    let mut wanted: Vec<String> = std::env::args().skip(1).collect();
    if wanted.is_empty() {
        wanted = ALL.map(String::from).to_vec();
    }
    for name in wanted {
        if let Some(numbers) = name.strip_prefix("tune=") {
            tune(numbers);
            continue;
        }
        match name.as_str() {
            "one" => one::table(),
            "mixed" => mixed::table(Schedule::DEFAULT),
            "join" => join::table(Schedule::DEFAULT, join::Joined::LaterLaps),
            "early" => join::table(Schedule::DEFAULT, join::Joined::FirstLap),
            "blocks" => one::block_sizes(),
            "speed" => speed::table(),
            other => println!("no table {other}; there are {ALL:?} and tune=LUCK,FLOOR,STEADY"),
        }
    }
}

/// What the numbers of the schedule do, as `tune=LUCK,FLOOR,STEADY`.
fn tune(numbers: &str) {
    let numbers: Vec<f64> = numbers.split(',').map(|n| n.parse().unwrap()).collect();
    let [luck, floor, steady] = numbers[..] else {
        return println!("tune takes three numbers");
    };
    let schedule = Schedule {
        luck,
        floor,
        steady,
    };
    println!("{schedule:?}");
    mixed::table(schedule);
    join::table(schedule, join::Joined::FirstLap);
    join::table(schedule, join::Joined::LaterLaps);
}
