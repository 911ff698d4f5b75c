//! One request at a time, from as many threads as there are.

use std::collections::HashMap;
use std::io::{self, Read, Write};
use std::net::IpAddr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use ureq::http::{Response, header};
use ureq::unversioned::resolver::DefaultResolver;
use ureq::unversioned::transport::DefaultConnector;
use ureq::{Agent, Body, Error};
use url::Url;

use super::address::{Guarded, Private, is_public};
use super::cache::{CachedAnswer, HttpCache};
use crate::sources::parallel::lock;
use crate::sources::problem::{Trouble, one_line};
use crate::sources::settings::HttpSettings;

/// Most bytes of an answer's header.
const HEADER: usize = 64 * 1024;
/// So many failed connections, and a server is asked no more.
const STRIKES: usize = 2;
/// What is asked for.
const ACCEPT: &str = "text/html, application/xhtml+xml, application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, image/jpeg, image/png, image/webp, */*;q=0.5";

/// An HTTP client.
pub(crate) struct Client<'c> {
    agent: Agent,
    settings: HttpSettings,
    cache: Mutex<&'c mut dyn HttpCache>,
    /// How often the connection to a server has failed.
    strikes: Mutex<HashMap<String, usize>>,
    fetched: AtomicU64,
    cached: AtomicUsize,
}

/// What a server answered.
#[derive(Debug)]
pub(crate) struct Answer {
    /// Where it came from in the end.
    pub(crate) url: Url,
    pub(crate) content_type: Option<String>,
    pub(crate) bytes: Vec<u8>,
    /// Whether the server said that nothing has changed.
    pub(crate) unchanged: bool,
}

impl<'c> Client<'c> {
    /// A client with these settings.
    pub(crate) fn new(settings: &HttpSettings, cache: &'c mut dyn HttpCache) -> Self {
        let admits = match settings.allow_private_addresses {
            true => |_| true,
            false => is_public as fn(IpAddr) -> bool,
        };
        Self::to(admits, settings, cache)
    }

