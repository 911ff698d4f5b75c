//! What systemd is told: ready, stopping, still alive (sd_notify(3)). Without systemd, nothing.

use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::time::Duration;

/// The socket of `NOTIFY_SOCKET`, if there is one.
#[derive(Debug, Default)]
pub(crate) struct Notify(Option<(UnixDatagram, SocketAddr)>);

impl Notify {
    pub(crate) fn from_environment() -> Self {
        let socket = || {
            let name = std::env::var("NOTIFY_SOCKET").ok()?;
            let address = match name.strip_prefix('@') {
                Some(name) => SocketAddr::from_abstract_name(name).ok()?,
                None => SocketAddr::from_pathname(&name).ok()?,
            };
            Some((UnixDatagram::unbound().ok()?, address))
        };
        Self(socket())
    }

    /// Half of the time after which systemd would think that the station hangs, if it watches.
    pub(crate) fn watchdog() -> Option<Duration> {
        let micros: u64 = std::env::var("WATCHDOG_USEC").ok()?.parse().ok()?;
        Some(Duration::from_micros(micros / 2))
    }

    pub(crate) fn tell(&self, what: &str) {
        if let Some((socket, address)) = &self.0 {
            // If systemd does not take it, nothing can be done about it here.
            let _ = socket.send_to_addr(what.as_bytes(), address);
        }
    }
}
