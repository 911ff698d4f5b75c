//! The server: takes connections, as many as there is room for, and answers from the shelf.
//!
//! Nothing of who asks is written down: there are totals, and nothing else.

use std::collections::HashMap;
use std::convert::Infallible;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread::JoinHandle;
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::response::Response;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::relay::address::is_near;
use crate::relay::captive::Names;
use crate::relay::patience::Patient;
use crate::relay::respond::respond;
use crate::relay::shelf::Shelf;

/// What one relay bears.
#[derive(Debug, Clone)]
pub(crate) struct Limits {
    /// Connections at once.
    pub(crate) connections: usize,
    /// Of these from one address; phones behind a router of their own share one.
    pub(crate) from_one: usize,
    /// How long a request's head may take, and a connection that asks nothing may stay.
    pub(crate) head: Duration,
    /// How long the other side may take nothing of what is sent.
    pub(crate) stall: Duration,
    /// How long what is being sent may go on when the relay ends.
    pub(crate) grace: Duration,
    /// Whether addresses of no local network are answered.
    pub(crate) serves_anyone: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 512,
            from_one: 64,
            head: Duration::from_secs(10),
            stall: Duration::from_secs(30),
            grace: Duration::from_secs(3),
            serves_anyone: false,
        }
    }
}

/// Bytes of a request's head, and fields in it.
const HEAD_BYTES: usize = 16 << 10;
const HEAD_FIELDS: usize = 64;
/// Threads that read files: a card or a stick is not faster with more.
const READERS: usize = 8;
/// Connections that wait for being taken.
const BACKLOG: u32 = 1_024;
/// How long nothing is taken where the system has no room for more.
const NO_ROOM: Duration = Duration::from_millis(100);

/// What is answered from.
#[derive(Debug, Default)]
pub(crate) struct Desk {
    shelf: RwLock<Arc<Shelf>>,
    /// The page that captive windows are sent to, if they are.
    captive: RwLock<Option<String>>,
    /// The names that are its own.
    pub(crate) names: Names,
    /// What was done so far.
    pub(crate) totals: Totals,
}

/// Totals, and nothing of whom they were for.
#[derive(Debug, Default)]
pub(crate) struct Totals {
    /// Requests.
    pub(crate) requests: AtomicU64,
    /// Bytes of bodies that were begun to be sent.
    pub(crate) bytes: AtomicU64,
    /// Connections that were refused: too many, or from elsewhere.
    pub(crate) refused: AtomicU64,
}

impl Desk {
    /// With these names of its own.
    pub(crate) fn new(names: Names) -> Self {
        Self {
            names,
            ..Self::default()
        }
    }

    /// What lies on the shelf now.
    pub(crate) fn shelf(&self) -> Arc<Shelf> {
        let shelf = self.shelf.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&shelf)
    }

    /// From now on this does.
    pub(crate) fn put(&self, shelf: Shelf) {
        *self.shelf.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(shelf);
    }

    /// Where requests for strange names are sent; none if they are told that nothing is here.
    pub(crate) fn captive(&self) -> Option<String> {
        let captive = self.captive.read();
        captive.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// From now on they are sent there.
    pub(crate) fn set_captive(&self, page: Option<String>) {
        *self.captive.write().unwrap_or_else(PoisonError::into_inner) = page;
    }
}

