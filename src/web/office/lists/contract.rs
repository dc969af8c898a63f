//! The contract of a list, asked before its first row is stored; then the rows go in while she waits. Later it can be changed.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::Utc;
use serde::{Deserialize, Serialize};

use super::{given, list_id, path, progress, shell};
use crate::domain::contract::Contract;
use crate::service::edit_contract::{edit_contract, editable, mark_of_contract};
use crate::service::examine_list::{Examined, Unseen, examine_list};
use crate::service::find_campaign::{StoredCampaign, find_campaign};
use crate::service::read_contract::{ContractForm, earlier_contracts};
use crate::service::register::FieldError;
use crate::service::stage_file::{HowToRead, stage_file};
use crate::service::{self, local};
use crate::web::App;
use crate::web::error::WebError;
use crate::web::extract::{Coordinator, Fields};
use crate::web::field::{self, Field, Mistake};
use crate::web::page::{Page, show};
use crate::web::uploads::{Upload, Watched, Work};

#[derive(Serialize)]
struct ContractPage {
    here: String,
    back: String,
    file: String,
    mistakes: Vec<Mistake>,
    fund: Field,
    role: Choice,
    use_of_it: Vec<Field>,
    days: Vec<Field>,
    matching: Choice,
    mentions: String,
    approved_by: Field,
    /// The funds whose contract can be taken up again.
    earlier: Vec<Earlier>,
    taken_up: Option<String>,
    /// Of the contract that is changed, where the list is in already.
    mark: Option<String>,
    /// Somebody else has changed it meanwhile.
    overtaken: bool,
}

/// A question with few answers.
#[derive(Serialize)]
struct Choice {
    name: &'static str,
    error: Option<String>,
    answers: Vec<Answer>,
}

#[derive(Serialize)]
struct Answer {
    code: &'static str,
    label: &'static str,
    chosen: bool,
}

#[derive(Serialize)]
struct Earlier {
    at: usize,
    fund: String,
}

/// What the address says.
#[derive(Deserialize)]
pub struct Asked {
    /// Which earlier contract to take up.
    comme: Option<usize>,
}

impl Page for ContractPage {
    const TEMPLATE: &'static str = "lists/contract";

    fn title(&self) -> String {
        "À quelles conditions utilisez-vous cette liste ?".to_owned()
    }

    fn status(&self) -> StatusCode {
        match (self.overtaken, self.mistakes.is_empty()) {
            (true, _) => StatusCode::CONFLICT,
            (false, false) => StatusCode::UNPROCESSABLE_ENTITY,
            (false, true) => StatusCode::OK,
        }
    }
}

