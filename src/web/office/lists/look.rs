//! What was understood of a file, with a sample, and how to say better.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Serialize;

use super::{given, path, progress, shell};
use crate::domain::calendar::long_date;
use crate::domain::price::group_thousands;
use crate::intake::{Charset, Choices, Delimiter, Field, FileError, Password};
use crate::service::examine_list::{Examined, Unseen, examine_list};
use crate::service::find_campaign::find_campaign;
use crate::service::local;
use crate::web::App;
use crate::web::error::WebError;
use crate::web::extract::{Coordinator, Fields};
use crate::web::page::{Page, show};
use crate::web::uploads::Work;

#[derive(Serialize)]
struct LookPage {
    slug: String,
    here: String,
    file: String,
    rows: String,
    /// « classeur XLSX, feuille « Feuil1 » ».
    read_as: String,
    misnamed: bool,
    /// « l’Agirc-Arrco, le 2 novembre 2026 ».
    remembered: Option<String>,
    /// « « Remarque » », columns of last time's choices that are gone.
    forgotten: Option<String>,
    remarks: Vec<String>,
    problem: Option<String>,
    /// A column is missing: she may know which one it is.
    lacks_column: bool,
    is_text: bool,
    encodings: Vec<Opt>,
    delimiters: Vec<Opt>,
    sheets: Vec<Opt>,
    /// « « Stats » et « Notes » », the sheets that are not read.
    unread: Option<String>,
    /// The record, 0 for none.
    header_row: usize,
    dropped: Vec<String>,
    columns: Vec<ColumnView>,
    names: Vec<String>,
    first: Vec<Vec<String>>,
    /// The last row, where it is not among the first.
    last: Option<Vec<String>>,
    /// The file completes a list: its contract is known.
    completes: bool,
}

#[derive(Serialize)]
struct Opt {
    code: String,
    label: String,
    chosen: bool,
}

#[derive(Serialize)]
struct ColumnView {
    at: usize,
    name: String,
    found: &'static str,
    fields: Vec<Opt>,
    samples: String,
}

#[derive(Serialize)]
struct UnreadPage {
    slug: String,
    here: String,
    file: String,
    reason: String,
    asks_password: bool,
    wrong_password: bool,
    /// Chosen by somebody, so that it can be taken back.
    chosen: bool,
}

impl Page for LookPage {
    const TEMPLATE: &'static str = "lists/look";

    fn title(&self) -> String {
        "Voici ce que nous avons compris".to_owned()
    }
}

impl Page for UnreadPage {
    const TEMPLATE: &'static str = "lists/unread";

    fn title(&self) -> String {
        if self.asks_password { "Ce classeur est protégé".to_owned() } else { "Ce fichier ne se lit pas".to_owned() }
    }

    fn status(&self) -> StatusCode {
        if self.asks_password && !self.wrong_password { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }
    }
}

/// `GET /bureau/lozere-2026/listes/fichier/{file}`
pub async fn look(
    State(app): State<App>,
    who: Coordinator,
    Path((slug, name)): Path<(String, String)>,
) -> Result<Response, WebError> {
    let campaign = find_campaign(&app.store, who.scope, &slug).await?;
    let upload = given(&app, &who, &campaign, &name)?;
    if let Some(answer) = progress::answer(&who, &campaign, &name, &upload) {
        return answer;
    }
    let state = upload.state();
    let here = path(&campaign, &format!("/fichier/{name}"));
    let seen = examine_list(&app.store, &campaign, &upload.file, state.choices.as_ref(), state.password.clone()).await;
    let unread = |reason: String, asks_password, wrong_password| UnreadPage {
        slug: campaign.campaign.slug.clone(),
        here: here.clone(),
        file: upload.file.name.clone(),
        reason,
        asks_password,
        wrong_password,
        chosen: state.choices.is_some(),
    };
    let shell = shell(&who, &campaign);
    match seen {
        Ok(examined) => {
            let slug = campaign.campaign.slug.clone();
            show(&page(slug, here, &upload.file.name, &examined, upload.completes.is_some()), &shell)
        }
        Err(Unseen::File(error @ FileError::AsksPassword { .. })) => {
            show(&unread(error.to_string(), true, false), &shell)
        }
        Err(Unseen::File(error @ FileError::WrongPassword { .. })) => {
            show(&unread(error.to_string(), true, true), &shell)
        }
        Err(Unseen::File(error)) => show(&unread(error.to_string(), false, false), &shell),
        Err(Unseen::Other(crate::service::Error::Refused(reason))) => show(&unread(reason, false, false), &shell),
        Err(Unseen::Other(error)) => Err(error.into()),
    }
}

/// `POST /bureau/lozere-2026/listes/fichier/{file}`: what she knows better.
pub async fn overrule(
    State(app): State<App>,
    who: Coordinator,
    Path((slug, name)): Path<(String, String)>,
    form: Fields,
) -> Result<Response, WebError> {
    let campaign = find_campaign(&app.store, who.scope, &slug).await?;
    let upload = given(&app, &who, &campaign, &name)?;
    let here = path(&campaign, &format!("/fichier/{name}"));
    let next = form.get("suite");
    if next == "mot_de_passe" {
        // Blanks may belong to a password.
        let password = Password(form.get("mot_de_passe").to_owned());
        upload.change(|state| state.password = Some(password));
        return Ok(Redirect::to(&here).into_response());
    }
    if next == "oublier" {
        upload.change(|state| state.choices = Some(Choices::default()));
        return Ok(Redirect::to(&here).into_response());
    }
    if next == "recommencer" {
        upload.change(|state| state.work = Work::Look);
        return Ok(Redirect::to(&here).into_response());
    }
    let state = upload.state();
    let before = match state.choices {
        Some(choices) => choices,
        // What was remembered is shown as it was, so it is what she looked at.
        None => match examine_list(&app.store, &campaign, &upload.file, None, state.password).await {
            Ok(examined) => Choices { password: None, ..examined.choices },
            Err(_) => Choices::default(),
        },
    };
    let choices = read(&form, before);
    upload.change(|state| state.choices = Some(choices));
    let on = if next == "contrat" { format!("{here}/contrat") } else { here };
    Ok(Redirect::to(&on).into_response())
}

