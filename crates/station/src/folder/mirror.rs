//! A mirror: a folder behind an address. Everything that it sends is bounded, and nothing of it is
//! believed: names come from what is signed, and what the files hold is verified by the receiver.

use std::io::{self, ErrorKind, Read};
use std::net::IpAddr;
use std::time::{Duration, Instant};

use ureq::http::{Response, header};
use ureq::unversioned::resolver::DefaultResolver;
use ureq::unversioned::transport::DefaultConnector;
use ureq::{Agent, Body};
use url::Url;

use crate::folder::shelf::Shelf;
use crate::sources::{Guarded, HttpSettings, is_public};

/// Redirects that are followed for one file.
const REDIRECTS: usize = 5;
/// How often a file is taken up again where it broke off, without a byte in between.
const TRIES: u32 = 4;
/// Wait before the second try; it doubles.
const PAUSE: Duration = Duration::from_millis(500);
/// A server that in so long has sent less than so many bytes a second is given up: one that drips
/// would hold a reader for ever.
const SLOW: (Duration, u64) = (Duration::from_secs(120), 100);
/// Most bytes of an answer's header.
const HEADER: usize = 64 << 10;

/// A folder behind an address, or a single file.
#[derive(Debug)]
pub struct Mirror {
    base: Url,
    http: Http,
    tries: u32,
    pause: Duration,
}

/// The connections.
#[derive(Debug, Clone)]
struct Http {
    /// To the server that was asked for, wherever it is: mirrors in the house are wanted.
    own: Agent,
    /// To where redirects lead: only into the public internet, so that no server on the internet
    /// sends a reader's computer to other devices of the house.
    others: Agent,
}

/// What is wrong with an answer.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error("the server says {0}")]
    Status(u16),
    #[error("more than {REDIRECTS} redirects")]
    Redirects,
    #[error("a redirect to {0}, where nothing is fetched from")]
    BadRedirect(String),
    #[error("the server is too slow: less than {} bytes a second", SLOW.1)]
    Slow,
}

impl Mirror {
    /// A mirror at an address that ends with `/`, or a file.
    pub fn new(base: &str) -> io::Result<Self> {
        let wrong = |why: &str| io::Error::new(ErrorKind::InvalidInput, format!("{base}: {why}"));
        let mut base_url = Url::parse(base).map_err(|e| wrong(&e.to_string()))?;
        if !matches!(base_url.scheme(), "http" | "https") || base_url.host_str().is_none() {
            return Err(wrong("this is no address of a mirror"));
        }
        base_url.set_fragment(None);
        let settings = HttpSettings::default();
        let agent = |admits: fn(IpAddr) -> bool| {
            let config = Agent::config_builder()
                .http_status_as_error(false)
                .max_redirects(0)
                .max_redirects_will_error(false)
                // As curl has it: HTTPS_PROXY and others.
                .proxy(ureq::Proxy::try_from_env())
                .user_agent(settings.user_agent.as_str())
                .accept("*/*")
                .accept_encoding("identity")
                .max_response_header_size(HEADER)
                .timeout_resolve(Some(settings.connect))
                .timeout_connect(Some(settings.connect))
                .timeout_per_read(Some(settings.read))
                .timeout_recv_response(Some(settings.read))
                .build();
            let resolver = Guarded {
                inner: DefaultResolver::default(),
                admits,
            };
            Agent::with_parts(config, DefaultConnector::default(), resolver)
        };
        Ok(Self {
            base: base_url,
            http: Http {
                own: agent(|_| true),
                others: agent(is_public),
            },
            tries: TRIES,
            pause: PAUSE,
        })
    }

    /// Whether a folder is meant, and not a file.
    pub fn is_folder(&self) -> bool {
        self.base.path().ends_with('/')
    }

    /// Opens the file at the address itself.
    pub fn open_file(&self) -> io::Result<Box<dyn Read>> {
        let missing = || io::Error::new(ErrorKind::NotFound, "there is no such file");
        self.fetch(self.base.clone(), None)?.ok_or_else(missing)
    }