/// `GET /bureau/lozere-2026/listes/fichier/{file}/contrat`
pub async fn ask(
    State(app): State<App>,
    who: Coordinator,
    Path((slug, name)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Result<Response, WebError> {
    let campaign = find_campaign(&app.store, who.scope, &slug).await?;
    let upload = given(&app, &who, &campaign, &name)?;
    if let Some(answer) = progress::answer(&who, &campaign, &name, &upload) {
        return answer;
    }
    let back = path(&campaign, &format!("/fichier/{name}"));
    let examined = match readable(&app, &campaign, &upload).await? {
        Some(examined) => examined,
        None => return Ok(Redirect::to(&back).into_response()),
    };
    if let Some(contract) = &upload.completes {
        begin(&app, campaign, &upload, examined, contract.clone());
        return Ok(Redirect::to(&back).into_response());
    }
    let earlier = earlier_contracts(&app.store, &campaign).await?;
    let remembered = examined.remembered.map(|m| m.fund);
    let same_fund = |c: &&Contract| remembered.as_ref() == Some(&c.fund);
    let like = asked.comme.and_then(|at| earlier.get(at)).or_else(|| earlier.iter().find(same_fund));
    let typed = like.map(ContractForm::like).unwrap_or_default();
    let page = page(&upload.file.name, back, &typed, &[]);
    let page = ContractPage { earlier: offered(&earlier), taken_up: like.map(|c| c.fund.clone()), ..page };
    show(&page, &shell(&who, &campaign))
}

/// `POST /bureau/lozere-2026/listes/fichier/{file}/contrat`
pub async fn stage(
    State(app): State<App>,
    who: Coordinator,
    Path((slug, name)): Path<(String, String)>,
    form: Fields,
) -> Result<Response, WebError> {
    let campaign = find_campaign(&app.store, who.scope, &slug).await?;
    let upload = given(&app, &who, &campaign, &name)?;
    let back = path(&campaign, &format!("/fichier/{name}"));
    if !matches!(upload.state().work, Work::Look) {
        return Ok(Redirect::to(&back).into_response());
    }
    let typed = typed(&form);
    match typed.read(local(Utc::now()).date(), campaign.campaign.posting_day) {
        Ok(contract) => {
            if let Some(examined) = readable(&app, &campaign, &upload).await? {
                begin(&app, campaign, &upload, examined, contract);
            }
            Ok(Redirect::to(&back).into_response())
        }
        Err(errors) => {
            let earlier = earlier_contracts(&app.store, &campaign).await?;
            let page = page(&upload.file.name, back, &typed, &errors);
            show(&ContractPage { earlier: offered(&earlier), ..page }, &shell(&who, &campaign))
        }
    }
}

/// `GET /bureau/lozere-2026/listes/{list}/contrat`
pub async fn form(
    State(app): State<App>,
    who: Coordinator,
    Path((slug, list)): Path<(String, String)>,
) -> Result<Response, WebError> {
    let campaign = find_campaign(&app.store, who.scope, &slug).await?;
    let found = editable(&app.store, &campaign, list_id(&list)?).await?.delivery.list;
    let page = page(&found.file_name, path(&campaign, &format!("/{list}")), &ContractForm::of(&found.contract), &[]);
    show(&ContractPage { mark: Some(mark_of_contract(&found.contract)), ..page }, &shell(&who, &campaign))
}

/// `POST /bureau/lozere-2026/listes/{list}/contrat`
pub async fn save(
    State(app): State<App>,
    who: Coordinator,
    Path((slug, list)): Path<(String, String)>,
    form: Fields,
) -> Result<Response, WebError> {
    let campaign = find_campaign(&app.store, who.scope, &slug).await?;
    let id = list_id(&list)?;
    let found = editable(&app.store, &campaign, id).await?.delivery.list;
    let back = path(&campaign, &format!("/{list}"));
    let (typed, shown) = (typed(&form), form.get("etat"));
    let mut again = match typed.read(local(Utc::now()).date(), campaign.campaign.posting_day) {
        Ok(contract) => {
            if edit_contract(&app.store, &app.config.var, &campaign, id, shown, contract).await? {
                return Ok(Redirect::to(&format!("{back}?contrat=note")).into_response());
            }
            let page = page(&found.file_name, back, &typed, &[]);
            ContractPage { overtaken: true, mark: Some(mark_of_contract(&found.contract)), ..page }
        }
        Err(errors) => page(&found.file_name, back, &typed, &errors),
    };
    again.mark.get_or_insert_with(|| shown.to_owned());
    show(&again, &shell(&who, &campaign))
}

/// The file as it will be read; nothing where it cannot be taken in yet.
async fn readable(app: &App, campaign: &StoredCampaign, upload: &Upload) -> Result<Option<Examined>, WebError> {
    let state = upload.state();
    match examine_list(&app.store, campaign, &upload.file, state.choices.as_ref(), state.password).await {
        Ok(examined) if examined.look.problem.is_none() => Ok(Some(examined)),
        Ok(_) | Err(Unseen::File(_) | Unseen::Other(service::Error::Refused(_))) => Ok(None),
        Err(Unseen::Other(error)) => Err(error.into()),
    }
}

/// Lets the rows go in while other requests are answered. What becomes of them is in the upload's state.
fn begin(app: &App, campaign: StoredCampaign, upload: &Arc<Upload>, examined: Examined, contract: Contract) {
    let watched = Arc::new(Watched::default());
    let begun = upload.change(|state| {
        let first = matches!(state.work, Work::Look);
        if first {
            state.work = Work::Running(watched.clone());
        }
        first
    });
    if !begun {
        return;
    }
    let (store, config, upload) = (app.store.clone(), app.config.clone(), upload.clone());
    let how = HowToRead { choices: examined.choices, header: examined.header };
    let work = tokio::spawn({
        let upload = upload.clone();
        async move { stage_file(&store, &config.var, &campaign, &upload.file, &how, contract, Utc::now(), &*watched).await }
    });
    tokio::spawn(async move {
        let end = match work.await {
            Ok(Ok(staged)) => Work::Done(staged.delivery),
            Ok(Err(service::Error::Refused(reason))) => Work::Failed(reason),
            Ok(Err(error)) => {
                tracing::error!(%error, "a list could not be staged");
                Work::Failed(BROKEN.to_owned())
            }
            Err(error) => {
                tracing::error!(%error, "staging a list stopped");
                Work::Failed(BROKEN.to_owned())
            }
        };
        upload.change(|state| state.work = end);
    });
}

const BROKEN: &str = "Une panne a arrêté la lecture. Rien n’est entré dans la campagne. Recommencez ; si la panne revient, prévenez qui gère le serveur.";

fn typed(form: &Fields) -> ContractForm {
    let text = |name: &str| form.get(name).to_owned();
    ContractForm {
        fund: text("fund"),
        role: text("role"),
        purpose: text("purpose"),
        legal_basis: text("legal_basis"),
        convention: text("convention"),
        dpo: text("dpo"),
        received_on: text("received_on"),
        purge_on: text("purge_on"),
        matching: text("matching"),
        mentions: text("mentions"),
        approved_by: text("approved_by"),
    }
}

/// The contracts that can be taken up again.
fn offered(earlier: &[Contract]) -> Vec<Earlier> {
    earlier.iter().enumerate().map(|(at, contract)| Earlier { at, fund: contract.fund.clone() }).collect()
}

fn page(file: &str, back: String, typed: &ContractForm, errors: &[FieldError]) -> ContractPage {
    let text = |name: &'static str, label: &'static str, hint: &'static str, value: &str| {
        Field::text(name, label, "off").hint(hint).value(value).error(field::error_of(errors, name))
    };
    let choice = |name: &'static str, given: &str, answers: [(&'static str, &'static str); 2]| Choice {
        name,
        error: field::error_of(errors, name),
        answers: answers.map(|(code, label)| Answer { code, label, chosen: code == given }).into(),
    };
    ContractPage {
        here: format!("{back}/contrat"),
        back,
        file: file.to_owned(),
        mistakes: field::mistakes(errors),
        fund: text(
            "fund",
            "La caisse",
            "Avec son article, comme dans une phrase\u{a0}: «\u{a0}l’Agirc-Arrco\u{a0}», «\u{a0}la MSA\u{a0}».",
            &typed.fund,
        ),
        role: choice(
            "role",
            &typed.role,
            [
                ("controller", "Notre structure décide, sous une convention avec la caisse"),
                ("processor", "La caisse écrit par notre intermédiaire\u{a0}: nous suivons ses instructions"),
            ],
        ),
        use_of_it: vec![
            text(
                "purpose",
                "À quoi sert la liste",
                "Ce qui suit «\u{a0}afin de\u{a0}» dans la lettre\u{a0}: «\u{a0}vous proposer des ateliers près de chez vous\u{a0}».",
                &typed.purpose,
            ),
            text(
                "legal_basis",
                "La base légale",
                "Une phrase que la lettre reprend\u{a0}: «\u{a0}La MSA agit dans sa mission d’intérêt public.\u{a0}»",
                &typed.legal_basis,
            ),
            text(
                "convention",
                "La convention",
                "Son nom et sa date\u{a0}: «\u{a0}convention du 2 novembre 2026\u{a0}».",
                &typed.convention,
            ),
            text(
                "dpo",
                "Le délégué à la protection des données de la caisse",
                "Une adresse électronique ou postale.",
                &typed.dpo,
            ),
        ],
        days: vec![
            text(
                "received_on",
                "Liste reçue le",
                "La première lettre doit partir dans le mois qui suit.",
                &typed.received_on,
            )
            .day(),
            text(
                "purge_on",
                "Noms à effacer le",
                "Le jour que dit la convention. Les chiffres et les oppositions restent.",
                &typed.purge_on,
            )
            .day(),
        ],
        matching: choice(
            "matching",
            &typed.matching,
            [
                ("oui", "Oui\u{a0}: un couple inscrit à deux caisses ne reçoit qu’une lettre"),
                ("non", "Non\u{a0}: la liste n’est comparée à aucune autre"),
            ],
        ),
        mentions: typed.mentions.clone(),
        approved_by: text(
            "approved_by",
            "Qui donne le bon à tirer",
            "Rien ne s’imprime sans cet accord\u{a0}: «\u{a0}Prénom Nom, service de la caisse\u{a0}».",
            &typed.approved_by,
        ),
        earlier: Vec::new(),
        taken_up: None,
        mark: None,
        overtaken: false,
    }
}
