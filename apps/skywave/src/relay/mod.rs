//! A relay: what a courier's computer has received, for whoever is in the same room.
//!
//! ```text
//! recordings, streams ─► Reception ─► inbox ─► Stock ─► Shelf ─► Server ─► phones
//!        Folder, Taken                            └────► Sticks
//! ```
//!
//! It has no key and makes nothing: it hands on heads, lists and objects as they were signed. One
//! thread receives, one stocks the shelf, one answers requests, one looks after sticks and whether
//! the machine's address has changed: none of them waits for another.

mod address;
mod answer;
mod body;
mod captive;
mod folder;
mod landing;
mod patience;
mod qr;
mod ranges;
mod respond;
mod sections;
mod server;
mod shelf;
mod shop;
mod stick;
mod stock;
mod taken;
mod watching;
mod words;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant, SystemTime};

use edition::PublicKey;
use receiver::Receiver;
use station::inbox::FileStore;

use crate::error::{Error, Status};
use crate::output::Output;
use crate::reception::{Feed, Interrupt, Reception};
use captive::Names;
pub(crate) use sections::Sections;
use server::{Desk, Limits, Server};
use shop::Shop;
use stick::Sticks;
pub(crate) use stock::Terms;
use stock::{Snapshot, Stock};
use watching::Watching;

/// The port that need not be typed, and the one for who may not have it.
const PORTS: [u16; 2] = [80, 8080];
/// How often it is looked whether something is new.
const LOOK: Duration = Duration::from_millis(500);

/// What a relay is to do.
#[derive(Debug)]
pub(crate) struct Request {
    /// The inbox.
    pub(crate) inbox: PathBuf,
    /// Whom it believes.
    pub(crate) trust: Vec<PublicKey>,
    /// Where to listen, if that is said.
    pub(crate) listen: Option<SocketAddr>,
    /// Names of its own, besides its numbers.
    pub(crate) names: Vec<String>,
    /// Whether captive windows are shown something.
    pub(crate) is_captive: bool,
    /// Whether those are answered who are of no local network.
    pub(crate) serves_anyone: bool,
    /// Where sticks are mounted.
    pub(crate) sticks: Vec<PathBuf>,
    /// What is shown and handed on.
    pub(crate) terms: Terms,
    /// Where recordings come from.
    pub(crate) source: Source,
}

/// Where recordings come from.
#[derive(Debug)]
pub(crate) enum Source {
    /// Files, pipes, stdin, one after the other; of samples so many in a second, if they are such.
    Inputs(Vec<PathBuf>, Option<u32>),
    /// A device of the computer.
    Device(String),
    /// A folder in which they appear.
    Folder {
        /// The folder.
        path: PathBuf,
        /// How long a recording has to stay as it is.
        settle: Duration,
        /// Whether one that was taken in is deleted.
        is_deleted: bool,
    },
}

/// Runs a relay until it is told to end.
pub(crate) fn run(request: &Request, output: &Output) -> Result<Status, Error> {
    let interrupt = Interrupt::watch(output);
    // Before anything is told: what is there from now on has been plugged in.
    let mut sticks = Sticks::new(&request.sticks);
    let desk = Arc::new(Desk::new(Names::new(&request.names)));
    let is_over = Arc::new(AtomicBool::new(false));
    let terms = request.terms.clone();
    let mut stock = Stock::new(&request.inbox, terms, &request.trust, &is_over)?;
    let mut receiver = open(request)?;
    let stocked = stock.take(&Snapshot::of(&receiver))?;
    let limits = Limits {
        serves_anyone: request.serves_anyone,
        ..Limits::default()
    };
    let server = start(request.listen, &desk, &limits, output)?;
    let address = server.address();
    let shop = Shop::new(&desk, address, request.is_captive, &is_over, output);
    shop.put(stocked, stock.problems());
    shop.tell_address();
    let keeper = Keeper {
        request,
        shop: &shop,
    };
    let result = std::thread::scope(|scope| {
        let spawn = std::thread::Builder::new;
        let house = spawn().spawn_scoped(scope, || shop.keep_house(&mut sticks));
        let shelf = spawn().spawn_scoped(scope, || shop.keep_stock(&mut stock));
        let result = match house.and(shelf) {
            Ok(_) => keeper.receive(&mut receiver, &interrupt),
            Err(error) => Err(Error::file("a thread")(error)),
        };
        shop.close();
        result
    });
    server.stop();
    shop.tell_totals();
    result.map(|()| Status::Done)
}

fn open(request: &Request) -> Result<Receiver<FileStore>, Error> {
    let inbox = &request.inbox;
    let store = FileStore::open(inbox).map_err(Error::file(inbox))?;
    Receiver::open(store, request.trust.clone()).map_err(Error::file(inbox))
}

/// Listens where it is told; otherwise on every address, at the port that need not be typed if that
/// may be had.
fn start(
    listen: Option<SocketAddr>,
    desk: &Arc<Desk>,
    limits: &Limits,
    output: &Output,
) -> Result<Server, Error> {
    let start = |address| Server::start(address, Arc::clone(desk), limits.clone());
    if let Some(address) = listen {
        return start(address).map_err(Error::file(address.to_string()));
    }
    let mut last = None;
    for port in PORTS {
        let address = SocketAddr::from((Ipv4Addr::UNSPECIFIED, port));
        match start(address) {
            Ok(server) => return Ok(server),
            Err(error) => {
                output.detail(&format!("{address}: {error}"));
                last = Some(Error::file(address.to_string())(error));
            }
        }
    }
    Err(last.unwrap_or_else(|| Error::Argument("no port to listen on".to_owned())))
}

