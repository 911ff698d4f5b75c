//! Receives the datagrams of a group, or those that are sent to this machine.

use std::io::{self, ErrorKind, Read};
use std::net::SocketAddr;
use std::time::Duration;

use socket2::{Domain, InterfaceIndexOrAddress, Protocol, SockAddr, Socket, Type};

use crate::multicast::address::{Interface, Place};

/// Bytes that the system is asked to hold while nobody reads; it may give less.
const BUFFER_BYTES: usize = 8 << 20;
/// Bytes of a datagram that are taken: more than any of ours has. What is longer is cut, and then no
/// datagram of ours.
const MAX_BYTES: usize = 2_048;

/// A socket that datagrams come to.
#[derive(Debug)]
pub struct Listener {
    socket: Socket,
    buffer: Vec<u8>,
}

impl Listener {
    /// Joins a group, or opens the port of an address of this machine. Others may listen to the same.
    ///
    /// # Errors
    ///
    /// What the system says, and an interface that is not there.
    pub fn open(place: &Place) -> io::Result<Self> {
        let domain = Domain::for_address(place.address);
        let socket = Socket::new(domain, Type::DGRAM, Some(Protocol::UDP))?;
        let interface = Interface::of(place, &socket)?;
        let _ = socket.set_recv_buffer_size(BUFFER_BYTES);
        socket.set_reuse_address(true)?;
        let mut at = place.address;
        match &mut at {
            SocketAddr::V4(v4) => {
                socket.bind(&SockAddr::from(*v4))?;
                if v4.ip().is_multicast() {
                    let interface = match interface {
                        Interface::Any => InterfaceIndexOrAddress::Index(0),
                        Interface::Index(index) => InterfaceIndexOrAddress::Index(index),
                        Interface::Address(address) => InterfaceIndexOrAddress::Address(address),
                    };
                    let joined = socket.join_multicast_v4_n(v4.ip(), &interface);
                    joined.map_err(|error| explain(error, place))?;
                }
            }
            SocketAddr::V6(v6) => {
                socket.set_only_v6(true)?;
                let index = match interface {
                    Interface::Index(index) => index,
                    Interface::Any | Interface::Address(_) => 0,
                };
                v6.set_scope_id(index);
                socket.bind(&SockAddr::from(*v6))?;
                if v6.ip().is_multicast() {
                    let joined = socket.join_multicast_v6(v6.ip(), index);
                    joined.map_err(|error| explain(error, place))?;
                }
            }
        }
        Ok(Self {
            socket,
            buffer: vec![0; MAX_BYTES],
        })
    }

    /// The address and port that datagrams come to.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn address(&self) -> io::Result<Option<SocketAddr>> {
        Ok(self.socket.local_addr()?.as_socket())
    }

    /// The next datagram, or none if so much time has passed.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn receive(&mut self, most: Duration) -> io::Result<Option<&[u8]>> {
        self.socket.set_read_timeout(Some(most))?;
        match (&self.socket).read(&mut self.buffer) {
            Ok(bytes) => Ok(self.buffer.get(..bytes)),
            // An earlier one that we sent ourselves came back.
            Err(error) if error.kind() == ErrorKind::ConnectionRefused => Ok(None),
            Err(error) if is_timeout(error.kind()) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// Where no interface was said, the system may know none.
fn explain(error: io::Error, place: &Place) -> io::Error {
    match place.interface {
        Some(_) => error,
        None => {
            let why = format!("{error}; say the interface, as in {place}?interface=eth0");
            io::Error::new(error.kind(), why)
        }
    }
}

fn is_timeout(kind: ErrorKind) -> bool {
    use ErrorKind::{Interrupted, TimedOut, WouldBlock};
    matches!(kind, Interrupted | TimedOut | WouldBlock)
}
