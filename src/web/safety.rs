//! What protects every address: origin checks, headers, a limit on bodies, traces without personal data.

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
        .layer(same_origin(app.config.public_url()))
        .layer(middleware::from_fn_with_state(app.clone(), error::explain));
    let with_headers = HEADERS.into_iter().fold(guarded, |router, (name, value)| {
        router.layer(SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value)))
    });
    with_headers.layer(
        TraceLayer::new_for_http().make_span_with(span).on_response(DefaultOnResponse::new().level(Level::INFO)),
    )
}

/// Refuses what another site's page posts. A caller without a browser's headers passes: it holds no cookie of ours.
fn same_origin(public_url: Option<&str>) -> CsrfLayer {
    let Some(url) = public_url else { return CsrfLayer::new() };
    // Behind a proxy that rewrites Host, only the public address tells what is our own.
    match origin_of(url).and_then(|origin| CsrfLayer::new().add_trusted_origin(origin).ok()) {
        Some(layer) => layer,
        None => {
            tracing::warn!(public_url = url, "the public address has no origin: forms are checked by Host alone");
            CsrfLayer::new()
        }
    }
}

fn origin_of(url: &str) -> Option<String> {
    let uri: Uri = url.parse().ok()?;
    Some(format!("{}://{}", uri.scheme_str()?, uri.authority()?))
}

/// The route instead of the path, and no query: both hold invitation numbers and names.
fn span(request: &Request) -> Span {
    let route = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str);
    tracing::info_span!("request", method = %request.method(), route)
}
