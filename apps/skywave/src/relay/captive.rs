//! Captive windows: whether a request is meant for this relay at all.
//!
//! A phone that joins a network asks an address of its maker whether there is an internet. Where
//! the hotspot answers every name with the relay's address, that question comes here, with the
//! maker's name in the field `Host`. With `--captive` whatever is asked of a strange name is sent to
//! one page, so that the phone shows it; without, it is told the truth, that nothing is here (404),
//! and shows nothing.

use std::net::IpAddr;

use axum::http::HeaderMap;
use axum::http::header::HOST;

/// Names under which the relay is asked for on purpose.
#[derive(Debug, Clone, Default)]
pub(crate) struct Names(Vec<String>);

impl Names {
    /// Besides these: numbers, and the machine's own name for itself.
    pub(crate) fn new(names: &[String]) -> Self {
        let names = names.iter().map(|name| name.to_ascii_lowercase());
        Self(names.chain(["localhost".to_owned()]).collect())
    }

    /// Whether a request was meant for another machine.
    pub(crate) fn is_strange(&self, headers: &HeaderMap) -> bool {
        let Some(host) = headers.get(HOST) else {
            // HTTP/1.0.
            return false;
        };
        let Ok(host) = host.to_str() else {
            return true;
        };
        let name = without_port(host.trim());
        let bare = name.trim_start_matches('[').trim_end_matches(']');
        if bare.parse::<IpAddr>().is_ok() {
            return false;
        }
        let name = name.trim_end_matches('.').to_ascii_lowercase();
        !self.0.contains(&name)
    }
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_own_names_are_not_strange() {
        let names = Names::new(&["News.Home".to_owned()]);
        for (host, is_strange) in [
            ("10.0.0.1", false),
            ("10.0.0.1:8080", false),
            ("[fd00::1]:80", false),
            ("[fd00::1]", false),
            ("localhost:4000", false),
            ("news.home", false),
            ("NEWS.home.:80", false),
            ("news.home.evil.example", true),
            ("captive.apple.com", true),
            ("", true),
            (":80", true),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(HOST, host.parse().unwrap());
            assert_eq!(names.is_strange(&headers), is_strange, "{host}");
        }
        assert!(!names.is_strange(&HeaderMap::new()));
    }
}
