//! What the threads of a relay share: the shelf, the address over the door, and what is told.

use std::collections::HashSet;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::output::{Output, bytes};
use crate::relay::address;
use crate::relay::landing::captive_page;
use crate::relay::qr::Qr;
use crate::relay::server::Desk;
use crate::relay::stick::Sticks;
use crate::relay::stock::{Snapshot, Stock, Stocked};

/// How often it is looked after sticks and the address.
const ROUND: Duration = Duration::from_secs(1);
/// How often totals are told, if there was anything.
const TOTALS: Duration = Duration::from_secs(60);

/// See the module.
pub(crate) struct Shop<'a> {
    desk: &'a Desk,
    listen: SocketAddr,
    is_captive: bool,
    output: &'a Output,
    state: Mutex<State>,
    is_closed: Arc<AtomicBool>,
    /// Something has come, or the shop closes.
    called: Condvar,
}

struct State {
    stocked: Arc<Stocked>,
    address: String,
    /// What was told, and need not be again.
    told: HashSet<String>,
    /// What came since the shelf was stocked.
    snapshot: Option<Snapshot>,
    /// Requests when totals were told last.
    requests: u64,
}

impl<'a> Shop<'a> {
    /// Of a server that listens there.
    pub(crate) fn new(
        desk: &'a Desk,
        listen: SocketAddr,
        is_captive: bool,
        is_closed: &Arc<AtomicBool>,
        output: &'a Output,
    ) -> Self {
        let this = Self {
            desk,
            listen,
            is_captive,
            output,
            state: Mutex::new(State {
                stocked: Arc::default(),
                address: address::url(listen),
                told: HashSet::new(),
                snapshot: None,
                requests: 0,
            }),
            is_closed: Arc::clone(is_closed),
            called: Condvar::new(),
        };
        this.sign(&this.state().address);
        this
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How it talks.
    pub(crate) fn output(&self) -> &'a Output {
        self.output
    }

    /// Tells something: a line for people, if there is one, or an object for scripts.
    pub(crate) fn tell(&self, line: &str, object: &Value) {
        if self.output.is_json() {
            self.output.result("", object);
        } else if !line.is_empty() {
            self.output.note(line);
        }
    }

    /// Tells what went wrong, once.
    pub(crate) fn problem(&self, text: &str) {
        if self.state().told.insert(text.to_owned()) {
            self.output.problem(text);
        }
    }

    /// Puts on the shelf what is in stock now.
    pub(crate) fn put(&self, stocked: Stocked, problems: Vec<String>) {
        problems.iter().for_each(|problem| self.problem(problem));
        if stocked.still_in > 0 {
            self.problem(&format!(
                "{} articles of sections that are left out, or their titles, stand in objects \
                 together with others: they are not shown here, but the files of the edition have \
                 them (--no-editions hands on none)",
                stocked.still_in
            ));
        }
        let (stocked, mut state) = (Arc::new(stocked), self.state());
        self.desk.put(stocked.shelf(&state.address));
        state.stocked = Arc::clone(&stocked);
        drop(state);
        for publisher in &stocked.front.publishers {
            let object = json!({
                "event": "offered",
                "name": publisher.name,
                "number": publisher.number,
                "complete": publisher.is_complete,
                "site": publisher.site,
                "files": stocked.files.iter().map(|(name, ..)| name).collect::<Vec<_>>(),
            });
            if self.state().told.insert(object.to_string()) {
                let line = format!(
                    "«{}», edition {} is offered{}",
                    publisher.name,
                    publisher.number,
                    if publisher.is_complete {
                        ""
                    } else {
                        ", as far as it is here"
                    }
                );
                self.tell(&line, &object);
            }
        }
    }

    fn sign(&self, address: &str) {
        let page = self.is_captive.then(|| captive_page(address));
        self.desk.set_captive(page);
    }

    /// Tells where the relay can be reached.
    pub(crate) fn tell_address(&self) {
        let address = self.state().address.clone();
        let qr = Qr::new(&address);
        let object = json!({
            "event": "listening",
            "address": address,
            "listen": self.listen.to_string(),
            "qr": qr.as_ref().map(Qr::text),
        });
        match self.output.is_json() {
            true => self.output.result("", &object),
            false => {
                let drawing = qr.map(|qr| qr.coloured()).unwrap_or_default();
                self.output.line(&format!("{drawing}\n  {address}\n"));
                self.output.note("Ctrl-C ends it.");
            }
        }
    }

