//! Datagrams that come live over the network.

use std::io;
use std::path::Path;
use std::sync::mpsc::{Receiver as Queue, RecvTimeoutError, sync_channel};
use std::thread;
use std::time::Duration;

use receiver::Receiver;
use station::inbox::FileStore;
use station::multicast::{Listener, Place};

use crate::reception::feed::Step;
use crate::reception::interrupt::Interrupt;

/// Datagrams that may wait while a block is decoded: at 100 Mbit/s some seconds.
const WAITING: usize = 32_768;
/// Bytes that are given to the receiver at once, about.
const AT_ONCE: u64 = 256 << 10;
/// How long it is waited before Ctrl-C is looked for again.
const LOOK: Duration = Duration::from_millis(100);

/// Reads a socket on a thread of its own, so that nothing is lost while a block is decoded. Ctrl-C is
/// its end.
pub(crate) struct Datagrams {
    queue: Queue<io::Result<Vec<u8>>>,
    interrupt: Interrupt,
}

impl Datagrams {
    /// The text of a place, if this is how one is written.
    pub(super) fn place(path: &Path) -> Option<&str> {
        path.to_str().filter(|text| Place::is_url(text))
    }

    /// Begins to listen.
    pub(super) fn open(place: &str, interrupt: &Interrupt) -> io::Result<Self> {
        let wrong = |error| io::Error::new(io::ErrorKind::InvalidInput, error);
        let place: Place = place.parse().map_err(wrong)?;
        let mut listener = Listener::open(&place)?;
        let (sender, queue) = sync_channel(WAITING);
        thread::spawn(move || {
            loop {
                let came = match listener.receive(LOOK) {
                    Ok(None) => continue,
                    Ok(Some(datagram)) => Ok(datagram.to_vec()),
                    Err(error) => Err(error),
                };
                let is_last = came.is_err();
                // Nobody listens any more once there is enough.
                if sender.send(came).is_err() || is_last {
                    return;
                }
            }
        });
        Ok(Self {
            queue,
            interrupt: interrupt.clone(),
        })
    }

    /// Gives to the receiver what has come. What the store says is `Err` in `Ok`.
    pub(super) fn step(
        &mut self,
        receiver: &mut Receiver<FileStore>,
    ) -> io::Result<io::Result<Step>> {
        if self.interrupt.is_pressed() {
            return Ok(Ok(Step::End));
        }
        let mut came = match self.queue.recv_timeout(LOOK) {
            Ok(came) => Some(came?),
            Err(RecvTimeoutError::Timeout) => return Ok(Ok(Step::More(0))),
            Err(RecvTimeoutError::Disconnected) => return Ok(Ok(Step::End)),
        };
        let mut bytes = 0;
        while let Some(datagram) = came {
            bytes += datagram.len() as u64;
            if let Err(error) = receiver.push_datagram(&datagram) {
                return Ok(Err(error));
            }
            came = match bytes < AT_ONCE {
                true => self.queue.try_recv().ok().transpose()?,
                false => None,
            };
        }
        Ok(Ok(Step::More(bytes)))
    }
}
