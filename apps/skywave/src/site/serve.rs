//! The site over HTTP, for a browser on this machine.

use std::future::IntoFuture;
use std::net::SocketAddr;
use std::path::Path;

use axum::Router;
use axum::http::{HeaderValue, header};
use tokio::signal::unix::{SignalKind, signal};
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;

use crate::error::Error;
use crate::output::Output;

/// Only addresses of this machine are taken: to share with others is another command's job.
pub(crate) fn check_address(address: SocketAddr) -> Result<(), Error> {
    if address.ip().is_loopback() {
        return Ok(());
    }
    Err(Error::Argument(format!(
        "--serve {address}: only an address of this machine, such as 127.0.0.1:8000"
    )))
}

/// Serves `dir` until the program is told to stop (Ctrl-C, or SIGTERM).
pub(crate) fn serve(dir: &Path, address: SocketAddr, output: &Output) -> Result<(), Error> {
    check_address(address)?;
    let here = || Error::file(address.to_string());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .build()
        .map_err(here())?;
    let header =
        |name, value| SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value));
    let app = Router::new()
        .fallback_service(ServeDir::new(dir))
        .layer(header(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(header(header::CACHE_CONTROL, "no-store"))
        .layer(header(header::REFERRER_POLICY, "no-referrer"));
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(address)
            .await
            .map_err(here())?;
        let address = listener.local_addr().map_err(here())?;
        output.note(&format!("http://{address}/ (stop with Ctrl-C)"));
        let mut terminate = signal(SignalKind::terminate()).map_err(here())?;
        let stop = async move {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
        };
        tokio::select! {
            served = axum::serve(listener, app).into_future() => served.map_err(here()),
            () = stop => Ok(()),
        }
    })
}
