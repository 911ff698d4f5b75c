//! Where a stream goes: a socket that is opened again when it is gone. The stream does not wait.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::time::Duration;

use socket2::{Domain, Protocol, Socket, Type};

use crate::play::backoff::Backoff;

/// Waits between tries to open a socket.
const WAITS: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(5));

/// Something that takes datagrams.
pub(crate) trait Wire: Send {
    fn send(&mut self, datagram: &[u8]) -> io::Result<()>;
}

/// What opens it.
pub(crate) type Open = Box<dyn FnMut() -> io::Result<Box<dyn Wire>> + Send>;

/// What became of datagrams.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct OutletStats {
    pub(crate) sent: u64,
    /// Datagrams that did not go out, and times that the socket was opened again.
    pub(crate) dropped: u64,
    pub(crate) reopened: u64,
}

/// A socket, or none for a while.
pub(crate) struct Outlet {
    open: Open,
    wire: Option<Box<dyn Wire>>,
    backoff: Backoff,
    has_opened: bool,
    stats: OutletStats,
    trouble: Option<String>,
}

impl Outlet {
    pub(crate) fn new(open: Open) -> Self {
        Self {
            open,
            wire: None,
            backoff: Backoff::new(WAITS.0, WAITS.1),
            has_opened: false,
            stats: OutletStats::default(),
            trouble: None,
        }
    }

    /// Sends it, or drops it if it cannot be sent now.
    pub(crate) fn send(&mut self, now: Duration, datagram: &[u8]) {
        if self.wire.is_none() && self.backoff.may_try(now) {
            match (self.open)() {
                Ok(wire) => {
                    self.stats.reopened += u64::from(self.has_opened);
                    self.has_opened = true;
                    self.wire = Some(wire);
                }
                Err(error) => self.failed(now, &error),
            }
        }
        let Some(wire) = &mut self.wire else {
            self.stats.dropped += 1;
            return;
        };
        match wire.send(datagram) {
            Ok(()) => {
                self.stats.sent += 1;
                self.backoff.worked();
                self.trouble = None;
            }
            // The network's queue is full: this one is lost, the next one may not be.
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => self.stats.dropped += 1,
            Err(error) => {
                self.stats.dropped += 1;
                self.failed(now, &error);
            }
        }
    }

    fn failed(&mut self, now: Duration, error: &io::Error) {
        self.trouble = Some(error.to_string());
        self.wire = None;
        self.backoff.failed(now);
    }

    pub(crate) fn stats(&self) -> OutletStats {
        self.stats
    }

    /// Why nothing goes out, if nothing does.
    pub(crate) fn trouble(&self) -> Option<&str> {
        self.trouble.as_deref()
    }
}

/// How a UDP socket is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Route {
    pub(crate) to: SocketAddr,
    /// Address of the interface that it leaves by.
    pub(crate) from: Option<IpAddr>,
    /// Hops of multicast.
    pub(crate) hops: u8,
}

impl Route {
    pub(crate) fn open(&self) -> io::Result<Box<dyn Wire>> {
        let domain = Domain::for_address(self.to);
        let socket = Socket::new(domain, Type::DGRAM, Some(Protocol::UDP))?;
        let any: IpAddr = match self.to {
            SocketAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
            SocketAddr::V6(_) => std::net::Ipv6Addr::UNSPECIFIED.into(),
        };
        let from = self.from.unwrap_or(any);
        socket.bind(&SocketAddr::new(from, 0).into())?;
        if self.to.ip().is_multicast() {
            match (self.to, from) {
                (SocketAddr::V6(to), _) => {
                    socket.set_multicast_hops_v6(u32::from(self.hops))?;
                    if to.scope_id() != 0 {
                        socket.set_multicast_if_v6(to.scope_id())?;
                    }
                }
                (SocketAddr::V4(_), from) => {
                    socket.set_multicast_ttl_v4(u32::from(self.hops))?;
                    if let (Some(_), IpAddr::V4(from)) = (self.from, from) {
                        socket.set_multicast_if_v4(&from)?;
                    }
                }
            }
        }
        Ok(Box::new(Udp {
            socket: socket.into(),
            to: self.to,
        }))
    }
}

struct Udp {
    socket: UdpSocket,
    to: SocketAddr,
}

impl Wire for Udp {
    fn send(&mut self, datagram: &[u8]) -> io::Result<()> {
        match self.socket.send_to(datagram, self.to) {
            Ok(_) => Ok(()),
            // Nobody listens there: ICMP says so of an earlier datagram. That is no trouble of ours.
            Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => Ok(()),
            Err(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Mutex};

    /// A wire that fails when it is told to.
    struct Faulty(Arc<Mutex<(bool, u64)>>);

    impl Wire for Faulty {
        fn send(&mut self, _: &[u8]) -> io::Result<()> {
            let mut state = self.0.lock().unwrap();
            match state.0 {
                true => Err(io::ErrorKind::NetworkUnreachable.into()),
                false => {
                    state.1 += 1;
                    Ok(())
                }
            }
        }
    }

    #[test]
    fn a_socket_that_is_gone_is_opened_again_and_counted() {
        let state = Arc::new(Mutex::new((false, 0)));
        let of_open = Arc::clone(&state);
        let mut outlet = Outlet::new(Box::new(move || match of_open.lock().unwrap().0 {
            true => Err(io::ErrorKind::NetworkDown.into()),
            false => Ok(Box::new(Faulty(Arc::clone(&of_open)))),
        }));
        let mut now = Duration::ZERO;
        for n in 0..10_000_u64 {
            state.lock().unwrap().0 = (1_000..5_000).contains(&n);
            now += Duration::from_millis(1);
            outlet.send(now, &[0]);
        }
        let stats = outlet.stats();
        assert_eq!(stats.sent + stats.dropped, 10_000);
        assert_eq!(stats.reopened, 1);
        assert_eq!(stats.sent, state.lock().unwrap().1);
        // Four seconds away, and the last wait is 3.2 s at most.
        assert!((4_000..8_000).contains(&stats.dropped), "{stats:?}");
        assert_eq!(outlet.trouble(), None);
    }
}
