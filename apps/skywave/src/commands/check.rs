//! `skywave check`: what an uplink let through.

use std::fs::File;
use std::io::Read;
use std::path::PathBuf;

use clap::Args;
use serde_json::json;
use ts::{Carriage, Demux, StreamReport};

use crate::error::{Error, Status};
use crate::output::{Output, bytes, span};

/// Arguments of `check`.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// A recording off air, or - for stdin.
    #[arg(value_name = "OFFAIR")]
    input: PathBuf,
}

pub(crate) fn run(arguments: Arguments, output: &Output) -> Result<Status, Error> {
    let path = &arguments.input;
    let mut reader: Box<dyn Read> = match path.as_os_str() == "-" {
        true => Box::new(std::io::stdin().lock()),
        false => Box::new(File::open(path).map_err(Error::file(path))?),
    };
    let mut demux = Demux::new();
    let mut buffer = vec![0; 1 << 20];
    let mut sink = |_: ts::Frame<'_>| {};
    loop {
        let n = reader.read(&mut buffer).map_err(Error::file(path))?;
        if n == 0 {
            break;
        }
        demux.push(&buffer[..n], &mut sink);
    }
    demux.finish(&mut sink);
    let report = demux.report();
    let stats = &report.stats;
    let seconds = report.duration.map(ts::Ticks::seconds);
    output.result(
        &format!(
            "{}: {}, {}{}{}",
            path.display(),
            stats.container.map_or_else(
                || "neither a transport stream nor a program stream".to_owned(),
                |container| container.to_string()
            ),
            bytes(stats.bytes),
            seconds.map_or(String::new(), |s| format!(", {} of stream", span(s))),
            report.bits_per_s.map_or(String::new(), |rate| format!(
                " at {:.0} kbit/s",
                rate / 1e3
            ))
        ),
        &json!({
            "event": "recording",
            "bytes": stats.bytes,
            "stream_seconds": seconds,
            "bits_per_s": report.bits_per_s,
            "continuity_errors": stats.continuity_errors,
            "transport_errors": stats.transport_errors,
            "scrambled": stats.scrambled,
        }),
    );
    for service in &report.services {
        output.line(&format!("  service {}", service.name));
    }
    for stream in &report.streams {
        tell_stream(stream, output);
    }
    let any = stats.good_frames() > 0;
    for carriage in Carriage::ALL {
        let count = stats.carriage(carriage);
        if count.good + count.bad > 0 {
            output.result(
                &format!(
                    "  {:<9} {} frames whole, {} broken",
                    carriage.name(),
                    count.good,
                    count.bad
                ),
                &json!({
                    "event": "carriage",
                    "carriage": carriage.name(),
                    "good": count.good,
                    "bad": count.bad,
                }),
            );
        }
    }
    if any {
        return Ok(Status::Done);
    }
    output.result(
        "Nothing of Skywave came through. Ask the headend to pass the data PID, or send by another \
         way (skywave send ts --carriage teletext; see docs/carriages.md).",
        &json!({ "event": "nothing" }),
    );
    Ok(Status::Incomplete)
}

fn tell_stream(stream: &StreamReport, output: &Output) {
    let declared = match &stream.declared {
        Some(declared) => format!("stream type {:#04x}", declared.stream_type),
        None => "not in a PMT".to_owned(),
    };
    let frames: u64 = stream.frames.iter().map(|count| count.good).sum();
    let broken: u64 = stream.frames.iter().map(|count| count.bad).sum();
    let rate = stream
        .bits_per_s
        .map_or(String::new(), |rate| format!("{:.0} kbit/s", rate / 1e3));
    let clock = stream.clock.as_ref().map_or(String::new(), |clock| {
        format!(", PCR jitter at most {:.0} ns", clock.jitter_max_ns)
    });
    let data = match frames + broken {
        0 => String::new(),
        _ => format!(", {frames} frames whole, {broken} broken"),
    };
    output.line(&format!(
        "  {}: {declared}, {} packets, {rate}, {} gaps{}{data}{clock}",
        stream.stream,
        stream.units,
        stream.continuity_errors,
        match stream.scrambled {
            0 => String::new(),
            n => format!(", {n} scrambled"),
        }
    ));
}
