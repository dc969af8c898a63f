//! What protects every address: origin checks, headers, a limit on bodies, traces without personal data.

use anyhow::Context;
use axum::body::{Body, HttpBody};
use axum::extract::{DefaultBodyLimit, MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::{Router, middleware};
use tower::{Layer, ServiceExt};
use tower_http::csrf::{ConfigError, CsrfLayer};
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::trace::{DefaultOnResponse, TraceLayer};
use tracing::{Level, Span};

use super::error::WebError;
use super::{App, error};
use crate::service::public_urls::public_urls;

/// Bytes a request may bring: the longest form is some kilobytes.
const MOST_BYTES: usize = 64 * 1024;

/// A policy: nothing from elsewhere, and of our own what these say.
macro_rules! policy {
    ($script:literal, $pictures:literal) => {
        concat!(
            "default-src 'none'; ",
            $script,
            "style-src 'self'; font-src 'self'; img-src 'self'",
            $pictures,
            "; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
        )
    };
}

/// No script at all, and nothing from elsewhere.
const POLICY: &str = policy!("", "");

/// The same for a page that says which of our own scripts it uses.
pub const POLICY_WITH_SCRIPT: &str = policy!("script-src 'self'; connect-src 'self'; ", "");

/// The same for a page that carries pictures within itself.
pub const POLICY_WITH_PICTURES: &str = policy!("", " data:");

/// Both.
pub const POLICY_WITH_SCRIPT_AND_PICTURES: &str = policy!("script-src 'self'; connect-src 'self'; ", " data:");

/// Sent with every answer, unless the page has its own.
const HEADERS: [(HeaderName, &str); 4] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    // An invitation number in an address must not travel to another site.
    (header::REFERRER_POLICY, "same-origin"),
    (header::X_FRAME_OPTIONS, "DENY"),
];

/// Puts the protections around the routes.
pub fn protect(routes: Router<App>, app: &App) -> Router<App> {
    let guarded = routes
        .layer(DefaultBodyLimit::max(MOST_BYTES))
        .layer(middleware::from_fn_with_state(app.clone(), same_origin))
        .layer(middleware::from_fn_with_state(app.clone(), error::explain));
    let with_headers = HEADERS.into_iter().fold(guarded, |router, (name, value)| {
        router.layer(SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value)))
    });
    with_headers
        .layer(middleware::from_fn(without_body))
        .layer(TraceLayer::new_for_http().make_span_with(span).on_response(DefaultOnResponse::new().level(Level::INFO)))
}

/// Answers HEAD as GET, without the body: handlers and extractors know two methods, not three.
async fn without_body(mut request: Request, next: Next) -> Response {
    if request.method() != Method::HEAD {
        return next.run(request).await;
    }
    *request.method_mut() = Method::GET;
    let (mut parts, body) = next.run(request).await.into_parts();
    if let Some(length) = body.size_hint().exact() {
        parts.headers.entry(header::CONTENT_LENGTH).or_insert(length.into());
    }
    Response::from_parts(parts, Body::empty())
}

/// Refuses what another site's page posts. A caller without a browser's headers passes: it holds no cookie of ours.
async fn same_origin(State(app): State<App>, request: Request, next: Next) -> Result<Response, WebError> {
    let mut layer = CsrfLayer::new();
    for origin in our_origins(&app, request.headers()).await? {
        let broken = |error: ConfigError| WebError::internal(&error.to_string());
        layer = layer.add_trusted_origin(origin).map_err(broken)?;
    }
    Ok(layer.layer(next).oneshot(request).await.into_response())
}

/// The origins that are ours besides the request's own Host. Behind a proxy that rewrites Host, only the public addresses
/// tell them; a request that the browser calls its own site's needs none.
async fn our_origins(app: &App, headers: &HeaderMap) -> Result<Vec<String>, WebError> {
    let site = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
    if !headers.contains_key(header::ORIGIN) || matches!(site, Some(b"same-origin" | b"none")) {
        return Ok(Vec::new());
    }
    let stored = public_urls(&app.store).await?;
    Ok(stored.iter().filter_map(|url| origin_of(url).ok()).chain(app.origin.clone()).collect())
}

/// Scheme and host of an address, as browsers write them.
pub fn origin_of(address: &str) -> anyhow::Result<String> {
    let uri: Uri = address.parse().with_context(|| format!("public_url n’est pas une adresse : {address}"))?;
    match (uri.scheme_str(), uri.authority()) {
        (Some(scheme @ ("http" | "https")), Some(authority)) => {
            let default_port = if scheme == "https" { ":443" } else { ":80" };
            let authority = authority.as_str().to_ascii_lowercase();
            Ok(format!("{scheme}://{}", authority.strip_suffix(default_port).unwrap_or(&authority)))
        }
        _ => anyhow::bail!("public_url doit commencer par https:// ou http:// : {address}"),
    }
}

/// The route instead of the path, and no query: both hold invitation numbers and names.
fn span(request: &Request) -> Span {
    let route = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str);
    tracing::info_span!("request", method = %request.method(), route)
}
