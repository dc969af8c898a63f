//! The office: a coordinator makes a campaign of her own in the browser, and moves it elsewhere as a file.

mod consistency;
mod editing;
mod exchange;
mod home;
mod letter;
mod making;
mod papers;
mod roles;

use allervers::domain::user::Role;
use allervers::service::add_user::add_user;
use allervers::store::Store;
use allervers::web::App;
use anyhow::ensure;
use axum::http::Request;
use axum::http::header::CONTENT_TYPE;
use chrono::{Days, NaiveDate, Utc};
use libtest_mimic::Trial;

use crate::support::campaign::{PASSWORD, config};
use crate::support::databases::TestDatabase;
use crate::support::visitor::{Answer, Visitor};
use crate::support::{KEY, block_on};

/// The trials of this module.
pub fn trials() -> Vec<Trial> {
    [
        consistency::trials(),
        editing::trials(),
        exchange::trials(),
        home::trials(),
        letter::trials(),
        making::trials(),
        papers::trials(),
        roles::trials(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// A coordinator of an empty installation, logged in.
struct Office {
    store: Store,
    coordinator: Visitor,
}

const STRUCTURE: [(&str, &str); 8] = [
    ("name", "Numérique en Lozère"),
    ("street", "3 place de l’Exemple"),
    ("postcode", "48000"),
    ("town", "Mende"),
    ("phone", "04 65 71 00 10"),
    ("hours", "du lundi au vendredi, de 9 h à 17 h"),
    ("data_email", "donnees@exemple.fr"),
    ("signatory", "Claude Exemple, coordination"),
];

fn day(in_days: u64) -> NaiveDate {
    Utc::now().with_timezone(&chrono_tz::Europe::Paris).date_naive() + Days::new(in_days)
}

fn with(database: &TestDatabase, body: impl AsyncFnOnce(&Office) -> anyhow::Result<()>) -> anyhow::Result<()> {
    block_on(async {
        let store = Store::open(&database.url, KEY.into()).await?;
        let named = Some("Numérique en Lozère");
        add_user(&store, "claude@exemple.fr", Role::Coordinator, named, PASSWORD, Utc::now()).await?;
        let visitor = Visitor::new(App::new(store.clone(), config()?)?);
        let coordinator = visitor.logged_in("claude@exemple.fr").await?;
        body(&Office { store, coordinator }).await
    })
}

impl Office {
    /// Says who the structure is and begins the campaign `lozere-hiver`.
    async fn begin(&self) -> anyhow::Result<()> {
        self.coordinator.post("/bureau/structure", &STRUCTURE).await?.leads_to()?;
        let (posting, reply) = (day(28).to_string(), day(45).to_string());
        let facts =
            [("name", "Lozère, hiver"), ("seed", "48"), ("posting_day", posting.as_str()), ("reply_by", &reply)];
        let begun = self.coordinator.post("/bureau/campagnes/nouvelle", &facts).await?;
        ensure!(begun.leads_to()? == "/bureau/lozere-hiver", "{begun:?}");
        Ok(())
    }

    /// Adds the library of Langogne and the bus in Grandrieu.
    async fn add_places(&self) -> anyhow::Result<()> {
        for fields in [
            [
                ("name", "Médiathèque de Langogne"),
                ("street", "9 place de l’Exemple"),
                ("postcode", "48300"),
                ("town", "Langogne"),
                ("slug", ""),
            ],
            [
                ("name", "Bus numérique, place de la mairie"),
                ("street", "Place de l’Exemple"),
                ("postcode", "48600"),
                ("town", "Grandrieu"),
                ("slug", "bus-grandrieu"),
            ],
        ] {
            self.saved("lieux/nouveau", &fields).await?;
        }
        Ok(())
    }

    /// Adds the workshop `tablette-langogne` with two sessions in two places.
    async fn add_workshop(&self) -> anyhow::Result<()> {
        let (first, second) = (day(60).to_string(), day(63).to_string());
        self.saved("ateliers/nouveau", &workshop(&first, &second)).await
    }

    /// Sends a form that must be taken.
    async fn saved(&self, page: &str, fields: &[(&str, &str)]) -> anyhow::Result<()> {
        let answer = self.coordinator.post(&format!("/bureau/lozere-hiver/{page}"), fields).await?;
        ensure!(answer.status.is_redirection(), "{page}: {}", mistakes(&answer));
        Ok(())
    }

    async fn get(&self, page: &str) -> anyhow::Result<Answer> {
        self.coordinator.get(&format!("/bureau/lozere-hiver{page}")).await
    }
}

fn workshop<'a>(first: &'a str, second: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("topic", "Débuter avec une tablette"),
        ("short_topic", "Tablette"),
        ("summary", "Écrire à ses proches. Nous prêtons le matériel."),
        ("minimum_age", "60"),
        ("price", "gratuit"),
        ("capacity", "8"),
        ("venue", "mediatheque-de-langogne"),
        ("session.1.day", first),
        ("session.1.starts", "14:00"),
        ("session.1.ends", "16:00"),
        ("session.4.day", second),
        ("session.4.starts", "10 h"),
        ("session.4.ends", "11 h 30"),
        ("session.4.venue", "bus-grandrieu"),
    ]
}

/// What a page says is wrong.
fn mistakes(answer: &Answer) -> String {
    answer
        .text
        .split("class=\"mistakes\"")
        .nth(1)
        .and_then(|t| t.split("</div>").next())
        .unwrap_or(&answer.text)
        .to_owned()
}

/// The value of a hidden or text field.
fn value_of(answer: &Answer, name: &str) -> String {
    let field = answer.text.split(&format!("name=\"{name}\"")).nth(1).unwrap_or_default();
    field.split("value=\"").nth(1).and_then(|v| v.split('"').next()).unwrap_or_default().to_owned()
}

/// Sends a form with a file.
async fn upload(
    visitor: &Visitor,
    path: &str,
    fields: &[(&str, &str)],
    file: (&str, &str, &[u8]),
) -> anyhow::Result<Answer> {
    let mut body = Vec::new();
    for (name, value) in fields {
        let part = format!("--limite\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend(part.into_bytes());
    }
    let (name, file_name, bytes) = file;
    let head = format!(
        "--limite\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{file_name}\"\r\nContent-Type: application/octet-stream\r\n\r\n"
    );
    body.extend(head.into_bytes());
    body.extend(bytes);
    body.extend(b"\r\n--limite--\r\n");
    let request = Request::post(path)
        .header(CONTENT_TYPE, "multipart/form-data; boundary=limite")
        .header("sec-fetch-site", "same-origin")
        .body(body.into())?;
    visitor.send(request).await
}