/// What differs from what was shown is a choice; the rest stays found, or chosen before.
fn read(form: &Fields, before: Choices) -> Choices {
    let changed = |name: &str| form.get(name) != form.get(&format!("{name}_lu")) && !form.get(name).is_empty();
    let mut choices = before;
    if changed("codage") {
        choices.encoding = form.read("codage");
    }
    if changed("separateur") {
        choices.delimiter = form.read("separateur");
    }
    if changed("feuille") {
        choices.sheet = Some(form.get("feuille").to_owned());
    }
    if changed("entete") {
        choices.header_row = form.read::<u32>("entete").map(|row| row.min(10_000));
    }
    let mut columns: BTreeMap<String, Option<Field>> = choices.columns;
    for at in 0.. {
        let name = form.get(&format!("nom-{at}"));
        if name.is_empty() {
            break;
        }
        let (said, found) = (form.get(&format!("champ-{at}")), form.get(&format!("lu-{at}")));
        if said != found {
            columns.insert(name.to_owned(), said.parse().ok());
        }
    }
    Choices { columns, ..choices }
}

fn page(slug: String, here: String, file: &str, examined: &Examined, completes: bool) -> LookPage {
    let (look, choices) = (&examined.look, &examined.choices);
    let facts = &look.facts;
    let is_text = facts.format == "csv";
    let encoding = facts.encoding.clone().unwrap_or_default();
    let read_as = match (&facts.sheet, is_text) {
        (Some(sheet), _) => format!("classeur {}, feuille «\u{a0}{sheet}\u{a0}»", facts.format.to_uppercase()),
        (None, _) => format!("texte, codage {encoding}, séparateur {}", facts.delimiter.as_deref().unwrap_or_default()),
    };
    let current = choices.encoding.or_else(|| charset_of(&encoding));
    let columns = facts.columns.iter().enumerate().map(|(at, (name, field))| ColumnView {
        at,
        name: name.clone(),
        found: field.map_or("", Field::code),
        fields: Field::ALL
            .iter()
            .map(|f| Opt { code: f.code().to_owned(), label: f.label().to_owned(), chosen: *field == Some(*f) })
            .collect(),
        samples: samples(look.first.iter().filter_map(|row| row.get(at))),
    });
    // Several sheets read as one.
    let together = facts.sheet.clone().filter(|read| !facts.sheets.contains(read));
    LookPage {
        slug,
        here,
        file: file.to_owned(),
        rows: group_thousands(facts.rows.into()),
        read_as,
        misnamed: examined.misnamed,
        remembered: examined
            .remembered
            .as_ref()
            .map(|m| format!("{}, le {}", m.fund, long_date(local(m.saved_at).date()))),
        forgotten: quoted(&examined.forgotten),
        remarks: facts.remarks.clone(),
        lacks_column: matches!(look.problem, Some(FileError::MissingColumn { .. })),
        problem: look.problem.as_ref().map(ToString::to_string),
        is_text,
        encodings: Charset::ALL
            .iter()
            .map(|c| Opt { code: c.code().to_owned(), label: c.label().to_owned(), chosen: current == Some(*c) })
            .collect(),
        delimiters: Delimiter::ALL
            .iter()
            .map(|d| {
                let chosen = facts.delimiter.as_deref() == Some(d.code());
                Opt { code: d.code().to_owned(), label: delimiter_label(*d).to_owned(), chosen }
            })
            .collect(),
        sheets: together
            .iter()
            .chain(&facts.sheets)
            .map(|s| Opt { code: s.clone(), label: s.clone(), chosen: facts.sheet.as_ref() == Some(s) })
            .collect(),
        unread: facts.unread_sheets(),
        header_row: facts.header_row.unwrap_or(0),
        dropped: facts.dropped.clone(),
        columns: columns.collect(),
        names: facts.columns.iter().map(|(name, _)| name.clone()).collect(),
        first: look.first.clone(),
        last: look.last.clone().filter(|_| facts.rows as usize > look.first.len()),
        completes,
    }
}

/// « « Stats », « Notes » », where there are any.
fn quoted<'a>(names: impl IntoIterator<Item = &'a String>) -> Option<String> {
    let names: Vec<String> = names.into_iter().map(|name| format!("«\u{a0}{name}\u{a0}»")).collect();
    (!names.is_empty()).then(|| names.join(", "))
}

fn delimiter_label(delimiter: Delimiter) -> &'static str {
    match delimiter {
        Delimiter::Semicolon => "point-virgule ;",
        Delimiter::Comma => "virgule ,",
        Delimiter::Tab => "tabulation",
        Delimiter::Bar => "barre |",
    }
}

/// The encoding that the reader found, by the name it gives it.
fn charset_of(name: &str) -> Option<Charset> {
    name.trim_end_matches(" (BOM)").parse().ok()
}

/// Three different things that a column says.
fn samples<'a>(cells: impl Iterator<Item = &'a String>) -> String {
    let mut shown: Vec<&str> = Vec::new();
    for cell in cells.map(|c| c.trim()).filter(|c| !c.is_empty()) {
        if !shown.contains(&cell) {
            shown.push(cell);
        }
        if shown.len() == 3 {
            break;
        }
    }
    shown.join(" · ")
}
