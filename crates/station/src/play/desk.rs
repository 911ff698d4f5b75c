//! What all parts of a station on air share: the edition to be sent, whether to stop, the board.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::error::Error;
use crate::play::board::{Board, CarrierStatus};
use crate::play::material::Material;
use crate::station::Station;

/// Shared by every thread.
#[derive(Debug)]
pub(crate) struct Desk {
    pub(crate) station: Station,
    pub(crate) board: Board,
    began: Instant,
    newest: Mutex<Option<Arc<Material>>>,
    is_stopping: AtomicBool,
}

impl Desk {
    pub(crate) fn new(station: Station) -> Self {
        Self {
            station,
            board: Board::default(),
            began: Instant::now(),
            newest: Mutex::new(None),
            is_stopping: AtomicBool::new(false),
        }
    }

    /// Time since the start, by a clock that only goes forward.
    pub(crate) fn now(&self) -> Duration {
        self.began.elapsed()
    }

    pub(crate) fn stop(&self) {
        self.is_stopping.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_stopping(&self) -> bool {
        self.is_stopping.load(Ordering::Relaxed)
    }

    pub(crate) fn put_on_air(&self, material: Arc<Material>) {
        *lock(&self.newest) = Some(material);
    }

    /// The newest edition, if it is newer than `number`.
    pub(crate) fn newer_than(&self, number: u64) -> Option<Arc<Material>> {
        let newest = lock(&self.newest);
        newest.as_ref().filter(|m| m.number > number).cloned()
    }

    /// Tells how a carrier is doing.
    pub(crate) fn tell(&self, name: &str, status: CarrierStatus) {
        let status = CarrierStatus {
            told: self.now(),
            ..status
        };
        self.board.tell(|board| {
            board.carriers.insert(name.to_owned(), status);
        });
    }

    /// Starts a carrier that has one thread, which is called as it is.
    pub(crate) fn start(
        self: &Arc<Self>,
        name: &str,
        run: impl FnOnce(&Self) + Send + 'static,
    ) -> Result<Vec<JoinHandle<()>>, Error> {
        let desk = Arc::clone(self);
        let thread = thread::Builder::new().name(name.to_owned());
        let thread = thread.spawn(move || run(&desk));
        Ok(vec![thread.map_err(Error::file("a thread"))?])
    }

    /// Waits, and no longer than until the station stops; whether it goes on.
    pub(crate) fn wait(&self, time: Duration) -> bool {
        const STEP: Duration = Duration::from_millis(100);
        let until = self.now() + time;
        while !self.is_stopping() {
            let left = until.saturating_sub(self.now());
            if left.is_zero() {
                return true;
            }
            std::thread::sleep(left.min(STEP));
        }
        false
    }
}

/// A thread that panicked has left what it wrote whole: it is told of elsewhere.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
