//! Sends datagrams at an even rate.

use std::io::{self, ErrorKind};
use std::net::{Ipv4Addr, SocketAddr};
use std::thread;
use std::time::{Duration, Instant};

use rustix::net::sockopt::set_ip_multicast_if_with_ifindex;
use socket2::{Domain, Protocol, SockAddr, Socket, Type};

use crate::multicast::address::{Interface, Place};
use crate::multicast::pace::Pace;

/// Time that the socket's buffer holds: longer, and what is sent is late; shorter, and a busy machine
/// leaves gaps.
const BUFFER: Duration = Duration::from_millis(50);
/// Bytes of the buffer at least and at most.
const BUFFER_BYTES: (f64, f64) = (65_536.0, 4_194_304.0);
/// How long a datagram is tried where the network has no room, and how long it is waited between.
const TRIES: u32 = 20;
const TRY_AGAIN: Duration = Duration::from_millis(5);

/// How to send.
#[derive(Debug, Clone)]
pub struct SenderTerms {
    /// Where to.
    pub place: Place,
    /// Routers that a datagram may pass (TTL, hop limit); of multicast 1, which none passes, where
    /// nothing is said.
    pub ttl: Option<u8>,
    /// Bits in a second, IP's and UDP's headers included.
    pub bits_per_s: u64,
}

/// A socket that datagrams leave by, and its rate.
#[derive(Debug)]
pub struct Sender {
    socket: Socket,
    to: SockAddr,
    header_bytes: u64,
    pace: Pace,
    began: Instant,
    /// Datagrams that the network did not take, and why the last.
    refused: u64,
    refusal: Option<io::Error>,
}

impl Sender {
    /// Opens the socket.
    ///
    /// # Errors
    ///
    /// What the system says, and an interface that is not there.
    pub fn open(terms: &SenderTerms) -> io::Result<Self> {
        let place = &terms.place;
        let domain = Domain::for_address(place.address);
        let socket = Socket::new(domain, Type::DGRAM, Some(Protocol::UDP))?;
        let interface = Interface::of(place, &socket)?;
        let buffer = terms.bits_per_s as f64 / 8.0 * BUFFER.as_secs_f64();
        let buffer = buffer.clamp(BUFFER_BYTES.0, BUFFER_BYTES.1) as usize;
        // The system may give less.
        let _ = socket.set_send_buffer_size(buffer);
        let mut to = place.address;
        match &mut to {
            SocketAddr::V4(v4) if v4.ip().is_multicast() => {
                socket.set_multicast_ttl_v4(u32::from(terms.ttl.unwrap_or(1)))?;
                match interface {
                    Interface::Any => {}
                    Interface::Address(address) => socket.set_multicast_if_v4(&address)?,
                    Interface::Index(index) => {
                        let any = Ipv4Addr::UNSPECIFIED;
                        set_ip_multicast_if_with_ifindex(&socket, &any, &any, index)?;
                    }
                }
            }
            SocketAddr::V6(v6) if v6.ip().is_multicast() => {
                socket.set_multicast_hops_v6(u32::from(terms.ttl.unwrap_or(1)))?;
                if let Interface::Index(index) = interface {
                    socket.set_multicast_if_v6(index)?;
                    v6.set_scope_id(index);
                }
            }
            SocketAddr::V4(_) => {
                socket.set_broadcast(true)?;
                if let Some(ttl) = terms.ttl {
                    socket.set_ttl_v4(u32::from(ttl))?;
                }
            }
            SocketAddr::V6(v6) => {
                if let Some(ttl) = terms.ttl {
                    socket.set_unicast_hops_v6(u32::from(ttl))?;
                }
                if let Interface::Index(index) = interface {
                    v6.set_scope_id(index);
                }
            }
        }
        Ok(Self {
            socket,
            to: to.into(),
            header_bytes: place.header_bytes(),
            pace: Pace::new(terms.bits_per_s),
            began: Instant::now(),
            refused: 0,
            refusal: None,
        })
    }

    /// Sends a datagram once it is due. One that the network does not take is lost, as it could be on
    /// the way: a cable that is out for an hour does not end a transmission.
    ///
    /// # Errors
    ///
    /// What no time will mend: a datagram too long for the network, no permission.
    pub fn send(&mut self, datagram: &[u8]) -> io::Result<()> {
        let bytes = datagram.len() as u64 + self.header_bytes;
        let wait = self.pace.wait(self.began.elapsed(), bytes);
        if !wait.is_zero() {
            thread::sleep(wait);
        }
        for _ in 0..TRIES {
            let Err(error) = self.socket.send_to(datagram, &self.to) else {
                return Ok(());
            };
            match error.kind() {
                ErrorKind::Interrupted | ErrorKind::ConnectionRefused => continue,
                ErrorKind::WouldBlock | ErrorKind::OutOfMemory => thread::sleep(TRY_AGAIN),
                _ if is_no_room(&error) => thread::sleep(TRY_AGAIN),
                _ if is_passing(&error) => {
                    self.refusal = Some(error);
                    break;
                }
                _ => return Err(error),
            }
        }
        self.refused += 1;
        Ok(())
    }

    /// How many datagrams the network did not take, and why it did not take the last of them.
    pub fn refused(&self) -> (u64, Option<&io::Error>) {
        (self.refused, self.refusal.as_ref())
    }
}

/// The queue of the network card is full.
fn is_no_room(error: &io::Error) -> bool {
    rustix::io::Errno::from_io_error(error) == Some(rustix::io::Errno::NOBUFS)
}

/// The network is not there now, and may be again.
fn is_passing(error: &io::Error) -> bool {
    use ErrorKind::{
        AddrNotAvailable, HostUnreachable, NetworkDown, NetworkUnreachable, NotConnected,
    };
    let network = [
        AddrNotAvailable,
        HostUnreachable,
        NetworkDown,
        NetworkUnreachable,
        NotConnected,
    ];
    let no_device = rustix::io::Errno::from_io_error(error) == Some(rustix::io::Errno::NODEV);
    no_device || network.contains(&error.kind())
}
