//! What protects every address: origin checks, headers, a limit on bodies, traces without personal data.

use anyhow::Context;
use axum::extract::{DefaultBodyLimit, MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue, Uri, header};
use axum::{Router, middleware};
use tower_http::csrf::CsrfLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::trace::{DefaultOnResponse, TraceLayer};
use tracing::{Level, Span};

use super::{App, error};

/// Bytes a request may bring: the longest form is some kilobytes.
const MOST_BYTES: usize = 64 * 1024;

/// No script at all, and nothing from elsewhere.
const POLICY: &str = "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; form-action 'self'; \
                      frame-ancestors 'none'; base-uri 'none'";

/// Sent with every answer.
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
        .layer(same_origin(app))
        .layer(middleware::from_fn_with_state(app.clone(), error::explain));
    let with_headers = HEADERS.into_iter().fold(guarded, |router, (name, value)| {
        router.layer(SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value)))
    });
    with_headers
        .layer(TraceLayer::new_for_http().make_span_with(span).on_response(DefaultOnResponse::new().level(Level::INFO)))
}

/// Refuses what another site's page posts. A caller without a browser's headers passes: it holds no cookie of ours.
fn same_origin(app: &App) -> CsrfLayer {
    // Behind a proxy that rewrites Host, only the public address tells what is our own.
    let trusted = app.origin.as_ref().and_then(|origin| CsrfLayer::new().add_trusted_origin(origin).ok());
    trusted.unwrap_or_default()
}

/// Scheme and host of an address.
pub fn origin_of(address: &str) -> anyhow::Result<String> {
    let uri: Uri = address.parse().with_context(|| format!("public_url n’est pas une adresse : {address}"))?;
    match (uri.scheme_str(), uri.authority()) {
        (Some(scheme @ ("http" | "https")), Some(authority)) => Ok(format!("{scheme}://{authority}")),
        _ => anyhow::bail!("public_url doit commencer par https:// ou http:// : {address}"),
    }
}

/// The route instead of the path, and no query: both hold invitation numbers and names.
fn span(request: &Request) -> Span {
    let route = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str);
    tracing::info_span!("request", method = %request.method(), route)
}
