//! The web application, from the binary. Hashed assets are kept forever, the page itself never without asking.

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;

use super::App;
use super::problem::Problem;

/// What Vite built; nothing when the web application was not built.
#[derive(RustEmbed)]
#[folder = "web/dist/"]
#[allow_missing = true]
struct Dist;

const INDEX: &str = "index.html";
const NOT_BUILT: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Vigie</title>\
    <p>The web application is not in this binary: build it with <code>npm --prefix web run build</code>, then build \
    again. The API is at <a href=\"/api/openapi.json\">/api/openapi.json</a>.</p></html>";

pub fn router() -> Router<App> {
    Router::new().fallback(serve)
}

async fn serve(request: Request) -> Response {
    let path = request.uri().path();
    if is_other(path) {
        return Problem::not_found().into_response();
    }
    if request.method() != Method::GET && request.method() != Method::HEAD {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let seen = request.headers().get(header::IF_NONE_MATCH);
    page(request.uri(), seen)
}

/// Paths of the programs' interfaces, which answer problems and never the page.
fn is_other(path: &str) -> bool {
    ["/api/", "/dicomweb", "/fhir/"].iter().any(|prefix| path.starts_with(prefix)) || path == "/api"
}

fn page(uri: &Uri, seen: Option<&HeaderValue>) -> Response {
    let name = uri.path().trim_start_matches('/');
    if let Some(file) = Dist::get(name).filter(|_| !name.is_empty()) {
        return answer(name, file, seen);
    }
    // A path of the application: the page finds its way by itself. A file that is not there is not there.
    if name.rsplit('/').next().is_some_and(|last| last.contains('.')) {
        return StatusCode::NOT_FOUND.into_response();
    }
    match Dist::get(INDEX) {
        Some(file) => answer(INDEX, file, seen),
        None => ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], NOT_BUILT).into_response(),
    }
}

fn answer(name: &str, file: rust_embed::EmbeddedFile, seen: Option<&HeaderValue>) -> Response {
    let tag = format!("\"{}\"", hex::encode(&file.metadata.sha256_hash()[..16]));
    let caching =
        if name.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    if seen.is_some_and(|seen| seen.as_bytes() == tag.as_bytes()) {
        return (
            StatusCode::NOT_MODIFIED,
            [(header::ETAG, tag), (header::CACHE_CONTROL, caching.to_owned())],
        )
            .into_response();
    }
    let kind = file.metadata.mimetype();
    let kind = if kind.starts_with("text/") { format!("{kind}; charset=utf-8") } else { kind.to_owned() };
    let headers =
        [(header::CONTENT_TYPE, kind), (header::ETAG, tag), (header::CACHE_CONTROL, caching.to_owned())];
    (headers, file.data).into_response()
}