    fn fetch(&self, url: Url, tail: Option<u64>) -> io::Result<Option<Box<dyn Read>>> {
        let mut fetch = Fetch {
            http: self.http.clone(),
            url,
            tail,
            body: None,
            validator: None,
            done: 0,
            skip: 0,
            left: self.tries,
            tries: self.tries,
            pause: self.pause,
            began: Instant::now(),
        };
        match fetch.begin_again() {
            Ok(()) => Ok(Some(Box::new(fetch))),
            Err(error) if is_absent(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

impl Shelf for Mirror {
    fn open(&mut self, name: &str, tail: Option<u64>) -> io::Result<Option<Box<dyn Read>>> {
        let url = self.base.join(name);
        let url = url.map_err(|e| io::Error::new(ErrorKind::InvalidInput, e.to_string()))?;
        self.fetch(url, tail)
    }
}

fn is_absent(error: &io::Error) -> bool {
    let inner = error.get_ref().and_then(|e| e.downcast_ref::<Trouble>());
    // Buckets that may not be listed say 403 for what they do not have.
    matches!(inner, Some(Trouble::Status(403 | 404 | 410)))
}

/// A file on its way. Where the connection breaks off, it is taken up again at the byte that was next.
struct Fetch {
    http: Http,
    url: Url,
    /// Bytes at the end that are wanted.
    tail: Option<u64>,
    body: Option<Box<dyn Read>>,
    /// What tells that the file is still the same: a strong ETag.
    validator: Option<String>,
    /// Bytes that were given out, from where the first answer began.
    done: u64,
    /// Bytes that come once more, because the server has no ranges.
    skip: u64,
    /// Tries left until a byte comes.
    left: u32,
    tries: u32,
    pause: Duration,
    began: Instant,
}

impl Fetch {
    /// Asks the server, again if it does not answer.
    fn begin_again(&mut self) -> io::Result<()> {
        loop {
            match self.ask() {
                Ok(()) => return Ok(()),
                Err(error) if self.left <= 1 || !is_passing(&error) => return Err(error),
                Err(_) => self.wait(),
            }
        }
    }

    fn wait(&mut self) {
        let tried = self.tries - self.left;
        self.left -= 1;
        std::thread::sleep(self.pause * 2_u32.pow(tried.min(6)));
    }

    fn ask(&mut self) -> io::Result<()> {
        // The end of a file that is taken up again is shorter by what came of it.
        let range = match (self.tail, self.done) {
            (Some(tail), done) if done < tail => Some(format!("bytes=-{}", tail - done)),
            (None, done) if done > 0 => Some(format!("bytes={done}-")),
            _ => None,
        };
        let response = self.follow(range.as_deref())?;
        let is_part = response.status().as_u16() == 206;
        // A server without ranges sends all of it: what came before is passed over. Of an end, all
        // is taken: it does no harm.
        self.skip = match (is_part, self.tail) {
            (false, None) => self.done,
            _ => 0,
        };
        if !is_part && self.tail.is_some() {
            self.tail = None;
            self.done = 0;
        }
        let etag = response.headers().get(header::ETAG);
        let etag = etag.and_then(|etag| etag.to_str().ok()).map(str::to_owned);
        let is_strong = |etag: &String| etag.starts_with('"') && etag.len() < 200;
        self.validator = etag.filter(is_strong);
        self.body = Some(match response.status().as_u16() {
            // Nothing is left of it: the file is as long as what has come.
            416 => Box::new(io::empty()),
            _ => Box::new(response.into_body().into_reader()),
        });
        Ok(())
    }

    /// The answer at the end of the redirects.
    fn follow(&self, range: Option<&str>) -> io::Result<Response<Body>> {
        let mut at = self.url.clone();
        for _ in 0..=REDIRECTS {
            let is_own = at.host() == self.url.host()
                && at.port_or_known_default() == self.url.port_or_known_default();
            let agent = if is_own {
                &self.http.own
            } else {
                &self.http.others
            };
            let mut request = agent.get(at.as_str());
            if let Some(range) = range {
                request = request.header(header::RANGE, range);
                if let Some(validator) = &self.validator {
                    request = request.header(header::IF_RANGE, validator);
                }
            }
            let response = request.call().map_err(ureq::Error::into_io)?;
            let status = response.status().as_u16();
            let to = response.headers().get(header::LOCATION);
            match (status, to.and_then(|to| to.to_str().ok())) {
                (301 | 302 | 303 | 307 | 308, Some(to)) => {
                    let next = at.join(to).ok();
                    // Nobody is led from a secret connection to an open one.
                    let is_good = |next: &Url| match at.scheme() {
                        "https" => next.scheme() == "https",
                        _ => matches!(next.scheme(), "http" | "https"),
                    };
                    let next = next.filter(is_good);
                    at = next
                        .ok_or_else(|| other(Trouble::BadRedirect(edition::clean_line(to, 100))))?;
                }
                (200 | 206, _) => return Ok(response),
                (416, _) if range.is_some() => return Ok(response),
                _ => return Err(other(Trouble::Status(status))),
            }
        }
        Err(other(Trouble::Redirects))
    }
}

impl Read for Fetch {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        loop {
            let Some(body) = &mut self.body else {
                self.begin_again()?;
                continue;
            };
            let waited = self.began.elapsed();
            if waited > SLOW.0 && self.done < SLOW.1 * waited.as_secs() {
                return Err(other(Trouble::Slow));
            }
            match body.read(bytes) {
                Ok(n) if self.skip > 0 && n > 0 => {
                    let skipped = self.skip.min(n as u64);
                    self.skip -= skipped;
                    let rest = n - skipped as usize;
                    if rest > 0 {
                        bytes.copy_within(n - rest..n, 0);
                        self.done += rest as u64;
                        return Ok(rest);
                    }
                }
                Ok(n) => {
                    self.done += n as u64;
                    if n > 0 {
                        self.left = self.tries;
                    }
                    return Ok(n);
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if self.left <= 1 => return Err(error),
                Err(_) => {
                    self.body = None;
                    self.wait();
                }
            }
        }
    }
}

/// Whether it may be better a moment later.
fn is_passing(error: &io::Error) -> bool {
    let inner = error.get_ref().and_then(|e| e.downcast_ref::<Trouble>());
    match inner {
        Some(Trouble::Status(status)) => matches!(status, 408 | 429 | 500..),
        Some(_) => false,
        None => !is_certain(error),
    }
}

/// Errors that stay as they are: names that do not exist, addresses that are not allowed.
fn is_certain(error: &io::Error) -> bool {
    let inner = error
        .get_ref()
        .and_then(|e| e.downcast_ref::<ureq::Error>());
    matches!(
        inner,
        Some(ureq::Error::HostNotFound | ureq::Error::Other(_) | ureq::Error::BadUri(_))
    )
}

fn other(trouble: Trouble) -> io::Error {
    io::Error::other(trouble)
}
