//! `skywave relay`: pass it on.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use crate::error::{Error, Status};
use crate::output::Output;
use crate::reception::{read_trust, remember_trust};
use crate::relay::{self, Request, Sections, Source, Terms};

/// Arguments of `relay`.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Receive this meanwhile, as `receive` does: recordings, .sky files; - for a stream on stdin.
    #[arg(value_name = "INPUT", conflicts_with_all = ["device", "watch"])]
    inputs: Vec<PathBuf>,
    /// The files, or stdin (-), are samples: see `receive --pcm`.
    #[arg(long, value_name = "RATE", value_parser = clap::value_parser!(u32).range(8_000..=192_000))]
    pcm: Option<u32>,
    /// Receive from this device meanwhile: see `receive --device`.
    #[arg(long, value_name = "NAME", conflicts_with_all = ["watch", "pcm"])]
    device: Option<String>,
    /// The inbox: what is in it is passed on, whoever puts it there.
    #[arg(short, long, value_name = "INBOX")]
    inbox: PathBuf,
    /// Whom to believe, besides those that the inbox believes already: a station.pub file, or 64
    /// hexadecimal digits. Can be repeated.
    #[arg(long, value_name = "KEY", num_args = 1..)]
    trust: Vec<String>,
    /// Where to listen; by default on every address of this machine at port 80, which need not be
    /// typed, or 8080 where that may not be had.
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<SocketAddr>,
    /// Answer those, too, who are of no local network.
    #[arg(long)]
    anyone: bool,
    /// A name that the hotspot gives to this machine, such as news.home. Can be repeated.
    #[arg(long, value_name = "NAME")]
    name: Vec<String>,
    /// Send whatever is asked of other names to a page with the headlines that says how to open the
    /// address in a browser, so that phones show it when they join. Only of use where the hotspot
    /// answers every name with this machine's address.
    #[arg(long)]
    captive: bool,
    /// Take in each recording that appears in this folder and is finished.
    #[arg(long, value_name = "FOLDER")]
    watch: Option<PathBuf>,
    /// Seconds for which a recording has to stay as it is before it is finished.
    #[arg(long, value_name = "SECONDS", default_value_t = 10, requires = "watch", value_parser = clap::value_parser!(u64).range(1..=3600))]
    settle: u64,
    /// Delete each recording once the inbox has all of it; never one that could not be read whole.
    #[arg(long, requires = "watch")]
    delete_recordings: bool,
    /// Leave out this section: its articles are not shown, and objects that only they need are not
    /// handed on. Can be repeated.
    #[arg(long, value_name = "SECTION")]
    without: Vec<String>,
    /// Hand on no editions as files, only what is shown.
    #[arg(long)]
    no_editions: bool,
    /// Copy the newest edition and the reader page to each stick that is mounted here, or in a folder
    /// in here (such as /media/NAME). Can be repeated.
    #[arg(long, value_name = "MOUNT")]
    stick: Vec<PathBuf>,
}

pub(crate) fn run(arguments: Arguments, output: &Output) -> Result<Status, Error> {
    let mut trust = Vec::new();
    for key in &arguments.trust {
        trust.push(station::read_publisher(key)?.key);
    }
    remember_trust(&arguments.inbox, &trust)?;
    let trust = read_trust(&arguments.inbox);
    if trust.is_empty() {
        return Err(Error::Argument(format!(
            "{} believes nobody yet: say whom, with --trust",
            arguments.inbox.display()
        )));
    }
    let source = match (arguments.watch, arguments.device) {
        (Some(path), _) => Source::Folder {
            path,
            settle: Duration::from_secs(arguments.settle),
            is_deleted: arguments.delete_recordings,
        },
        (None, Some(name)) => Source::Device(name),
        (None, None) => Source::Inputs(arguments.inputs, arguments.pcm),
    };
    let request = Request {
        inbox: arguments.inbox,
        trust,
        listen: arguments.listen,
        names: arguments.name,
        is_captive: arguments.captive,
        serves_anyone: arguments.anyone,
        sticks: arguments.stick,
        terms: Terms {
            without: Sections::new(&arguments.without),
            has_editions: !arguments.no_editions,
        },
        source,
    };
    relay::run(&request, output)
}
