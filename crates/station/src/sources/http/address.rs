//! Which addresses are of the public internet, and a resolver that gives out no others.
//!
//! The connection is made to the very address that was checked, so a name that resolves to
//! something else a moment later gains nothing.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;

/// An address that is not of the public internet.
#[derive(Debug, thiserror::Error)]
#[error("{host} is at the private address {address}")]
pub(super) struct Private {
    pub(super) host: String,
    pub(super) address: IpAddr,
}

/// Resolves names to the addresses that may be connected to, and no others.
#[derive(Debug)]
pub(crate) struct Guarded<R = DefaultResolver> {
    pub(crate) inner: R,
    pub(crate) admits: fn(IpAddr) -> bool,
}

impl<R: Resolver> Resolver for Guarded<R> {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let all = self.inner.resolve(uri, config, timeout)?;
        let mut public = self.empty();
        for address in all.iter().filter(|a| (self.admits)(a.ip())) {
            public.push(*address);
        }
        match (public.is_empty(), all.iter().next()) {
            (true, Some(address)) => Err(ureq::Error::Other(Box::new(Private {
                host: uri.host().unwrap_or_default().to_owned(),
                address: address.ip(),
            }))),
            _ => Ok(public),
        }
    }
}

/// Whether an address is of the public internet (IANA special-purpose registries, RFC 6890).
pub(crate) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = a == 0
        || address.is_loopback()
        || address.is_private()
        || address.is_link_local()
        || (a == 100 && (64..128).contains(&b)) // Shared address space, RFC 6598
        || (a == 192 && b == 0 && c == 0) // Protocol assignments, RFC 6890
        || (a == 192 && b == 88 && c == 99) // 6to4 relays, RFC 7526
        || (a == 198 && (18..20).contains(&b)) // Benchmarks, RFC 2544
        || address.is_documentation()
        || a >= 224; // Multicast, reserved, broadcast
    !special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    if let Some(v4) = address.to_ipv4_mapped() {
        return is_public_v4(v4);
    }
    let [a, b, c, d, ..] = address.segments();
    match (a, b) {
        (0x64, 0xff9b) if (c, d) == (0, 0) => {
            // NAT64, RFC 6052: as public as the address inside
            let [.., e, f, g, h] = address.octets();
            is_public_v4(Ipv4Addr::new(e, f, g, h))
        }
        (0x2002, _) | (0x2001, 0..0x200) | (0x2001, 0xdb8) | (0x3fff, 0..0x1000) => false,
        // Global unicast is 2000::/3 (RFC 4291); everything else is special.
        _ => a & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    /// Answers with a public address at first, and with loopback ever after.
    #[derive(Debug, Default)]
    struct Rebinding(AtomicUsize);

    impl Resolver for Rebinding {
        fn resolve(
            &self,
            _: &Uri,
            _: &Config,
            _: NextTimeout,
        ) -> Result<ResolvedSocketAddrs, ureq::Error> {
            let mut out = self.empty();
            let first = self.0.fetch_add(1, Ordering::Relaxed) == 0;
            for address in ["127.0.0.1:80", "1.1.1.1:80"]
                .iter()
                .take(1 + usize::from(first))
            {
                out.push(address.parse().unwrap());
            }
            Ok(out)
        }
    }

    #[test]
    fn what_was_checked_is_what_is_connected_to() {
        let guarded = Guarded {
            inner: Rebinding::default(),
            admits: is_public,
        };
        let resolve = || {
            let uri = Uri::from_static("http://rebinding.example/");
            guarded.resolve(&uri, &Config::default(), NextTimeout::default())
        };
        // One question, and of its answers only the public one is left.
        let first = resolve().unwrap();
        let addresses: Vec<_> = first.iter().map(ToString::to_string).collect();
        assert_eq!(addresses, ["1.1.1.1:80"]);
        assert_eq!(guarded.inner.0.load(Ordering::Relaxed), 1);
        assert!(resolve().is_err());
    }

    #[test]
    fn special_addresses_are_not_public() {
        for private in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
            "255.255.255.255",
            "198.18.0.1",
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "fd00:ec2::254",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "::127.0.0.1",
            "2001:db8::1",
        ] {
            assert!(!is_public(private.parse().unwrap()), "{private}");
        }
        for public in [
            "1.1.1.1",
            "100.128.0.1",
            "172.32.0.1",
            "2606:4700::1111",
            "64:ff9b::101:101",
        ] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
    }
}
