//! The site over HTTP, for a browser on this machine.

use std::net::SocketAddr;
use std::path::Path;

use axum::Router;
use axum::http::{HeaderValue, header};
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;

use crate::error::Error;
use crate::output::Output;

/// Serves `dir` until the program is stopped. Only addresses of this machine are taken: to share
/// with others is another command's job.
pub(crate) fn serve(dir: &Path, address: SocketAddr, output: &Output) -> Result<(), Error> {
    if !address.ip().is_loopback() {
        return Err(Error::Argument(format!(
            "--serve {address}: only an address of this machine, such as 127.0.0.1:8000"
        )));
    }
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
        axum::serve(listener, app).await.map_err(here())
    })
}
