//! Where datagrams go to or come from: address, port, network interface.

use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::str::FromStr;

use rustix::net::netdevice::name_to_index;
use socket2::Socket;

/// How the address of a live stream begins.
const SCHEME: &str = "udp://";

/// An address and port, and the network interface by which it is reached, if that is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// A group of multicast, or a machine.
    pub address: SocketAddr,
    /// An interface's name, number or address.
    pub interface: Option<String>,
}

/// What is no place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlaceError {
    /// No address with a port.
    #[error(
        "«{0}» is no address with a port, such as 239.255.42.1:5000 or [ff15::42]:5000 (names are not \
         looked up)"
    )]
    Address(String),
    /// Something behind the `?` that is not known.
    #[error("«{0}» is not known here: udp://ADDRESS:PORT?interface=NAME")]
    Option(String),
}

impl Place {
    /// What `--to` and `--interface` say.
    ///
    /// # Errors
    ///
    /// [`PlaceError::Address`].
    pub fn new(address: &str, interface: Option<String>) -> Result<Self, PlaceError> {
        let parsed = address.parse().ok().filter(|a: &SocketAddr| a.port() != 0);
        Ok(Self {
            address: parsed.ok_or_else(|| PlaceError::Address(address.to_owned()))?,
            interface,
        })
    }

    /// Whether this is how a place is written, be it well or badly.
    #[must_use]
    pub fn is_url(text: &str) -> bool {
        text.starts_with(SCHEME)
    }

    /// Bytes that IP and UDP put before each datagram (RFC 791, RFC 8200, RFC 768).
    #[must_use]
    pub fn header_bytes(&self) -> u64 {
        match self.address {
            SocketAddr::V4(_) => 28,
            SocketAddr::V6(_) => 48,
        }
    }
}

impl FromStr for Place {
    type Err = PlaceError;

    /// `udp://ADDRESS:PORT`, with `?interface=NAME` or not.
    fn from_str(url: &str) -> Result<Self, PlaceError> {
        let rest = url.strip_prefix(SCHEME);
        let rest = rest.ok_or_else(|| PlaceError::Address(url.to_owned()))?;
        let (address, options) = match rest.split_once('?') {
            Some((address, options)) => (address, options),
            None => (rest, ""),
        };
        let mut interface = None;
        for option in options.split('&').filter(|option| !option.is_empty()) {
            match option.split_once('=') {
                Some(("interface", name)) if !name.is_empty() => interface = Some(name.to_owned()),
                _ => return Err(PlaceError::Option(option.to_owned())),
            }
        }
        Self::new(address.trim_end_matches('/'), interface)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{SCHEME}{}", self.address)?;
        match &self.interface {
            Some(interface) => write!(f, "?interface={interface}"),
            None => Ok(()),
        }
    }
}

/// A network interface of this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Interface {
    /// The one that the system takes.
    Any,
    Index(u32),
    Address(Ipv4Addr),
}

impl Interface {
    /// Looks up what a place says.
    pub(super) fn of(place: &Place, socket: &Socket) -> io::Result<Self> {
        let Some(name) = &place.interface else {
            return Ok(match place.address {
                SocketAddr::V6(v6) if v6.scope_id() != 0 => Self::Index(v6.scope_id()),
                _ => Self::Any,
            });
        };
        let wrong = |why: &str| {
            let why = format!("interface «{name}»: {why}");
            Err(io::Error::new(io::ErrorKind::InvalidInput, why))
        };
        if let Ok(index) = name.parse() {
            return Ok(Self::Index(index));
        }
        match (name.parse(), place.address) {
            (Ok(IpAddr::V4(address)), SocketAddr::V4(_)) => return Ok(Self::Address(address)),
            (Ok(_), _) => return wrong("with IPv6, an interface is said by its name"),
            (Err(_), _) => {}
        }
        match name_to_index(socket, name) {
            Ok(index) => Ok(Self::Index(index)),
            Err(_) => wrong("there is none of this name here"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_and_written() {
        for (text, interface) in [
            ("udp://239.255.42.1:5000", None),
            ("udp://239.255.42.1:5000?interface=wlan0", Some("wlan0")),
            ("udp://[ff15::42]:5000?interface=eth0", Some("eth0")),
            ("udp://[ff02::42%3]:5000", None),
        ] {
            let place: Place = text.parse().unwrap();
            assert_eq!(place.interface.as_deref(), interface, "{text}");
            assert_eq!(place.to_string(), text);
        }
        let slash: Place = "udp://239.1.2.3:5000/".parse().unwrap();
        assert_eq!(slash.to_string(), "udp://239.1.2.3:5000");
        for text in [
            "udp://239.1.2.3",
            "udp://239.1.2.3:0",
            "udp://news.example:5000",
            "udp://239.1.2.3:5000?ttl=3",
            "udp://239.1.2.3:5000?interface=",
            "239.1.2.3:5000",
        ] {
            assert!(text.parse::<Place>().is_err(), "{text}");
        }
    }

    #[test]
    fn interfaces_that_are_not_there_are_told() {
        let socket = Socket::new(socket2::Domain::IPV4, socket2::Type::DGRAM, None).unwrap();
        let of = |interface: &str| {
            let place = Place::new("239.1.2.3:5000", Some(interface.to_owned())).unwrap();
            Interface::of(&place, &socket)
        };
        assert_eq!(of("7").unwrap(), Interface::Index(7));
        assert_eq!(
            of("127.0.0.1").unwrap(),
            Interface::Address(Ipv4Addr::LOCALHOST)
        );
        let told = of("no-such-one").unwrap_err().to_string();
        assert!(told.contains("no-such-one"), "{told}");
        assert!(of("::1").is_err());
    }
}
