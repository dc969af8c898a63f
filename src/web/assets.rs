//! The stylesheet, the script, the fonts and the icon, under an address that changes with their bytes. What is text goes out
//! packed: country lines are slow.

use std::io::Write;
use std::sync::LazyLock;

use axum::Router;
use axum::extract::Path;
use axum::http::HeaderMap;
use axum::http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use flate2::Compression;
use flate2::write::GzEncoder;
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
    "letter.js": "text/javascript; charset=utf-8", "js/letter.js";
    "public-sans-400.woff2": "font/woff2", "fonts/web/public-sans-400.woff2";
    "public-sans-600.woff2": "font/woff2", "fonts/web/public-sans-600.woff2";
    "public-sans-700.woff2": "font/woff2", "fonts/web/public-sans-700.woff2";
    "public-sans-800.woff2": "font/woff2", "fonts/web/public-sans-800.woff2";
}

/// The one file that is text and not small.
const STYLES: &str = "app.css";

/// The first digits of the hash over all files. The stylesheet names its fonts relative to itself.
pub static VERSION: LazyLock<String> = LazyLock::new(|| {
    let hash = FILES.iter().fold(Sha256::new(), |hash, (_, _, bytes)| hash.chain_update(bytes)).finalize();
    hex::encode(&hash[..6])
});

/// `/static/{version}/{name}`.
pub fn routes() -> Router<App> {
    Router::new().route("/static/{version}/{name}", get(file))
}

/// The stylesheet, packed once.
static PACKED_STYLES: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let styles = FILES.iter().find(|(name, ..)| *name == STYLES).map(|(.., bytes)| *bytes).unwrap_or_default();
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    // Memory takes whatever is written to it.
    let _always = packed.write_all(styles);
    packed.finish().unwrap_or_default()
});

async fn file(Path((version, name)): Path<(String, String)>, headers: HeaderMap) -> Result<Response, WebError> {
    let (_, kind, bytes) = FILES.iter().find(|(n, _, _)| *n == name).ok_or_else(WebError::no_such_page)?;
    let cache = if version == *VERSION { "public, max-age=31536000, immutable" } else { "no-cache" };
    let common = [(CONTENT_TYPE, *kind), (CACHE_CONTROL, cache), (VARY, "accept-encoding")];
    let unpacks = |accepted: &str| accepted.split(',').any(|coding| coding.trim() == "gzip");
    let unpacks = headers.get(ACCEPT_ENCODING).and_then(|v| v.to_str().ok()).is_some_and(unpacks);
    if name == STYLES && unpacks {
        return Ok((common, [(CONTENT_ENCODING, "gzip")], PACKED_STYLES.as_slice()).into_response());
    }
    Ok((common, *bytes).into_response())
}
