//! From a request to an answer.

use std::fmt::Write;
use std::io;

use axum::http::request::Parts;
use axum::http::response::Builder;
use axum::http::{Method, StatusCode, header};
use axum::response::Response;
use tokio::task::spawn_blocking;

use crate::relay::answer::{Answer, answer, http_date};
use crate::relay::body::Body;
use crate::relay::server::Desk;
use crate::relay::shelf::Item;

/// Nothing from anywhere but this relay, and no script at all.
const POLICY: &str = "default-src 'none'; img-src 'self' data:; media-src 'self'; style-src 'self'; \
                      form-action 'none'; base-uri 'none'; frame-ancestors 'none'";
/// Stands between the parts of an answer with several. Parts may hold it only by chance: 2⁻¹⁹² a
/// place.
const BOUNDARY: &str = "3f8e0c61d94b7a5207c3fe18b6a4d95e";
/// What is said of what is not there.
const NOT_HERE: &str = "<!doctype html><meta charset=\"utf-8\"><meta name=\"viewport\" \
                        content=\"width=device-width\"><title>404</title><p>404 · \
                        <a href=\"/\">⌂ /</a></p>\n";

/// The answer, and how many bytes its body has.
pub(crate) async fn respond(desk: &Desk, request: &Parts) -> (Response, u64) {
    let method = &request.method;
    if *method != Method::GET && *method != Method::HEAD {
        let refused = begin(StatusCode::METHOD_NOT_ALLOWED).header(header::ALLOW, "GET, HEAD");
        return end(refused, Body::default());
    }
    if desk.names.is_strange(&request.headers) {
        return match desk.captive() {
            Some(page) => {
                let head = begin(StatusCode::FOUND).header(header::LOCATION, page);
                end(
                    head.header(header::CACHE_CONTROL, "no-store"),
                    Body::default(),
                )
            }
            None => not_found(method, ""),
        };
    }
    let shelf = desk.shelf();
    let path = request.uri.path();
    let Some(item) = shelf.at(path, &request.headers) else {
        return not_found(method, NOT_HERE);
    };
    give(item, request).await
}

async fn give(item: &Item, request: &Parts) -> (Response, u64) {
    let len = item.len();
    let answer = answer(&request.method, &request.headers, &item.validators, len);
    let status = match answer {
        Answer::Whole => StatusCode::OK,
        Answer::Parts(_) => StatusCode::PARTIAL_CONTENT,
        Answer::NotModified => StatusCode::NOT_MODIFIED,
        Answer::Failed => StatusCode::PRECONDITION_FAILED,
        Answer::Unsatisfiable => StatusCode::RANGE_NOT_SATISFIABLE,
    };
    let mut head = begin(status)
        .header(header::ETAG, &item.validators.etag)
        .header(header::LAST_MODIFIED, http_date(item.validators.modified))
        .header(
            header::CACHE_CONTROL,
            match item.is_cached {
                true => "private, no-cache",
                false => "no-store",
            },
        )
        .header(header::VARY, "Accept-Language");
    let item = item.clone();
    let (ranges, boundary) = match answer {
        Answer::NotModified => return end(head, Body::default()),
        Answer::Failed => return end(head, Body::default()),
        Answer::Unsatisfiable => {
            let range = format!("bytes */{len}");
            return end(head.header(header::CONTENT_RANGE, range), Body::default());
        }
        Answer::Whole => {
            head = head.header(header::CONTENT_TYPE, item.media_type);
            (std::iter::once(0..len).collect(), false)
        }
        Answer::Parts(ranges) if ranges.len() == 1 => {
            let range = content_range(&ranges[0], len);
            head = head
                .header(header::CONTENT_TYPE, item.media_type)
                .header(header::CONTENT_RANGE, range);
            (ranges, false)
        }
        Answer::Parts(ranges) => {
            let parts = format!("multipart/byteranges; boundary={BOUNDARY}");
            head = head.header(header::CONTENT_TYPE, parts);
            (ranges, true)
        }
    };
    head = head.header(header::ACCEPT_RANGES, "bytes");
    if let Some(name) = &item.saved_as {
        head = head.header(
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        );
    }
    if request.method == Method::HEAD {
        return end(head.header(header::CONTENT_LENGTH, len), Body::default());
    }
    let read = spawn_blocking(move || body(&item, &ranges, boundary));
    match read.await.map_err(io::Error::other).flatten() {
        Ok(body) => end(head, body),
        // It has just been replaced.
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            not_found(&request.method, NOT_HERE)
        }
        Err(_) => end(begin(StatusCode::INTERNAL_SERVER_ERROR), Body::default()),
    }
}

/// The bytes of these ranges; each with its own head, if they are several (RFC 9110 section 14.6).
fn body(item: &Item, ranges: &[std::ops::Range<u64>], is_multipart: bool) -> io::Result<Body> {
    let mut body = Body::default();
    for range in ranges {
        if is_multipart {
            let mut head = format!("\r\n--{BOUNDARY}\r\n");
            let _ = write!(head, "Content-Type: {}\r\n", item.media_type);
            let range = content_range(range, item.len());
            let _ = write!(head, "Content-Range: {range}\r\n\r\n");
            body.push(head.into());
        }
        body.push_range(&item.pieces, range)?;
    }
    if is_multipart {
        body.push(format!("\r\n--{BOUNDARY}--\r\n").into());
    }
    Ok(body)
}

fn content_range(range: &std::ops::Range<u64>, len: u64) -> String {
    format!(
        "bytes {}-{}/{len}",
        range.start,
        range.end.saturating_sub(1)
    )
}

fn not_found(method: &Method, text: &'static str) -> (Response, u64) {
    let mut head = begin(StatusCode::NOT_FOUND).header(header::CACHE_CONTROL, "no-store");
    let mut body = Body::default();
    if !text.is_empty() {
        head = head.header(header::CONTENT_TYPE, "text/html; charset=utf-8");
        match *method {
            Method::HEAD => head = head.header(header::CONTENT_LENGTH, text.len()),
            _ => body.push(text.as_bytes().into()),
        }
    }
    end(head, body)
}

/// What every answer says.
fn begin(status: StatusCode) -> Builder {
    Response::builder()
        .status(status)
        .header(header::CONTENT_SECURITY_POLICY, POLICY)
        .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff")
        .header(header::REFERRER_POLICY, "no-referrer")
        .header("Cross-Origin-Resource-Policy", "same-origin")
        .header("X-DNS-Prefetch-Control", "off")
}

fn end(head: Builder, body: Body) -> (Response, u64) {
    let bytes = body.left();
    let response = head.body(axum::body::Body::new(body)).unwrap_or_else(|_| {
        // A field's value that is none: every one of them is made here.
        let mut response = Response::new(axum::body::Body::empty());
        *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        response
    });
    (response, bytes)
}
