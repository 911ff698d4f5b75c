//! Mirrors for ever: a folder that web servers, `rsync` and sticks carry on, brought up to the newest
//! edition as soon as there is one.

use std::path::PathBuf;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use crate::error::Error;
use crate::play::backoff::Backoff;
use crate::play::board::CarrierStatus;
use crate::play::desk::Desk;
use crate::send::send_folder;

/// Waits between tries after a failure: a disk that is full, a server that is away.
const WAITS: (Duration, Duration) = (Duration::from_secs(5), Duration::from_secs(300));

/// A folder.
#[derive(Debug, Clone)]
pub(crate) struct MirrorLine {
    pub(crate) name: String,
    pub(crate) to: PathBuf,
}

impl MirrorLine {
    pub(crate) fn start(self, desk: &Arc<Desk>) -> Result<Vec<JoinHandle<()>>, Error> {
        self.tell(desk, 0, "waits for an edition".to_owned(), None);
        let name = self.name.clone();
        desk.start(&name, |desk| self.run(desk))
    }

    fn run(self, desk: &Desk) {
        let mut wait = Backoff::new(WAITS.0, WAITS.1);
        let mut on_it = 0;
        let mut trouble = None;
        loop {
            let newer = desk.newer_than(on_it);
            if let Some(newer) = newer.filter(|_| wait.may_try(desk.now())) {
                match self.bring_up(desk, newer.number) {
                    Ok(()) => {
                        on_it = newer.number;
                        trouble = None;
                        wait.worked();
                    }
                    Err(error) => {
                        tracing::error!(carrier = self.name, %error, "the folder is not brought up");
                        trouble = Some(error.to_string());
                        wait.failed(desk.now());
                    }
                }
            }
            let doing = match on_it {
                0 => "waits for an edition".to_owned(),
                number => format!("has edition {number}"),
            };
            self.tell(desk, on_it, doing, trouble.clone());
            if !desk.wait(Duration::from_secs(1)) {
                return;
            }
        }
    }

    fn bring_up(&self, desk: &Desk, number: u64) -> Result<(), Error> {
        let mut progress = |done: f64| {
            let doing = format!("writing edition {number}: {:.0} %", done * 100.0);
            self.tell(desk, 0, doing, None);
        };
        let (station, number) = (&desk.station, Some(number));
        let sent = send_folder(station, number, &mut || None, &self.to, &mut progress)?;
        let (files, bytes) = sent.written;
        tracing::info!(
            carrier = self.name,
            edition = sent.number,
            files,
            bytes,
            removed = sent.removed.0,
            "the folder has the edition"
        );
        Ok(())
    }

    fn tell(&self, desk: &Desk, edition: u64, doing: String, trouble: Option<String>) {
        let status = CarrierStatus {
            kind: "mirror",
            to: self.to.display().to_string(),
            // While it is written readers have the edition before.
            is_due: edition > 0 || trouble.is_some(),
            edition,
            doing,
            trouble,
            ..CarrierStatus::default()
        };
        desk.tell(&self.name, status);
    }
}
