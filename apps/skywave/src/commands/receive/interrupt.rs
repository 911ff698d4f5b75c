//! Ctrl-C: what has come is kept, and told.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use crate::output::Output;

/// Exit status of a program that was ended by Ctrl-C.
const INTERRUPTED: i32 = 130;

/// Whether somebody has pressed Ctrl-C.
#[derive(Debug, Clone, Default)]
pub(super) struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// From now on the first Ctrl-C is noted and answered, and the second ends the program at once.
    /// Where this cannot be had, the first does.
    pub(super) fn watch(output: &Output) -> Self {
        let (this, answer) = (Self::default(), output.is_talkative());
        let noted = this.clone();
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_io()
                .build();
            let Ok(runtime) = runtime else { return };
            if runtime.block_on(tokio::signal::ctrl_c()).is_ok() {
                noted.0.store(true, Ordering::Relaxed);
                if answer {
                    eprintln!("Ending with what has come. Ctrl-C once more ends at once.");
                }
                let _ = runtime.block_on(tokio::signal::ctrl_c());
                std::process::exit(INTERRUPTED);
            }
        });
        this
    }

    /// Whether it is time to end.
    pub(super) fn is_pressed(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