/// What receives, and puts what has come on the shelf.
struct Keeper<'a> {
    request: &'a Request,
    shop: &'a Shop<'a>,
}

impl Keeper<'_> {
    /// What has come is to be put on the shelf.
    fn restock(&self, receiver: &Receiver<FileStore>) {
        self.shop.restock(Snapshot::of(receiver));
    }

    fn receive(
        &self,
        receiver: &mut Receiver<FileStore>,
        interrupt: &Interrupt,
    ) -> Result<(), Error> {
        match &self.request.source {
            Source::Inputs(paths, pcm) => {
                for path in paths {
                    let opened = Feed::open(path, *pcm, interrupt);
                    match opened.map_err(Error::file(path)) {
                        Ok((feed, size)) => self.take_in(receiver, feed, path, size, interrupt),
                        Err(error) => self.shop.problem(&error.to_string()),
                    }
                }
                self.wait(receiver, interrupt);
                Ok(())
            }
            Source::Device(name) => {
                let feed = Feed::device(name, interrupt)?;
                self.take_in(receiver, feed, Path::new(name), 0, interrupt);
                self.wait(receiver, interrupt);
                Ok(())
            }
            Source::Folder {
                path,
                settle,
                is_deleted,
            } => {
                let inbox = &self.request.inbox;
                let mut watching = Watching::open(inbox, path, *settle, *is_deleted)?;
                let mut inbox = Changes::of(inbox);
                while !interrupt.is_pressed() {
                    // A card that is full now need not stay so, and what it has can be served.
                    if let Err(error) = watching.look(self, receiver, interrupt) {
                        self.shop.problem(&error.to_string());
                    }
                    std::thread::sleep(LOOK);
                    self.look_at_inbox(receiver, &mut inbox);
                }
                Ok(())
            }
        }
    }

    /// Takes in a recording, or what comes live, of so many bytes, if that is known. What goes
    /// wrong is told, and the relay goes on with what it has.
    fn take_in(
        &self,
        receiver: &mut Receiver<FileStore>,
        feed: Feed,
        path: &Path,
        size: u64,
        interrupt: &Interrupt,
    ) {
        if let Err(error) = self.reception(receiver, feed, path, size, interrupt) {
            self.shop.problem(&error.to_string());
        }
        self.restock(receiver);
    }

    fn reception(
        &self,
        receiver: &mut Receiver<FileStore>,
        feed: Feed,
        path: &Path,
        size: u64,
        interrupt: &Interrupt,
    ) -> Result<crate::reception::Taken, Error> {
        let (inbox, output) = (&self.request.inbox, self.shop.output());
        let mut on_more = |receiver: &mut Receiver<FileStore>| {
            self.restock(receiver);
            false
        };
        let mut reception = Reception::new(inbox, output, interrupt.clone(), &mut on_more);
        let size = Some(size).filter(|size| *size > 0);
        reception.receive(receiver, feed, path, size)
    }

    /// Serves what others put into the inbox: `receive`, `sync`.
    fn wait(&self, receiver: &mut Receiver<FileStore>, interrupt: &Interrupt) {
        let mut inbox = Changes::of(&self.request.inbox);
        while !interrupt.is_pressed() {
            std::thread::sleep(LOOK);
            self.look_at_inbox(receiver, &mut inbox);
        }
    }

    /// Opens the inbox anew when others have put something into it.
    fn look_at_inbox(&self, receiver: &mut Receiver<FileStore>, inbox: &mut Changes<'_>) {
        let Some(now) = inbox.look() else {
            return;
        };
        match open(self.request) {
            Ok(opened) => {
                *receiver = opened;
                self.restock(receiver);
                inbox.seen = now;
            }
            Err(error) => self.shop.problem(&error.to_string()),
        }
    }
}

/// Whether an inbox has changed since it was seen.
struct Changes<'a> {
    inbox: &'a Path,
    seen: Option<SystemTime>,
    before: Option<SystemTime>,
}

impl<'a> Changes<'a> {
    fn of(inbox: &'a Path) -> Self {
        let now = changed(inbox);
        Self {
            inbox,
            seen: now,
            before: now,
        }
    }

    /// When it has changed, if it has, and is quiet: not in the middle of it.
    fn look(&mut self) -> Option<Option<SystemTime>> {
        let now = changed(self.inbox);
        let before = std::mem::replace(&mut self.before, now);
        (now != self.seen && now == before).then_some(now)
    }
}

/// When something was last added to the inbox's objects and heads.
fn changed(inbox: &Path) -> Option<SystemTime> {
    let objects = inbox.join("objects");
    let inside = std::fs::read_dir(&objects).into_iter().flatten().flatten();
    let inside = inside.map(|entry| entry.path());
    let all = inside.chain([objects.clone(), inbox.join("heads")]);
    let times = all.filter_map(|path| path.metadata().ok()?.modified().ok());
    times.max()
}

/// The moment from which on something may be tried again.
fn later() -> Instant {
    Instant::now() + Duration::from_secs(30)
}
