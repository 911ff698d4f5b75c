//! The address that people type: short, and of the network that they are in.

use std::net::{IpAddr, SocketAddr};

use if_addrs::Interface;

/// Interfaces of programs, not of rooms.
const VIRTUAL: [&str; 12] = [
    "docker",
    "br-",
    "veth",
    "virbr",
    "vnet",
    "tun",
    "tap",
    "wg",
    "tailscale",
    "zt",
    "ppp",
    "wwan",
];
/// Interfaces of radio: what a hotspot is made of.
const WIRELESS: [&str; 3] = ["wl", "ap", "ath"];

/// The address of a relay that listens there, for a browser.
pub(crate) fn url(listen: SocketAddr) -> String {
    let ip = match listen.ip().is_unspecified() {
        true => shown(
            &if_addrs::get_if_addrs().unwrap_or_default(),
            listen.is_ipv4(),
        ),
        false => listen.ip(),
    };
    let host = match ip {
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => format!("[{ip}]"),
    };
    match listen.port() {
        80 => format!("http://{host}/"),
        port => format!("http://{host}:{port}/"),
    }
}

/// Of all addresses of this machine the one that others most likely reach.
fn shown(interfaces: &[Interface], only_v4: bool) -> IpAddr {
    let usable = interfaces
        .iter()
        .filter(|interface| !only_v4 || interface.ip().is_ipv4());
    let best = usable.min_by_key(|interface| rank(interface));
    best.map_or(IpAddr::from([127, 0, 0, 1]), Interface::ip)
}

/// The lower the likelier: a private address of a radio, and best one that ends in 1, as that of
/// whoever makes the hotspot does.
fn rank(interface: &Interface) -> (bool, bool, bool, bool, bool, String) {
    let begins = |names: &[&str]| names.iter().any(|name| interface.name.starts_with(name));
    let (is_v4, is_private, ends_in_1) = match interface.ip() {
        IpAddr::V4(ip) => (true, ip.is_private(), ip.octets()[3] == 1),
        IpAddr::V6(ip) => (false, ip.is_unique_local(), false),
    };
    (
        interface.is_loopback(),
        begins(&VIRTUAL),
        !(is_v4 && is_private),
        !ends_in_1,
        !begins(&WIRELESS),
        interface.name.clone(),
    )
}

/// Whether an address is of a local network (RFC 1918, RFC 3927, RFC 4193, RFC 4291 section 2.5.6)
/// or of this machine.
pub(crate) fn is_near(ip: IpAddr) -> bool {
    match ip.to_canonical() {
        IpAddr::V4(ip) => ip.is_private() || ip.is_link_local() || ip.is_loopback(),
        IpAddr::V6(ip) => ip.is_unique_local() || ip.is_unicast_link_local() || ip.is_loopback(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use if_addrs::{IfAddr, IfOperStatus, Ifv4Addr};

    fn interface(name: &str, ip: &str) -> Interface {
        Interface {
            name: name.to_owned(),
            addr: IfAddr::V4(Ifv4Addr {
                ip: ip.parse().unwrap(),
                netmask: "255.255.255.0".parse().unwrap(),
                prefixlen: 24,
                broadcast: None,
            }),
            index: None,
            oper_status: IfOperStatus::Up,
            is_p2p: false,
        }
    }

    #[test]
    fn the_hotspots_own_address_is_shown() {
        let loopback = interface("lo", "127.0.0.1");
        let home = interface("wlan0", "192.168.1.23");
        let hotspot = interface("wlan1", "10.42.0.1");
        let docker = interface("docker0", "172.17.0.1");
        let cable = interface("enp3s0", "203.0.113.9");
        let of = |all: &[&Interface]| {
            let all: Vec<Interface> = all.iter().map(|one| (*one).clone()).collect();
            shown(&all, true).to_string()
        };
        assert_eq!(
            of(&[&loopback, &home, &hotspot, &docker, &cable]),
            "10.42.0.1"
        );
        assert_eq!(of(&[&loopback, &home, &docker, &cable]), "192.168.1.23");
        assert_eq!(of(&[&docker, &cable]), "203.0.113.9");
        assert_eq!(of(&[&loopback]), "127.0.0.1");
        assert_eq!(of(&[]), "127.0.0.1");
        assert_eq!(url("10.0.0.1:80".parse().unwrap()), "http://10.0.0.1/");
        assert_eq!(
            url("[fd00::1]:8080".parse().unwrap()),
            "http://[fd00::1]:8080/"
        );
    }

    #[test]
    fn neighbours_are_near_and_the_world_is_not() {
        for (ip, near) in [
            ("10.1.2.3", true),
            ("172.31.0.1", true),
            ("192.168.0.9", true),
            ("169.254.3.4", true),
            ("127.0.0.2", true),
            ("::ffff:10.0.0.1", true),
            ("fe80::1", true),
            ("fd12::1", true),
            ("203.0.113.9", false),
            ("172.32.0.1", false),
            ("2001:db8::1", false),
        ] {
            assert_eq!(is_near(ip.parse().unwrap()), near, "{ip}");
        }
    }
}