    /// A client that connects to the addresses that `admits` says, and no others.
    fn to(
        admits: fn(IpAddr) -> bool,
        settings: &HttpSettings,
        cache: &'c mut dyn HttpCache,
    ) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(None)
            .user_agent(settings.user_agent.as_str())
            .accept(ACCEPT)
            .max_response_header_size(HEADER)
            .timeout_resolve(Some(settings.connect))
            .timeout_connect(Some(settings.connect))
            .timeout_per_read(Some(settings.read))
            .build();
        let resolver = Guarded {
            inner: DefaultResolver::default(),
            admits,
        };
        Self {
            agent: Agent::with_parts(config, DefaultConnector::default(), resolver),
            settings: settings.clone(),
            cache: Mutex::new(cache),
            strikes: Mutex::default(),
            fetched: AtomicU64::new(0),
            cached: AtomicUsize::new(0),
        }
    }

    /// Bytes that came over the network, and answers that came from the cache.
    pub(crate) fn totals(&self) -> (u64, usize) {
        (
            self.fetched.load(Ordering::Relaxed),
            self.cached.load(Ordering::Relaxed),
        )
    }

    /// What the cache holds under a key that is no address.
    pub(crate) fn recall(&self, key: &str) -> Option<CachedAnswer> {
        lock(&self.cache).load(key)
    }

    /// Puts something in the cache under a key that is no address.
    pub(crate) fn remember(&self, key: &str, made: &CachedAnswer) {
        lock(&self.cache).store(key, made);
    }

    /// What is at `url`, of at most `limit` bytes.
    pub(crate) fn get(&self, url: &Url, limit: u64) -> Result<Answer, Trouble> {
        let known = lock(&self.cache).load(url.as_str());
        let (mut response, at, start) = self.follow(url, known.as_ref())?;
        let content_type = said(&response, header::CONTENT_TYPE);
        if let (304, Some(known)) = (response.status().as_u16(), known) {
            self.cached.fetch_add(1, Ordering::Relaxed);
            return Ok(Answer {
                url: at,
                content_type: known.content_type,
                bytes: known.bytes,
                unchanged: true,
            });
        }
        let mut bytes = Vec::new();
        self.read(&mut response, limit, start, &mut bytes)?;
        let (etag, last_modified) = (
            said(&response, header::ETAG),
            said(&response, header::LAST_MODIFIED),
        );
        let answer = CachedAnswer {
            etag,
            last_modified,
            content_type: content_type.clone(),
            bytes,
        };
        if answer.etag.is_some() || answer.last_modified.is_some() {
            lock(&self.cache).store(url.as_str(), &answer);
        }
        Ok(Answer {
            url: at,
            content_type,
            bytes: answer.bytes,
            unchanged: false,
        })
    }

    /// Writes what is at `url` to `out`; for what is too large for the memory and the cache.
    pub(crate) fn get_to(&self, url: &Url, limit: u64, out: &mut dyn Write) -> Result<(), Trouble> {
        let (mut response, _, start) = self.follow(url, None)?;
        self.read(&mut response, limit, start, out)
    }

    /// The answer at the end of the redirects, its address, and when it was first asked for.
    fn follow(
        &self,
        url: &Url,
        known: Option<&CachedAnswer>,
    ) -> Result<(Response<Body>, Url, Instant), Trouble> {
        let start = Instant::now();
        let mut at = url.clone();
        for _ in 0..=self.settings.redirects {
            let response = self.ask(&at, known, start)?;
            let status = response.status().as_u16();
            match (status, said(&response, header::LOCATION)) {
                (301 | 302 | 303 | 307 | 308, Some(to)) => {
                    let next = at
                        .join(&to)
                        .ok()
                        .filter(|u| matches!(u.scheme(), "http" | "https"));
                    at = next.ok_or(Trouble::BadRedirect {
                        to: edition::clean_line(&to, 100),
                    })?;
                }
                (200 | 203, _) => return Ok((response, at, start)),
                (304, _) if known.is_some() => return Ok((response, at, start)),
                _ => return Err(Trouble::Status { status }),
            }
        }
        Err(Trouble::Redirects {
            limit: self.settings.redirects,
        })
    }

    fn ask(
        &self,
        url: &Url,
        known: Option<&CachedAnswer>,
        start: Instant,
    ) -> Result<Response<Body>, Trouble> {
        let host = url.host_str().unwrap_or_default();
        let server = format!("{host}:{}", url.port_or_known_default().unwrap_or(0));
        if lock(&self.strikes)
            .get(&server)
            .is_some_and(|n| *n >= STRIKES)
        {
            return Err(Trouble::HostDown {
                host: host.to_owned(),
            });
        }
        let mut request = self.agent.get(url.as_str());
        if let Some(etag) = known.and_then(|k| k.etag.as_deref()) {
            request = request.header(header::IF_NONE_MATCH, etag);
        }
        if let Some(date) = known.and_then(|k| k.last_modified.as_deref()) {
            request = request.header(header::IF_MODIFIED_SINCE, date);
        }
        let left = self.settings.total.saturating_sub(start.elapsed());
        let request = request
            .config()
            .timeout_recv_response(Some(self.settings.read))
            .timeout_global(Some(left.max(Duration::from_millis(1))))
            .build();
        request.call().map_err(|error| {
            let trouble = self.trouble(error, host);
            let strike = match trouble {
                Trouble::NoSuchHost { .. } => STRIKES,
                Trouble::Network { .. } | Trouble::Timeout { .. } => 1,
                _ => 0,
            };
            *lock(&self.strikes).entry(server).or_default() += strike;
            trouble
        })
    }

    fn read(
        &self,
        response: &mut Response<Body>,
        limit: u64,
        start: Instant,
        out: &mut (impl Write + ?Sized),
    ) -> Result<(), Trouble> {
        let packed = response.headers().contains_key(header::CONTENT_ENCODING);
        let length = said(response, header::CONTENT_LENGTH).and_then(|l| l.parse().ok());
        if let Some(bytes) = length.filter(|l| *l > limit && !packed) {
            return Err(Trouble::TooLarge {
                bytes: Some(bytes),
                limit,
            });
        }
        let mut reader = response.body_mut().as_reader();
        let mut buffer = [0; 32 * 1024];
        let mut total = 0;
        loop {
            if start.elapsed() > self.settings.total {
                return Err(self.timeout());
            }
            let n = match reader.read(&mut buffer) {
                Ok(0) => break,
                Ok(n) => n,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(self.trouble(Error::from(error), "")),
            };
            total += n as u64;
            self.fetched.fetch_add(n as u64, Ordering::Relaxed);
            if total > limit {
                return Err(Trouble::TooLarge { bytes: None, limit });
            }
            out.write_all(&buffer[..n])
                .map_err(|e| Trouble::Unreadable { why: one_line(&e) })?;
        }
        Ok(())
    }

    fn timeout(&self) -> Trouble {
        Trouble::Timeout {
            seconds: self.settings.total.as_secs(),
        }
    }

    fn trouble(&self, error: Error, host: &str) -> Trouble {
        match error {
            Error::Timeout(_) => self.timeout(),
            Error::HostNotFound => Trouble::NoSuchHost {
                host: host.to_owned(),
            },
            Error::Other(other) => match other.downcast::<Private>() {
                Ok(private) => Trouble::PrivateAddress {
                    host: private.host.clone(),
                    address: private.address,
                },
                Err(other) => Trouble::Network {
                    why: one_line(&other),
                },
            },
            Error::Io(error) => match error.kind() {
                io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => self.timeout(),
                // What the system's resolver says when it has no address for a name.
                _ if error.to_string().contains("lookup address") => Trouble::NoSuchHost {
                    host: host.to_owned(),
                },
                _ => Trouble::Network {
                    why: one_line(&error),
                },
            },
            error => Trouble::Network {
                why: one_line(&error),
            },
        }
    }
}

fn said(response: &Response<Body>, name: header::HeaderName) -> Option<String> {
    let value = response.headers().get(name)?.to_str().ok()?.trim();
    (!value.is_empty() && value.len() <= 2_000).then(|| value.to_owned())
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader};
    use std::net::{Ipv4Addr, TcpListener};

    use super::super::cache::NoCache;
    use super::*;

    #[test]
    fn no_redirect_leads_to_an_address_that_is_not_admitted() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let lines = BufReader::new(stream.try_clone().unwrap()).lines();
            let asked = lines.map_while(Result::ok).take_while(|l| !l.is_empty());
            assert!(asked.count() > 1);
            let to = format!("http://127.0.0.2:{port}/inside");
            write!(
                stream,
                "HTTP/1.1 302 X\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n"
            )
            .unwrap();
        });
        // To this test only the first loopback address is the public internet.
        let admits = |a| a == IpAddr::V4(Ipv4Addr::LOCALHOST);
        let mut cache = NoCache;
        let client = Client::to(admits, &HttpSettings::default(), &mut cache);
        let url = Url::parse(&format!("http://127.0.0.1:{port}/")).unwrap();
        let refused = client.get(&url, 1_000).unwrap_err();
        assert!(matches!(refused, Trouble::PrivateAddress { ref host, .. } if host == "127.0.0.2"));
        server.join().unwrap();
    }
}
