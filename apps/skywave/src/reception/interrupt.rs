//! Ctrl-C and SIGTERM: what has come is kept, and told.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use tokio::signal::unix::{SignalKind, signal};

use crate::output::Output;

/// Exit status of a program that was ended by Ctrl-C.
const INTERRUPTED: i32 = 130;

/// Whether somebody has pressed Ctrl-C, or the system ends the program.
#[derive(Debug, Clone, Default)]
pub(crate) struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// From now on the first Ctrl-C, or SIGTERM, is noted and answered, and the second ends the
    /// program at once. Where this cannot be had, the first does.
    pub(crate) fn watch(output: &Output) -> Self {
        Self::watch_saying(output, "Ending with what has come.")
    }

    /// As [`Interrupt::watch`], with another answer.
    pub(crate) fn watch_saying(output: &Output, what: &'static str) -> Self {
        let (this, answer) = (Self::default(), output.is_talkative());
        let noted = this.clone();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .build();
        let Ok(runtime) = runtime else { return this };
        let entered = runtime.enter();
        let signals = (
            signal(SignalKind::interrupt()),
            signal(SignalKind::terminate()),
        );
        drop(entered);
        let (Ok(mut interrupt), Ok(mut terminate)) = signals else {
            return this;
        };
        thread::spawn(move || {
            runtime.block_on(async {
                for is_first in [true, false] {
                    tokio::select! {
                        _ = interrupt.recv() => {}
                        _ = terminate.recv() => {}
                    }
                    if !is_first {
                        std::process::exit(INTERRUPTED);
                    }
                    noted.0.store(true, Ordering::Relaxed);
                    if answer {
                        eprintln!("{what} Ctrl-C once more ends at once.");
                    }
                }
            });
        });
        this
    }

    /// Whether it is time to end.
    pub(crate) fn is_pressed(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