/// A server that runs on a thread of its own until it is stopped.
#[derive(Debug)]
pub(crate) struct Server {
    address: SocketAddr,
    stop: watch::Sender<bool>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Listens.
    ///
    /// # Errors
    /// If the address cannot be had.
    pub(crate) fn start(address: SocketAddr, desk: Arc<Desk>, limits: Limits) -> io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .max_blocking_threads(READERS)
            .build()?;
        let listener = runtime.block_on(async { listen(address) })?;
        let address = listener.local_addr()?;
        let (stop, stopped) = watch::channel(false);
        let thread = std::thread::Builder::new()
            .name("server".to_owned())
            .spawn(move || {
                runtime.block_on(serve(listener, desk, limits, stopped));
                runtime.shutdown_timeout(Duration::from_millis(500));
            })?;
        Ok(Self {
            address,
            stop,
            thread: Some(thread),
        })
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Takes nothing more, lets what is being sent go on for a little, and ends.
    pub(crate) fn stop(mut self) {
        let _ = self.stop.send(true);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

async fn serve(
    listener: TcpListener,
    desk: Arc<Desk>,
    limits: Limits,
    mut stopped: watch::Receiver<bool>,
) {
    let app = Router::new().fallback(handle).with_state(Arc::clone(&desk));
    let room = Arc::new(Room::new(&limits));
    let mut connections = JoinSet::new();
    loop {
        let taken = tokio::select! {
            taken = listener.accept() => taken,
            _ = stopped.wait_for(|is_stopped| *is_stopped) => break,
            Some(_) = connections.join_next() => continue,
        };
        let (stream, peer) = match taken {
            Ok(taken) => taken,
            Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => continue,
            Err(_) => {
                // Out of descriptors: those that are open end sooner or later.
                tokio::time::sleep(NO_ROOM).await;
                continue;
            }
        };
        let is_welcome = limits.serves_anyone || is_near(peer.ip());
        let Some(place) = is_welcome.then(|| room.take(peer.ip())).flatten() else {
            desk.totals.refused.fetch_add(1, Ordering::Relaxed);
            continue;
        };
        let (app, limits, stopped) = (app.clone(), limits.clone(), stopped.clone());
        connections.spawn(async move {
            let _place = place;
            converse(stream, app, limits, stopped).await;
        });
    }
    drop(listener);
    let ended = async { while connections.join_next().await.is_some() {} };
    let _ = tokio::time::timeout(limits.grace, ended).await;
    connections.shutdown().await;
}

/// Answers one connection until it ends.
async fn converse(
    stream: TcpStream,
    app: Router,
    limits: Limits,
    mut stopped: watch::Receiver<bool>,
) {
    let _ = stream.set_nodelay(true);
    let io = TokioIo::new(Patient::new(stream, limits.stall));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .max_buf_size(HEAD_BYTES)
        .max_headers(HEAD_FIELDS)
        .serve_connection(io, TowerToHyperService::new(app));
    let mut connection = std::pin::pin!(connection);
    tokio::select! {
        _ = connection.as_mut() => return,
        _ = stopped.wait_for(|is_stopped| *is_stopped) => {}
    }
    connection.as_mut().graceful_shutdown();
    let _ = connection.await;
}

async fn handle(State(desk): State<Arc<Desk>>, request: Request) -> Result<Response, Infallible> {
    desk.totals.requests.fetch_add(1, Ordering::Relaxed);
    let (response, bytes) = respond(&desk, &request.into_parts().0).await;
    desk.totals.bytes.fetch_add(bytes, Ordering::Relaxed);
    Ok(response)
}

/// How many connections there are, and from where: in memory, while they last.
#[derive(Debug)]
struct Room {
    connections: usize,
    from_one: usize,
    taken: Mutex<(usize, HashMap<IpAddr, usize>)>,
}

/// A connection's place in it.
#[derive(Debug)]
struct Place {
    room: Arc<Room>,
    ip: IpAddr,
}

impl Room {
    fn new(limits: &Limits) -> Self {
        Self {
            connections: limits.connections,
            from_one: limits.from_one,
            taken: Mutex::default(),
        }
    }

    fn take(self: &Arc<Self>, ip: IpAddr) -> Option<Place> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let (all, from) = &mut *taken;
        let from_here = from.get(&ip).copied().unwrap_or(0);
        if *all >= self.connections || from_here >= self.from_one {
            return None;
        }
        *all += 1;
        from.insert(ip, from_here + 1);
        Some(Place {
            room: Arc::clone(self),
            ip,
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self
            .room
            .taken
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let (all, from) = &mut *taken;
        *all -= 1;
        if let Some(n) = from.get_mut(&self.ip) {
            *n -= 1;
            if *n == 0 {
                from.remove(&self.ip);
            }
        }
    }
}

#[cfg(test)]
#[path = "server_tests.rs"]
mod tests;
