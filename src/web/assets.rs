//! The stylesheet, the script, the fonts and the icon, under an address that changes with their bytes.

use std::sync::LazyLock;

use axum::Router;
use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use sha2::{Digest, Sha256};

use super::App;
use super::error::WebError;

macro_rules! files {
    ($($name:literal: $kind:literal, $path:literal;)*) => {
        /// Name, media type and bytes.
        const FILES: &[(&str, &str, &[u8])] = &[$(($name, $kind, include_bytes!(concat!("../../assets/", $path)))),*];
    };
}

files! {
    "app.css": "text/css; charset=utf-8", "css/app.css";
    "audience.js": "text/javascript; charset=utf-8", "js/audience.js";
    "icon.svg": "image/svg+xml", "css/icon.svg";
    "public-sans-400.woff2": "font/woff2", "fonts/web/public-sans-400.woff2";
    "public-sans-600.woff2": "font/woff2", "fonts/web/public-sans-600.woff2";
    "public-sans-700.woff2": "font/woff2", "fonts/web/public-sans-700.woff2";
    "public-sans-800.woff2": "font/woff2", "fonts/web/public-sans-800.woff2";
}

/// The first digits of the hash over all files. The stylesheet names its fonts relative to itself.
pub static VERSION: LazyLock<String> = LazyLock::new(|| {
    let hash = FILES.iter().fold(Sha256::new(), |hash, (_, _, bytes)| hash.chain_update(bytes)).finalize();
    hex::encode(&hash[..6])
});

/// `/static/{version}/{name}`.
pub fn routes() -> Router<App> {
    Router::new().route("/static/{version}/{name}", get(file))
}

async fn file(Path((version, name)): Path<(String, String)>) -> Result<Response, WebError> {
    let (_, kind, bytes) = FILES.iter().find(|(n, _, _)| *n == name).ok_or_else(WebError::no_such_page)?;
    let cache = if version == *VERSION { "public, max-age=31536000, immutable" } else { "no-cache" };
    Ok(([(CONTENT_TYPE, *kind), (CACHE_CONTROL, cache)], *bytes).into_response())
}