    /// Tells totals: numbers, and nothing of whom they were for.
    pub(crate) fn tell_totals(&self) {
        let totals = &self.desk.totals;
        let requests = totals.requests.load(Ordering::Relaxed);
        let sent = totals.bytes.load(Ordering::Relaxed);
        let refused = totals.refused.load(Ordering::Relaxed);
        self.state().requests = requests;
        self.tell(
            &format!("{requests} requests so far, {}", bytes(sent)),
            &json!({ "event": "served", "requests": requests, "bytes": sent, "refused": refused }),
        );
    }

    /// Something has come: the shelf is to be stocked anew.
    pub(crate) fn restock(&self, snapshot: Snapshot) {
        self.state().snapshot = Some(snapshot);
        self.called.notify_all();
    }

    /// Stocks the shelf whenever something has come, until the shop closes.
    pub(crate) fn keep_stock(&self, stock: &mut Stock) {
        while !self.is_closed() {
            let state = self.state();
            let is_idle = |state: &mut State| state.snapshot.is_none() && !self.is_closed();
            let state = self.called.wait_while(state, is_idle);
            let snapshot = state
                .unwrap_or_else(PoisonError::into_inner)
                .snapshot
                .take();
            let Some(snapshot) = snapshot.filter(|_| !self.is_closed()) else {
                continue;
            };
            match stock.take(&snapshot) {
                // What was broken off because it ends is no problem.
                Ok(_) if self.is_closed() => {}
                Ok(stocked) => self.put(stocked, stock.problems()),
                Err(error) => self.problem(&error.to_string()),
            }
        }
    }

    fn is_closed(&self) -> bool {
        self.is_closed.load(Ordering::Relaxed)
    }

    /// Looks after sticks and the address until the shop closes.
    pub(crate) fn keep_house(&self, sticks: &mut Sticks) {
        let mut told = Instant::now();
        while !self.is_closed() {
            self.look_at_address();
            self.look_at_sticks(sticks);
            if told.elapsed() >= TOTALS {
                told = Instant::now();
                if self.desk.totals.requests.load(Ordering::Relaxed) > self.state().requests {
                    self.tell_totals();
                }
            }
            let state = self.state();
            let is_open = |_: &mut State| !self.is_closed();
            drop(self.called.wait_timeout_while(state, ROUND, is_open));
        }
    }

    /// Closes: what looks after it ends.
    pub(crate) fn close(&self) {
        // Not between somebody's look at it and their waiting.
        let state = self.state();
        self.is_closed.store(true, Ordering::Relaxed);
        drop(state);
        self.called.notify_all();
    }

    /// A hotspot may have been switched on since.
    fn look_at_address(&self) {
        let address = address::url(self.listen);
        let mut state = self.state();
        if state.address == address {
            return;
        }
        state.address.clone_from(&address);
        self.desk.put(state.stocked.shelf(&address));
        drop(state);
        self.sign(&address);
        self.tell_address();
    }

    fn look_at_sticks(&self, sticks: &mut Sticks) {
        let stocked = Arc::clone(&self.state().stocked);
        for (folder, copied) in sticks.look(&stocked.files, &|| self.is_closed()) {
            let copied = match copied {
                Ok(copied) => copied,
                Err(_) if self.is_closed() => continue,
                Err(error) => {
                    self.output
                        .problem(&format!("{}: {error}", folder.display()));
                    continue;
                }
            };
            let mut line = format!(
                "{}: {} written; it can be pulled out",
                folder.display(),
                bytes(copied.bytes)
            );
            if !copied.cut.is_empty() {
                line.push_str(&format!(
                    ". There is not room for all: {} is missing or cut after the front and what \
                     fits",
                    copied.cut.join(", ")
                ));
            }
            let object = json!({
                "event": "stick",
                "folder": folder,
                "files": copied.files,
                "bytes": copied.bytes,
                "cut": copied.cut,
            });
            self.tell(&line, &object);
        }
    }
}
