//! A few threads for a list of items; results in the order of the items.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use super::problem::Trouble;

/// Stack of a worker, in bytes: parsers of nested formats recurse.
const STACK: usize = 16 * 1024 * 1024;

/// `f` of every item, on at most `threads` threads; `None` where it panicked or no thread could
/// be had.
pub(crate) fn map<T: Sync, R: Send>(
    items: &[T],
    threads: usize,
    f: impl Fn(&T) -> R + Sync,
) -> Vec<Option<R>> {
    let next = AtomicUsize::new(0);
    let results: Vec<Mutex<Option<R>>> = items.iter().map(|_| Mutex::new(None)).collect();
    let work = || {
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(index) else { break };
            let result = catch_unwind(AssertUnwindSafe(|| f(item))).ok();
            *lock(&results[index]) = result;
        }
    };
    thread::scope(|scope| {
        for _ in 0..threads.clamp(1, items.len().max(1)) {
            let builder = thread::Builder::new().stack_size(STACK);
            if builder.spawn_scoped(scope, work).is_err() {
                break;
            }
        }
    });
    results
        .into_iter()
        .map(|r| r.into_inner().unwrap_or_else(PoisonError::into_inner))
        .collect()
}

/// `f`, whose parsers may panic on hostile input.
pub(crate) fn guard<R>(f: impl FnOnce() -> Result<R, Trouble>) -> Result<R, Trouble> {
    catch_unwind(AssertUnwindSafe(f)).unwrap_or(Err(Trouble::Crashed))
}

/// Locks, also after a panic of another thread.
pub(crate) fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Lets at most so many threads through at once.
#[derive(Debug)]
pub(crate) struct Gate {
    free: Mutex<usize>,
    changed: Condvar,
}

impl Gate {
    /// A gate for `width` threads.
    pub(crate) fn new(width: usize) -> Self {
        Self {
            free: Mutex::new(width.max(1)),
            changed: Condvar::new(),
        }
    }

    /// `f`, once there is room.
    pub(crate) fn pass<R>(&self, f: impl FnOnce() -> R) -> R {
        {
            let free = lock(&self.free);
            let mut free = self
                .changed
                .wait_while(free, |free| *free == 0)
                .unwrap_or_else(PoisonError::into_inner);
            *free -= 1;
        }
        let _back = Back(self);
        f()
    }
}

struct Back<'a>(&'a Gate);

impl Drop for Back<'_> {
    fn drop(&mut self) {
        *lock(&self.0.free) += 1;
        self.0.changed.notify_one();
    }
}
