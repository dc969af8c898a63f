//! The print run of a campaign: the proof and who approved it, the lots and when they were posted.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{NaiveDate, Utc};
use serde::Serialize;

use super::document_views::letters_of;
use crate::domain::calendar::long_date;
use crate::domain::price::counted;
use crate::service::approve_proof::{Given, Proof, approve_proof, outdated_lots, proof};
use crate::service::mark_posted::{Which, mark_posted};
use crate::service::outputs::{Folder, lot_path, proof_files, told_together};
use crate::service::preview_making::preview_reprint;
use crate::service::write_to_later::{Days, waiting, write_to_later};
use crate::service::{self, find_campaign::find_campaign, list_documents, local};
use crate::web::App;
use crate::web::error::WebError;
use crate::web::extract::{Coordinator, Fields};
use crate::web::page::{Page, show};
use crate::web::view::{Section, Shell};

#[derive(Serialize)]
struct PrintRunPage {
    slug: String,
    campaign: String,
    problem: Option<String>,
    done: Option<String>,
    /// The proof is there to be sent out.
    proof: bool,
    /// There is one for all.
    alone: bool,
    /// « Le lot 2 dit » or « Les lots 2 et 3 disent », of lots that are printed and say what the letters no longer say.
    waiting: Option<String>,
    /// The files of all of them lie where nobody posts them.
    aside: bool,
    /// The copies to take out of the lots.
    withdrawn: Vec<String>,
    content: String,
    approvers: Vec<ApproverView>,
    /// The last approval was just noted: printing comes next.
    ready: bool,
    lots: Vec<LotView>,
    /// Several lots are still there, and all of them may be posted.
    several: bool,
    /// « 353 foyers, tirés au sort pour plus tard, attendent leur lettre. », once all lots are posted.
    later: Option<String>,
    today: String,
    #[serde(skip)]
    status: StatusCode,
}

#[derive(Serialize)]
struct ApproverView {
    approver: String,
    fund: String,
    /// Which of the proofs is this fund's.
    which: Option<usize>,
    given: Option<String>,
    outdated: bool,
}

#[derive(Serialize)]
struct LotView {
    number: u32,
    letters: String,
    posted: Option<String>,
}

/// Stands for the number of a lot in the form of all lots that are still there.
const EVERY_LOT: &str = "tous";

/// What is said once an approval is noted.
const NOTED: &str = "Le bon à tirer est noté.";

impl Page for PrintRunPage {
    const TEMPLATE: &'static str = "office/print_run";

    fn title(&self) -> String {
        "Bon à tirer et envoi".to_owned()
    }

    fn status(&self) -> StatusCode {
        self.status
    }
}

/// `GET /bureau/lozere-2026/tirage`
pub async fn print_run(
    State(app): State<App>,
    office: Coordinator,
    Path(slug): Path<String>,
    fields: Fields,
) -> Result<Response, WebError> {
    if let Some(invited) = fields.read::<u64>("vague") {
        let who = counted(invited, "foyer");
        let done =
            format!("La prochaine vague est ouverte\u{a0}: {who}. Il reste à fabriquer ses lettres, dans Documents.");
        return page(&app, &office, &slug, Some(done), None).await;
    }
    let done = match (fields.get("accord"), fields.read::<u32>("poste"), fields.read::<u32>("annule")) {
        ("note", ..) => Some(NOTED.to_owned()),
        _ if fields.get("poste") == EVERY_LOT => Some("Tous les lots sont notés comme postés.".to_owned()),
        (_, Some(lot), _) => Some(format!("Le lot {lot} est noté comme posté.")),
        (_, _, Some(lot)) => Some(format!("Le lot {lot} n’est plus noté comme posté.")),
        _ => None,
    };
    page(&app, &office, &slug, done, None).await
}

/// `POST /bureau/lozere-2026/tirage/accord`
pub async fn approve(
    State(app): State<App>,
    office: Coordinator,
    Path(slug): Path<String>,
    fields: Fields,
) -> Result<Response, WebError> {
    let Ok(on) = typed_day(&fields) else {
        let why = "Choisissez le jour où l’accord a été donné.".to_owned();
        return page(&app, &office, &slug, None, Some(why)).await;
    };
    let given = Given {
        by: fields.get("approver"),
        fund: Some(fields.get("fund")).filter(|fund| !fund.is_empty()),
        seen: Some(fields.get("content")),
        on,
    };
    match approve_proof(&app.store, &app.config.var, office.scope, &slug, given, Utc::now()).await {
        Ok(_) => Ok(Redirect::to(&format!("/bureau/{slug}/tirage?accord=note")).into_response()),
        Err(service::Error::Refused(why)) => page(&app, &office, &slug, None, Some(why)).await,
        Err(error) => Err(error.into()),
    }
}

/// `POST /bureau/lozere-2026/tirage/vague`: who was drawn for later is written to.
pub async fn next_wave(
    State(app): State<App>,
    office: Coordinator,
    Path(slug): Path<String>,
    fields: Fields,
) -> Result<Response, WebError> {
    let (Some(posting_day), Some(reply_by)) = (fields.read("jour"), fields.read("reponse")) else {
        let why = "Choisissez le jour où ces lettres partent, et jusqu’à quand répondre.".to_owned();
        return page(&app, &office, &slug, None, Some(why)).await;
    };
    let days = Days { posting_day, reply_by };
    match write_to_later(&app.store, &app.config.var, office.scope, &slug, days, Utc::now()).await {
        Ok(invited) => Ok(Redirect::to(&format!("/bureau/{slug}/tirage?vague={invited}")).into_response()),
        Err(service::Error::Refused(why)) => page(&app, &office, &slug, None, Some(why)).await,
        Err(error) => Err(error.into()),
    }
}

