//! The proof: everything that can be wrong with a campaign's papers is looked for before any of them is printed. Errors stop a
//! run, warnings are listed.

mod paper;
mod pictures;
mod pieces;
mod rules;

use chrono::{DateTime, Utc};

use super::outputs::{self, LETTERS};
use super::{Result, Store, local};
use crate::config::Config;
use crate::domain::campaign::{Campaign, List};
use crate::store;
use crate::store::campaign::StoredCampaign;
pub use paper::Extreme;

/// Whether a finding stops a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// It does.
    Error,
    /// It is said.
    Warning,
}

/// Something that is wrong, or may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Whether it stops a run.
    pub severity: Severity,
    /// Where it is, « Atelier tablette-mende, présentation ».
    pub place: String,
    /// What is wrong and what to do, in French.
    pub message: String,
}

impl Finding {
    /// What stops a run.
    pub fn error(place: impl Into<String>, message: String) -> Self {
        Self { severity: Severity::Error, place: place.into(), message }
    }

    /// What is only said.
    pub fn warning(place: impl Into<String>, message: String) -> Self {
        Self { severity: Severity::Warning, place: place.into(), message }
    }
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}\u{a0}: {}", self.place, self.message)
    }
}

/// What the proof found.
#[derive(Debug, Default)]
pub struct Proof {
    /// Errors first.
    pub findings: Vec<Finding>,
    /// How many letters of real households were looked at; none before the audience is drawn.
    pub letters: usize,
    /// The extreme letters, as pictures.
    pub extremes: Vec<Extreme>,
}

impl Proof {
    /// What stops a run.
    pub fn errors(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|f| f.severity == Severity::Error)
    }

    /// What is only said.
    pub fn warnings(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|f| f.severity == Severity::Warning)
    }
}

/// Looks at a campaign and its letters. `definition` is what it would say now, which may be a pack's that was not stored yet;
/// `pictures` asks for the contact sheet.
pub async fn check_campaign(
    store: &Store,
    config: &Config,
    definition: &Campaign,
    stored: Option<&StoredCampaign>,
    allow_local: bool,
    pictures: bool,
    now: DateTime<Utc>,
) -> Result<Proof> {
    let (mut letters, mut printed) = (Vec::new(), false);
    let mut definition = definition.clone();
    if let Some(stored) = stored {
        let issued = store::output::of_campaign(store.read(), stored.id).await?;
        printed = issued.iter().any(|output| output.path.starts_with(LETTERS));
        // A pack need not name the lists that were given beside it.
        let named = |list: &&List| !list.by_hand || definition.lists.iter().any(|named| named.sha256 == list.sha256);
        let same = stored.campaign.workshops == definition.workshops
            && stored.campaign.lists.iter().filter(named).eq(&definition.lists);
        if same {
            definition.lists.clone_from(&stored.campaign.lists);
            letters = outputs::letters(store, stored).await?;
        }
    }
    let (known, window) = (stored.cloned(), config.window);
    let looked = move || {
        let mut findings = rules::facts(&definition, local(now).date(), printed, allow_local);
        pieces::look(&definition, &known.as_ref().map(outputs::references).unwrap_or_default(), &mut findings);
        let (count, extremes) = paper::look(&definition, window, letters, pictures, &mut findings);
        findings.sort_by_key(|f| f.severity);
        Proof { findings, letters: count, extremes }
    };
    // Pages are set and painted: not on the thread that answers others.
    tokio::task::spawn_blocking(looked).await.map_err(|e| super::Error::Internal(e.to_string()))
}

/// Looks at the pieces alone, where letters are out already. Gives what stops a run.
pub async fn check_pieces(campaign: &StoredCampaign) -> Result<Vec<Finding>> {
    let campaign = campaign.clone();
    let looked = move || {
        let mut found = Vec::new();
        pieces::printed(&campaign.campaign, &outputs::references(&campaign), &mut found);
        found
    };
    tokio::task::spawn_blocking(looked).await.map_err(|e| super::Error::Internal(e.to_string()))
}
