//! How far the rows of a list are in. The page asks again by itself.

use axum::http::HeaderValue;
use axum::http::header::REFRESH;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Serialize;

use super::{path, shell};
use crate::domain::price::group_thousands;
use crate::service::find_campaign::StoredCampaign;
use crate::web::error::WebError;
use crate::web::extract::Coordinator;
use crate::web::page::{Page, show};
use crate::web::uploads::{Upload, Watched, Work};
use crate::web::view::counted;

#[derive(Serialize)]
struct ProgressPage {
    file: String,
    step: String,
    done: u64,
    total: u64,
    /// « 1 200 lignes », or « 1 200 sur 5 000 » where it is known how many there are.
    reached: String,
    here: String,
}

#[derive(Serialize)]
struct FailedPage {
    slug: String,
    file: String,
    reason: String,
    again: String,
    completes: bool,
}

impl Page for ProgressPage {
    const TEMPLATE: &'static str = "lists/progress";

    fn title(&self) -> String {
        "La liste est lue".to_owned()
    }
}

impl Page for FailedPage {
    const TEMPLATE: &'static str = "lists/failed";

    fn title(&self) -> String {
        "La liste n’a pas été importée".to_owned()
    }
}

/// What a file that is past its contract shows; nothing while it is still looked at.
pub fn answer(
    who: &Coordinator,
    campaign: &StoredCampaign,
    name: &str,
    upload: &Upload,
) -> Option<Result<Response, WebError>> {
    match upload.state().work {
        Work::Look => None,
        Work::Running(watched) => Some(running(who, campaign, name, upload, &watched)),
        Work::Failed(reason) => {
            let page = FailedPage {
                slug: campaign.campaign.slug.clone(),
                file: upload.file.name.clone(),
                reason,
                again: path(campaign, &format!("/fichier/{name}")),
                completes: upload.completes.is_some(),
            };
            Some(show(&page, &shell(who, campaign)))
        }
        Work::Done(list) => Some(Ok(Redirect::to(&path(campaign, &format!("/{list}"))).into_response())),
    }
}

/// Seconds until the page asks again.
const AGAIN: &str = "2";

fn running(
    who: &Coordinator,
    campaign: &StoredCampaign,
    name: &str,
    upload: &Upload,
    watched: &Watched,
) -> Result<Response, WebError> {
    let (step, done, total) = watched.now();
    let page = ProgressPage {
        file: upload.file.name.clone(),
        step: if step.is_empty() { "Ouverture du fichier".to_owned() } else { step },
        done,
        total,
        reached: match total {
            0 => counted(done, "", "ligne", "lignes"),
            total => format!("{} sur {}", group_thousands(done), group_thousands(total)),
        },
        here: path(campaign, &format!("/fichier/{name}")),
    };
    let mut response = show(&page, &shell(who, campaign))?;
    response.headers_mut().insert(REFRESH, HeaderValue::from_static(AGAIN));
    Ok(response)
}