/// The day of a form, where one was chosen.
fn typed_day(fields: &Fields) -> Result<Option<NaiveDate>, chrono::ParseError> {
    match fields.get("jour") {
        "" => Ok(None),
        typed => typed.parse().map(Some),
    }
}

/// `POST /bureau/lozere-2026/tirage/poste`: of a lot, or of all that are still there; without a day, the note is taken back.
pub async fn post(
    State(app): State<App>,
    office: Coordinator,
    Path(slug): Path<String>,
    fields: Fields,
) -> Result<Response, WebError> {
    let which = match fields.get("lot") {
        EVERY_LOT => Which::Unposted,
        _ => Which::Lot(fields.read("lot").unwrap_or_default()),
    };
    let Ok(day) = typed_day(&fields) else {
        let why = "Choisissez le jour où les lettres ont été portées à la poste.".to_owned();
        return page(&app, &office, &slug, None, Some(why)).await;
    };
    match mark_posted(&app.store, &app.config.var, office.scope, &slug, which, day, Utc::now()).await {
        Ok(()) => {
            let what = if day.is_some() { "poste" } else { "annule" };
            let lot = match which {
                Which::Lot(number) => number.to_string(),
                Which::Unposted => EVERY_LOT.to_owned(),
            };
            Ok(Redirect::to(&format!("/bureau/{slug}/tirage?{what}={lot}")).into_response())
        }
        Err(service::Error::Refused(why)) => page(&app, &office, &slug, None, Some(why)).await,
        Err(error) => Err(error.into()),
    }
}

/// `GET /bureau/lozere-2026/epreuve.pdf?numero=1`
pub async fn proof_file(
    State(app): State<App>,
    office: Coordinator,
    Path(slug): Path<String>,
    fields: Fields,
) -> Result<Response, WebError> {
    let which = fields.read("numero").unwrap_or_default();
    let file = list_documents::proof(&app.store, &app.config.var, office.scope, &slug, which).await?;
    let bytes = tokio::fs::read(&file).await.map_err(|e| WebError::internal(&e.to_string()))?;
    let name = format!("attachment; filename=\"epreuve-{slug}.pdf\"");
    Ok(([(CONTENT_TYPE, "application/pdf".to_owned()), (CONTENT_DISPOSITION, name)], bytes).into_response())
}

async fn page(
    app: &App,
    office: &Coordinator,
    slug: &str,
    done: Option<String>,
    problem: Option<String>,
) -> Result<Response, WebError> {
    let campaign = find_campaign(&app.store, office.scope, slug).await?;
    let Proof { sha256, needed } = proof(&app.store, &campaign).await?;
    let files = proof_files(&campaign.campaign);
    let ready = done.as_deref() == Some(NOTED) && needed.iter().all(|n| n.given.is_some());
    let approvers = needed.into_iter().map(|n| ApproverView {
        given: n.given.map(|g| {
            let how = if g.declared { ", déclaré dans le dossier" } else { "" };
            format!("{}{how}", long_date(g.on))
        }),
        approver: n.approver,
        which: files.iter().position(|file| file.fund == n.fund),
        fund: n.fund,
        outdated: n.outdated,
    });
    let outdated = outdated_lots(&app.store, &campaign).await?;
    let folder = Folder::new(&app.config.var, slug);
    let aside = outdated.iter().all(|lot| folder.is_aside(&lot_path(*lot)));
    let withdrawn = told_together(&preview_reprint(&app.store, &app.config.var, &campaign).await?.withdrawn);
    let later = waiting(&app.store, &campaign).await?;
    let lots = service::mark_posted::lots(&app.store, &campaign).await?;
    let unposted = lots.iter().filter(|lot| lot.posted_on.is_none()).count();
    let lots = lots.into_iter().map(|lot| LotView {
        number: lot.number,
        letters: letters_of(&lot),
        posted: lot.posted_on.map(long_date),
    });
    let page = PrintRunPage {
        slug: slug.to_owned(),
        campaign: campaign.campaign.name.clone(),
        status: if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK },
        problem,
        done,
        proof: list_documents::proof(&app.store, &app.config.var, office.scope, slug, 0).await.is_ok(),
        alone: files.len() < 2,
        waiting: named_lots(&outdated),
        aside,
        withdrawn,
        content: sha256,
        approvers: approvers.collect(),
        ready,
        lots: lots.collect(),
        several: unposted > 1 && outdated.is_empty(),
        later: match later {
            0 => None,
            1 => Some("Un foyer, tiré au sort pour plus tard, attend sa lettre.".to_owned()),
            _ => Some(format!("{}, tirés au sort pour plus tard, attendent leur lettre.", counted(later, "foyer"))),
        },
        today: local(Utc::now()).date().to_string(),
    };
    show(&page, &Shell::campaign(&office.user, slug, &campaign.campaign.name, Section::Home))
}

/// Lots, as the beginning of a sentence about what they say.
fn named_lots(lots: &[u32]) -> Option<String> {
    let names: Vec<_> = lots.iter().map(u32::to_string).collect();
    match names.split_last()? {
        (one, []) => Some(format!("Le lot {one} dit")),
        (last, before) => Some(format!("Les lots {} et {last} disent", before.join(", "))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lots_are_named_in_a_sentence() {
        assert_eq!(named_lots(&[]), None);
        assert_eq!(named_lots(&[2]).unwrap(), "Le lot 2 dit");
        assert_eq!(named_lots(&[2, 3, 7]).unwrap(), "Les lots 2, 3 et 7 disent");
    }
}
