//! Status page, metrics and health over HTTP, for this machine unless the settings say otherwise.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::error::Error;
use crate::play::clock::utc_seconds;
use crate::play::desk::Desk;
use crate::play::{metrics, page};

/// Nothing but the page's own style: no script, no frames, nothing from elsewhere.
const POLICY: &str = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'";

/// Binds, so that it is known at once whether the address is free.
pub(crate) fn bind(address: SocketAddr) -> Result<std::net::TcpListener, Error> {
    let listener =
        std::net::TcpListener::bind(address).map_err(Error::file(address.to_string()))?;
    let set = listener.set_nonblocking(true);
    set.map_err(Error::file(address.to_string()))?;
    Ok(listener)
}

/// Serves until the runtime ends.
pub(crate) async fn serve(listener: std::net::TcpListener, desk: Arc<Desk>) -> std::io::Result<()> {
    let app = Router::new()
        .route("/", get(status))
        .route("/style.css", get(style))
        .route("/metrics", get(metrics_text))
        .route("/health", get(health))
        .route("/ready", get(ready))
        .with_state(desk);
    axum::serve(tokio::net::TcpListener::from_std(listener)?, app).await
}

async fn status(State(desk): State<Arc<Desk>>) -> Response {
    let html = page::html(&desk.board.read(), desk.now());
    let mut response = answer(StatusCode::OK, "text/html; charset=utf-8", html);
    let policy = HeaderValue::from_static(POLICY);
    response
        .headers_mut()
        .insert(header::CONTENT_SECURITY_POLICY, policy);
    response
}

async fn style() -> Response {
    answer(
        StatusCode::OK,
        "text/css; charset=utf-8",
        page::STYLE.to_owned(),
    )
}

async fn metrics_text(State(desk): State<Arc<Desk>>) -> Response {
    let text = metrics::text(&desk.board.read(), desk.now(), utc_seconds());
    answer(
        StatusCode::OK,
        "text/plain; version=0.0.4; charset=utf-8",
        text,
    )
}

async fn health(State(desk): State<Arc<Desk>>) -> Response {
    told(desk.board.read().health(desk.now()))
}

async fn ready(State(desk): State<Arc<Desk>>) -> Response {
    told(desk.board.read().readiness(desk.now()))
}

fn told(state: Result<(), String>) -> Response {
    let (status, text) = match state {
        Ok(()) => (StatusCode::OK, "ok\n".to_owned()),
        Err(why) => (StatusCode::SERVICE_UNAVAILABLE, format!("{why}\n")),
    };
    answer(status, "text/plain; charset=utf-8", text)
}

fn answer(status: StatusCode, kind: &'static str, body: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    (status, headers, body).into_response()
}
