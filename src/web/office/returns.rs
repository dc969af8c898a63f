//! Letters that came back: their numbers, one after the other or many at once, and what goes back to each fund.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::Utc;
use serde::Serialize;
use uuid::Uuid;

use crate::domain::id::DeliveryId;
use crate::domain::number::InvitationNumber;
use crate::domain::price::group_thousands;
use crate::service;
use crate::service::note_returns::{self, ReturnsNoted};
use crate::service::return_to_fund::return_to_fund;
use crate::web::App;
use crate::web::error::WebError;
use crate::web::extract::{Coordinator, Fields};
use crate::web::page::{Page, show};
use crate::web::view::{Section, Shell, counted};

#[derive(Serialize)]
struct ReturnsPage {
    slug: String,
    done: Option<String>,
    problem: Option<String>,
    /// The number that was typed and not noted.
    number: String,
    /// Numbers that were not noted, with why.
    refused: Vec<RefusedView>,
    last: Vec<ReturnedView>,
    lists: Vec<ListView>,
    #[serde(skip)]
    returned: u64,
    #[serde(skip)]
    sent: u64,
    #[serde(skip)]
    posted: bool,
    #[serde(skip)]
    status: StatusCode,
}

#[derive(Serialize)]
struct RefusedView {
    typed: String,
    why: String,
}

#[derive(Serialize)]
struct ReturnedView {
    number: String,
    digits: String,
    name: String,
    address: String,
}

#[derive(Serialize)]
struct ListView {
    id: DeliveryId,
    fund: String,
    file: String,
}

impl Page for ReturnsPage {
    const TEMPLATE: &'static str = "office/returns";

    fn title(&self) -> String {
        let returned = counted(self.returned, "Aucune lettre revenue", "lettre revenue", "lettres revenues");
        let what = match (self.posted, self.sent) {
            (true, 0..2) => "postée",
            (true, _) => "postées",
            (false, 0..2) => "imprimée",
            (false, _) => "imprimées",
        };
        format!("{returned} sur {} {what}", group_thousands(self.sent))
    }

    fn status(&self) -> StatusCode {
        self.status
    }
}

/// `GET /bureau/lozere-2026/retours`
pub async fn returns(
    State(app): State<App>,
    office: Coordinator,
    Path(slug): Path<String>,
    fields: Fields,
) -> Result<Response, WebError> {
    let number = |name| InvitationNumber::parse(fields.get(name)).ok();
    let done = if let Some(number) = number("annulee") {
        Some(format!("La lettre {number} n’est plus notée comme revenue."))
    } else if let Some(number) = number("notee") {
        Some(format!("La lettre {number} est notée comme revenue."))
    } else {
        fields
            .read::<u64>("notees")
            .map(|n| counted(n, "", "lettre notée comme revenue.", "lettres notées comme revenues."))
    };
    let done = done.map(|done| done + &unposted(fields.read("lot")));
    page(&app, &office, &slug, done, None, ReturnsNoted::default()).await
}

/// What to do about a lot of which a letter came back before anybody noted that it went out.
fn unposted(lot: Option<u32>) -> String {
    lot.map_or_else(String::new, |lot| {
        format!(" Le lot {lot} n’est pas noté comme posté\u{a0}: s’il l’est, notez-le dans «\u{a0}Bon à tirer et envoi\u{a0}».")
    })
}

/// `POST /bureau/lozere-2026/retours`
pub async fn note(
    State(app): State<App>,
    office: Coordinator,
    Path(slug): Path<String>,
    fields: Fields,
) -> Result<Response, WebError> {
    let typed = format!("{}\n{}", fields.get("numero"), fields.get("numeros"));
    match note_returns::note_returns(&app.store, office.scope, &slug, &typed, Utc::now()).await {
        Ok(done) if done.refused.is_empty() => {
            let what = match done.noted.as_slice() {
                [one] => format!("notee={}", one.digits()),
                many => format!("notees={}", many.len()),
            };
            let lot = done.unposted.map_or_else(String::new, |lot| format!("&lot={lot}"));
            Ok(Redirect::to(&format!("/bureau/{slug}/retours?{what}{lot}")).into_response())
        }
        Ok(done) => {
            let noted = done.noted.len() as u64;
            let said = (noted > 0)
                .then(|| counted(noted, "", "lettre notée comme revenue.", "lettres notées comme revenues."))
                .map(|said| said + &unposted(done.unposted));
            page(&app, &office, &slug, said, None, done).await
        }
        Err(service::Error::Refused(why)) => page(&app, &office, &slug, None, Some(why), ReturnsNoted::default()).await,
        Err(error) => Err(error.into()),
    }
}

/// `POST /bureau/lozere-2026/retours/annuler`
pub async fn undo(
    State(app): State<App>,
    office: Coordinator,
    Path(slug): Path<String>,
    fields: Fields,
) -> Result<Response, WebError> {
    let number = note_returns::undo(&app.store, office.scope, &slug, fields.get("numero")).await?;
    Ok(Redirect::to(&format!("/bureau/{slug}/retours?annulee={}", number.digits())).into_response())
}

/// `GET /bureau/lozere-2026/retours/0198….csv` or `.xlsx`
pub async fn for_the_fund(
    State(app): State<App>,
    office: Coordinator,
    Path((slug, file)): Path<(String, String)>,
) -> Result<Response, WebError> {
    let (list, format) = file.rsplit_once('.').ok_or_else(WebError::no_such_page)?;
    let list = list.parse::<Uuid>().map(DeliveryId).map_err(|_| WebError::no_such_page())?;
    let found = return_to_fund(&app.store, office.scope, &slug, list).await?;
    let (kind, bytes) = match format {
        "csv" => ("text/csv; charset=utf-8", found.csv()?),
        "xlsx" => ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", found.xlsx()?),
        _ => return Err(WebError::no_such_page()),
    };
    let name = format!("attachment; filename=\"{}.{format}\"", found.plain_stem());
    Ok(([(CONTENT_TYPE, kind.to_owned()), (CONTENT_DISPOSITION, name)], bytes).into_response())
}

async fn page(
    app: &App,
    office: &Coordinator,
    slug: &str,
    done: Option<String>,
    problem: Option<String>,
    noted: ReturnsNoted,
) -> Result<Response, WebError> {
    let found = note_returns::returns(&app.store, office.scope, slug).await?;
    let lists = found.lists.iter().map(|list| ListView {
        id: list.id,
        fund: list.list.contract.fund.clone(),
        file: list.list.file_name.clone(),
    });
    let wrong = problem.is_some() || !noted.refused.is_empty();
    // One that has a slip is mended, not typed again.
    let number = match noted.refused.as_slice() {
        [(typed, _)] if InvitationNumber::parse(typed).is_err() => typed.clone(),
        _ => String::new(),
    };
    let page = ReturnsPage {
        slug: slug.to_owned(),
        done,
        problem,
        number,
        refused: noted.refused.into_iter().map(|(typed, why)| RefusedView { typed, why }).collect(),
        sent: found.sent,
        posted: found.posted,
        last: found
            .last
            .into_iter()
            .map(|letter| ReturnedView {
                number: letter.number.to_string(),
                digits: letter.number.digits(),
                name: letter.name,
                address: letter.address,
            })
            .collect(),
        lists: lists.collect(),
        returned: found.returned,
        status: if wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK },
    };
    show(&page, &Shell::campaign(&office.user, slug, &found.campaign, Section::Lists))
}
