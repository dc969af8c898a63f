//! A page is a struct: its data, its template, its cache policy. There is one way to show it.

use std::sync::LazyLock;

use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use handlebars::Handlebars;
use include_dir::{Dir, include_dir};
use serde::Serialize;
use serde_json::{Value, json};

use super::assets::VERSION;
use super::error::WebError;
use super::safety::{POLICY_WITH_PICTURES, POLICY_WITH_SCRIPT, POLICY_WITH_SCRIPT_AND_PICTURES};
use super::view::Shell;
use crate::text::typography::french;

/// How long a page may be kept by a browser or a proxy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cache {
    /// Not at all: it was made for one person.
    Never,
    /// It must be asked for again each time: seats change.
    Ask,
}

/// A page. Its fields are what its template may name, besides `title`.
pub trait Page: Serialize {
    /// The template under `templates/web`, without ending.
    const TEMPLATE: &'static str;
    /// How long it may be kept.
    const CACHE: Cache = Cache::Never;
    /// A script of ours that makes the page handier; it works without.
    const SCRIPT: Option<&'static str> = None;
    /// Whether it carries pictures within itself, which are kept nowhere.
    const PICTURES: bool = false;

    /// The title: the answer, or the question that the page asks. Also the first heading.
    fn title(&self) -> String;

    /// The answer's status.
    fn status(&self) -> StatusCode {
        StatusCode::OK
    }
}

/// Shows a page within its frame.
pub fn show<P: Page>(page: &P, shell: &Shell) -> Result<Response, WebError> {
    let broken = |error: handlebars::RenderError| WebError::internal(&format!("template {}: {error}", P::TEMPLATE));
    let title = french(&page.title());
    let mut data = serde_json::to_value(page).map_err(|e| WebError::internal(&e.to_string()))?;
    if let Value::Object(fields) = &mut data {
        fields.insert("title".to_owned(), title.clone().into());
    }
    let body = TEMPLATES.render(P::TEMPLATE, &data).map_err(broken)?;
    let wrong = page.status().is_client_error();
    let frame = json!({
        "title": title, "wrong": wrong, "body": body, "static": format!("/static/{}", *VERSION), "shell": shell,
        "private": P::CACHE == Cache::Never, "script": P::SCRIPT,
    });
    let html = TEMPLATES.render(shell.template(), &frame).map_err(broken)?;
    let cache = match P::CACHE {
        Cache::Never => "no-store",
        Cache::Ask => "no-cache",
    };
    let mut response = (page.status(), [(CACHE_CONTROL, cache)], Html(html)).into_response();
    let policy = match (P::SCRIPT, P::PICTURES) {
        (None, false) => return Ok(response),
        (Some(_), false) => POLICY_WITH_SCRIPT,
        (Some(_), true) => POLICY_WITH_SCRIPT_AND_PICTURES,
        (None, true) => POLICY_WITH_PICTURES,
    };
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    Ok(response)
}

/// A file to keep, made for one person.
pub fn file(kind: &'static str, name: &str, bytes: Vec<u8>) -> Response {
    let name = name.replace(|c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c)), "");
    let disposition = format!("attachment; filename=\"{name}\"");
    let headers =
        [(CONTENT_TYPE, kind.to_owned()), (CONTENT_DISPOSITION, disposition), (CACHE_CONTROL, "no-store".to_owned())];
    (headers, bytes).into_response()
}

/// A part of a page by itself, for a script that puts it in its place.
pub fn part(template: &str, data: &Value) -> Result<Response, WebError> {
    let html =
        TEMPLATES.render(template, data).map_err(|e| WebError::internal(&format!("template {template}: {e}")))?;
    Ok(([(CACHE_CONTROL, "no-store")], Html(html)).into_response())
}

static FILES: Dir = include_dir!("$CARGO_MANIFEST_DIR/templates/web");

static TEMPLATES: LazyLock<Handlebars> = LazyLock::new(|| {
    let mut templates = Handlebars::new();
    templates.set_strict_mode(true);
    templates.register_escape_fn(escape);
    for folder in [vec![&FILES], FILES.dirs().collect()].concat() {
        for file in folder.files() {
            let name = file.path().with_extension("").to_string_lossy().into_owned();
            // Embedded in the program, and every one of them is rendered by the tests.
            let source = file.contents_utf8().expect("templates are UTF-8");
            templates.register_template_string(&name, typeset(source)).expect("embedded templates are well formed");
        }
    }
    templates
});

/// Writes the French spaces into a template's text, and leaves its tags and fields alone.
fn typeset(source: &str) -> String {
    let mut out = String::with_capacity(source.len() + source.len() / 50);
    let mut rest = source;
    loop {
        let tag = rest.find(['<', '{']).unwrap_or(rest.len());
        let (text, from_tag) = rest.split_at(tag);
        out.push_str(&keep_edges(text));
        let close = match from_tag {
            "" => return out,
            tag if tag.starts_with("{{{") => "}}}",
            tag if tag.starts_with("{{") => "}}",
            _ => ">",
        };
        let end = from_tag.find(close).map_or(from_tag.len(), |at| at + close.len());
        out.push_str(&from_tag[..end]);
        rest = &from_tag[end..];
    }
}

/// French text whose outer blanks stay: they separate it from the tags beside it, unless a mark that holds on to its word
/// comes first.
fn keep_edges(text: &str) -> String {
    let mut out = match text.trim_start().chars().next() {
        Some(':' | '»') => format!("\u{a0}{}", french(text.trim_start())),
        Some('?' | '!' | ';') => format!("\u{202f}{}", french(text.trim_start())),
        _ => french(text),
    };
    if out.ends_with('«') {
        out.push('\u{a0}');
    }
    out
}

fn escape(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut out, c| {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_get_french_spaces_but_keep_their_tags() {
        assert_eq!(
            typeset("<a href=\"/?q=x\">Vous préférez téléphoner ?</a> « {{topic}} » : {{#if a}}oui !{{/if}}"),
            "<a href=\"/?q=x\">Vous préférez téléphoner\u{202f}?</a> «\u{a0}{{topic}}\u{a0}»\u{a0}: {{#if a}}oui\u{202f}!{{/if}}"
        );
    }

    #[test]
    fn what_people_type_cannot_become_markup() {
        assert_eq!(escape("<b>'\"&"), "&lt;b&gt;&#39;&quot;&amp;");
    }

    #[test]
    fn every_template_is_well_formed() {
        assert!(TEMPLATES.has_template("error"));
    }
}
