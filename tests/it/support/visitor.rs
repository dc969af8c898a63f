//! Somebody who asks for pages: keeps the session's cookie, follows nothing by itself.

use std::net::SocketAddr;

use allervers::web::{App, router};
use anyhow::{Context, ensure};
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;
use url::form_urlencoded;

/// A visitor at an address of their own.
#[derive(Clone)]
pub struct Visitor {
    router: Router,
    address: SocketAddr,
    cookie: Option<String>,
}

/// What a visitor gets.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Visitor {
    /// Somebody at 192.0.2.1.
    pub fn new(app: App) -> Self {
        Self { router: router(app), address: "192.0.2.1:40000".parse().expect("an address"), cookie: None }
    }

    /// Somebody else, at this address.
    pub fn at(&self, address: &str) -> Self {
        Self { address: format!("{address}:40000").parse().expect("an address"), cookie: None, ..self.clone() }
    }

    /// The same, logged in.
    pub async fn logged_in(&self, email: &str) -> anyhow::Result<Self> {
        let answer = self.post("/connexion", &[("email", email), ("password", super::campaign::PASSWORD)]).await?;
        ensure!(answer.status == StatusCode::SEE_OTHER, "{answer:?}");
        let cookie = answer.header(SET_COOKIE.as_str())?.split(';').next().context("a cookie")?.to_owned();
        Ok(Self { cookie: Some(cookie), ..self.clone() })
    }

    pub async fn get(&self, path: &str) -> anyhow::Result<Answer> {
        self.send(Request::get(path).body(Body::empty())?).await
    }

    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> anyhow::Result<Answer> {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.send(
            Request::post(path)
                .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
                .header("sec-fetch-site", "same-origin")
                .body(body.into())?,
        )
        .await
    }

    /// Sends a form with a file and nothing else.
    pub async fn upload(&self, path: &str, field: &str, name: &str, bytes: &[u8]) -> anyhow::Result<Answer> {
        self.upload_with(path, &[], field, name, bytes).await
    }

    /// Sends a form with fields and a file.
    pub async fn upload_with(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        field: &str,
        name: &str,
        bytes: &[u8],
    ) -> anyhow::Result<Answer> {
        let mut body = Vec::new();
        for (field, value) in fields {
            let head = format!("--limite\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n");
            body.extend(head.bytes().chain(value.bytes()).chain(*b"\r\n"));
        }
        let head = format!(
            "--limite\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        );
        body.extend(head.bytes().chain(bytes.iter().copied()).chain(*b"\r\n--limite--\r\n"));
        let request = Request::post(path)
            .header(CONTENT_TYPE, "multipart/form-data; boundary=limite")
            .header("sec-fetch-site", "same-origin");
        self.send(request.body(body.into())?).await
    }

    /// Sends the office's form that a page shows as a browser would: every field of it, with what is typed over what stands
    /// there. Fails where the form has no such field.
    pub async fn fills_in(&self, page: &Answer, typed: &[(&str, &str)]) -> anyhow::Result<Answer> {
        let (action, mut fields) = page.form()?;
        for (name, value) in typed {
            let field = fields.iter_mut().find(|(n, _)| n == name);
            (*value).clone_into(&mut field.with_context(|| format!("the form has no field {name}"))?.1);
        }
        let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.post(&action, &fields).await
    }

    pub async fn call(&self, body: &Value) -> anyhow::Result<Answer> {
        self.raw_call(&body.to_string(), "application/json").await
    }

    /// A call to register with any body.
    pub async fn raw_call(&self, body: &str, kind: &str) -> anyhow::Result<Answer> {
        let request = Request::post("/api/v1/registrations").header(CONTENT_TYPE, kind).body(body.to_owned().into())?;
        self.send(request).await
    }

    pub async fn send(&self, mut request: Request<Body>) -> anyhow::Result<Answer> {
        request.extensions_mut().insert(ConnectInfo(self.address));
        if let Some(cookie) = &self.cookie {
            request.headers_mut().insert(COOKIE, cookie.parse()?);
        }
        let is_head = request.method() == Method::HEAD;
        let (parts, body) = self.router.clone().oneshot(request).await?.into_parts();
        let bytes = body.collect().await?.to_bytes();
        ensure!(!is_head || bytes.is_empty());
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Ok(Answer { status: parts.status, headers: parts.headers, text })
    }
}

impl Answer {
    /// Fails unless the answer has this status and shows all of these.
    pub fn shows(self, status: u16, texts: &[&str]) -> anyhow::Result<Self> {
        ensure!(self.status.as_u16() == status, "{}, not {status}: {}", self.status, self.text);
        for text in texts {
            ensure!(self.text.contains(text), "« {text} » is missing: {}", self.text);
        }
        Ok(self)
    }

    /// Fails if the answer shows any of these.
    pub fn hides(self, texts: &[&str]) -> anyhow::Result<Self> {
        for text in texts {
            ensure!(!self.text.contains(text), "« {text} » is shown: {}", self.text);
        }
        Ok(self)
    }

    /// Where the office's form on this page goes, and its fields with what stands in them.
    fn form(&self) -> anyhow::Result<(String, Vec<(String, String)>)> {
        let form = self.text.split("<form class=\"office\"").nth(1).and_then(|f| f.split("</form>").next());
        let form = form.with_context(|| format!("no form: {}", self.text))?;
        let read = |tag: &str, name: &str| {
            let value = tag.split(&format!(" {name}=\"")).nth(1)?.split('"').next()?;
            Some(value.replace("&quot;", "\"").replace("&#x27;", "'").replace("&lt;", "<").replace("&amp;", "&"))
        };
        let mut fields = Vec::new();
        for part in form.split('<').skip(1) {
            let Some((tag, inside)) = part.split_once('>') else { continue };
            match (tag.split(' ').next(), read(tag, "name")) {
                (Some("input"), Some(name)) if !tag.contains("checkbox") || tag.contains(" checked") => {
                    fields.push((name, read(tag, "value").unwrap_or_default()));
                }
                (Some("textarea"), Some(name)) => fields.push((name, inside.trim_start_matches('\n').to_owned())),
                (Some("select"), Some(name)) => fields.push((name, String::new())),
                (Some("option"), _) if tag.contains(" selected") => {
                    let select = fields.last_mut().context("an option outside of a select")?;
                    select.1 = read(tag, "value").unwrap_or_default();
                }
                _ => {}
            }
        }
        Ok((read(form, "action").context("a form that goes nowhere")?, fields))
    }

    /// Where a redirection leads.
    pub fn leads_to(&self) -> anyhow::Result<&str> {
        ensure!(self.status.is_redirection(), "{}: {}", self.status, self.text);
        self.header(LOCATION.as_str())
    }

    pub fn header(&self, name: &str) -> anyhow::Result<&str> {
        Ok(self.headers.get(name).with_context(|| format!("no {name}: {self:?}"))?.to_str()?)
    }

    pub fn json(&self) -> anyhow::Result<Value> {
        serde_json::from_str(&self.text).with_context(|| self.text.clone())
    }
}
