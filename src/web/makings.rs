//! Documents that are being made, by campaign. They live in memory: after a restart the folder itself says what was interrupted.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::Utc;

use super::App;
use super::uploads::Watched;
use crate::domain::id::{CampaignId, StructureId};
use crate::service::run_campaign::{RunOptions, RunReport, run_of_structure};
use crate::service::{self};

/// What becomes of each campaign's documents; cheap to clone.
#[derive(Clone, Default)]
pub struct Makings(Arc<Mutex<HashMap<CampaignId, Making>>>);

/// Where the making of a campaign's documents stands.
#[derive(Clone)]
pub enum Making {
    /// They are being made.
    Running(Arc<Watched>),
    /// They were not; why.
    Failed(String),
    /// They are made.
    Done(Arc<RunReport>),
}

impl Makings {
    /// The last making of a campaign, since the server began.
    pub fn of(&self, campaign: CampaignId) -> Option<Making> {
        self.locked().get(&campaign).cloned()
    }

    /// Begins to make a campaign's documents, unless that goes on already. What becomes of it is found here.
    pub fn begin(&self, app: &App, (scope, campaign): (StructureId, CampaignId), slug: &str, options: RunOptions) {
        let watched = Arc::new(Watched::default());
        {
            let mut all = self.locked();
            if matches!(all.get(&campaign), Some(Making::Running(_))) {
                return;
            }
            all.insert(campaign, Making::Running(watched.clone()));
        }
        let (app, slug) = (app.clone(), slug.to_owned());
        // Typesetting keeps a thread busy: not one of those that answer requests.
        let runtime = tokio::runtime::Handle::current();
        let work = tokio::task::spawn_blocking(move || {
            let of = (scope, slug.as_str());
            runtime.block_on(run_of_structure(&app.store, &app.config, of, options, Utc::now(), &*watched))
        });
        let all = self.clone();
        tokio::spawn(async move {
            let end = match work.await {
                Ok(Ok(report)) => Making::Done(Arc::new(report)),
                Ok(Err(error)) => Making::Failed(why(&error)),
                Err(error) => {
                    tracing::error!(%error, "making documents stopped");
                    Making::Failed(BROKEN.to_owned())
                }
            };
            all.locked().insert(campaign, end);
        });
    }

    /// What one thread left half done in here is still whole: every change is one insertion.
    fn locked(&self) -> MutexGuard<'_, HashMap<CampaignId, Making>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

const BROKEN: &str = "Une panne a arrêté la fabrication. Ce qui est fait reste fait : recommencez, elle reprendra. Si la panne revient, prévenez qui gère le serveur.";

fn why(error: &service::Error) -> String {
    match error {
        service::Error::Refused(reason) | service::Error::NotFound(reason) => reason.clone(),
        service::Error::Changed(_) => {
            "La campagne a changé depuis que ces documents sont faits : voyez ce qui est à refaire.".to_owned()
        }
        error => {
            tracing::error!(%error, "documents could not be made");
            BROKEN.to_owned()
        }
    }
}
