//! Edit a campaign in the office, one thing at a time. What is typed is read by the rules of a pack; what is on paper or has
//! people in it is not taken away; and nobody writes over what somebody else has changed meanwhile.

mod apply;
mod usage;

use chrono::NaiveDate;
use sha2::{Digest, Sha256};

use super::find_campaign::find_in;
use super::save_campaign::save_campaign;
use super::{Error, Result, Store};
use crate::domain::campaign::Campaign;
use crate::domain::id::StructureId;
use crate::domain::logo::Logo;
pub use crate::pack::FieldMistake;
use crate::store;
use crate::store::StoreError;
pub use crate::store::campaign::StoredCampaign;
use crate::store::tx::TxError;
pub use usage::Usage;

/// The kinds of things that a campaign consists of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A workshop.
    Workshop,
    /// A place.
    Venue,
    /// A funder.
    Funder,
    /// An outlet.
    Outlet,
    /// A partner, whose short name is its name.
    Partner,
}

/// What a coordinator wants.
#[derive(Debug, Clone)]
pub enum Edit {
    /// Other facts of the campaign itself.
    Facts {
        /// What was typed.
        fields: Vec<(String, String)>,
    },
    /// Another text of the letter.
    Letter(String),
    /// Other papers and designs.
    Editions {
        /// What was typed.
        fields: Vec<(String, String)>,
    },
    /// A new thing, or other facts of one.
    Put {
        /// What it is.
        kind: Kind,
        /// The short name it has, if it is there already.
        old: Option<String>,
        /// What was typed.
        fields: Vec<(String, String)>,
        /// What becomes of a funder's logo.
        logo: LogoEdit,
    },
    /// One thing less.
    Remove {
        /// What it is.
        kind: Kind,
        /// Its short name.
        slug: String,
    },
}

/// What becomes of a logo, or of another picture.
#[derive(Debug, Clone, Default)]
pub enum LogoEdit {
    /// It stays as it is.
    #[default]
    Keep,
    /// It goes.
    Remove,
    /// It is this.
    Put(Logo),
}

impl LogoEdit {
    /// The picture from now on, where this one was there before.
    pub fn over(&self, before: Option<Logo>) -> Option<Logo> {
        match self {
            Self::Keep => before,
            Self::Remove => None,
            Self::Put(logo) => Some(logo.clone()),
        }
    }
}

/// Today, and the public address of the settings, which wins over what is typed.
#[derive(Debug, Clone)]
pub struct Around {
    /// The local day.
    pub today: NaiveDate,
    /// The address, where the settings give one.
    pub public_url: Option<String>,
}

/// Why an edit was not done. Nothing was stored.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// Fields that cannot be taken.
    #[error("fields")]
    Fields(Vec<FieldMistake>),
    /// Somebody else has changed or removed it since it was shown.
    #[error("overtaken")]
    Overtaken,
    /// Anything else.
    #[error(transparent)]
    Other(#[from] Error),
}

impl From<StoreError> for EditError {
    fn from(error: StoreError) -> Self {
        Self::Other(error.into())
    }
}

impl TxError for EditError {
    fn store_error(&self) -> Option<&StoreError> {
        match self {
            Self::Other(error) => error.store_error(),
            _ => None,
        }
    }
}

/// What is on paper, and who is registered.
pub async fn usage(store: &Store, campaign: &StoredCampaign) -> Result<Usage> {
    usage::of(store.read(), campaign).await
}

/// The same within a transaction.
pub(super) async fn usage_in(tx: &store::Tx, campaign: &StoredCampaign) -> Result<Usage> {
    usage::of(tx, campaign).await
}

/// Does what was asked for in one transaction, unless the thing is no longer as it was `shown`: the mark of
/// [`mark_of`], [`mark_of_facts`] or [`mark_of_letter`], or nothing for a new one. Gives the campaign back as it is then.
pub async fn edit_campaign(
    store: &Store,
    scope: StructureId,
    slug: &str,
    shown: &str,
    edit: Edit,
    around: &Around,
) -> std::result::Result<StoredCampaign, EditError> {
    let (slug, shown, around) = (slug.to_owned(), shown.to_owned(), around.clone());
    store
        .write(move |tx| {
            let (slug, shown, edit, around) = (slug.clone(), shown.clone(), edit.clone(), around.clone());
            Box::pin(async move {
                let found = find_in(tx, scope, &slug).await?;
                store::profile::lock(tx, found.id).await?;
                // Read again: who held the lock may have changed it.
                let stored = find_in(tx, scope, &slug).await?;
                let now = match &edit {
                    Edit::Facts { .. } => Some(mark_of_facts(&stored.campaign)),
                    Edit::Letter(_) => Some(mark_of_letter(&stored.campaign)),
                    Edit::Editions { .. } => Some(mark_of_editions(&stored.campaign)),
                    Edit::Put { old: None, .. } => Some(String::new()),
                    Edit::Put { kind, old: Some(name), .. } | Edit::Remove { kind, slug: name } => {
                        mark_of(&stored.campaign, *kind, name)
                    }
                };
                if now.is_none_or(|now| now != shown) {
                    return Err(EditError::Overtaken);
                }
                let usage = usage::of(tx, &stored).await?;
                let (edited, steps) = apply::apply(&stored, &usage, &edit, &around)?;
                for step in steps {
                    step.run(tx, &stored).await?;
                }
                Ok(save_campaign(tx, Some(scope), &edited).await?)
            })
        })
        .await
}

/// A mark of a thing as it is now; nothing where it is not there.
pub fn mark_of(campaign: &Campaign, kind: Kind, slug: &str) -> Option<String> {
    let shown = match kind {
        Kind::Workshop => campaign.workshops.iter().find(|w| w.slug == slug).map(|w| format!("{w:?}")),
        Kind::Venue => campaign.venues.iter().find(|v| v.slug == slug).map(|v| format!("{v:?}")),
        Kind::Funder => campaign.funder(slug).map(|f| {
            let logo = f.logo.as_ref().map(|l| hex::encode(Sha256::digest(l.bytes())));
            format!("{f:?} {logo:?}")
        }),
        Kind::Outlet => campaign.outlets.iter().find(|o| o.slug == slug).map(|o| format!("{o:?}")),
        Kind::Partner => campaign.partners.iter().find(|p| p.name == slug).map(|p| format!("{p:?}")),
    };
    shown.map(|shown| mark(&shown))
}

/// A mark of the campaign's own facts as they are now.
pub fn mark_of_facts(campaign: &Campaign) -> String {
    let Campaign { name, public_url, seed, posting_day, reply_by, seed_address, .. } = campaign;
    mark(&format!("{name:?} {public_url:?} {seed} {posting_day} {reply_by} {seed_address:?}"))
}

/// A mark of the letter's text as it is now.
pub fn mark_of_letter(campaign: &Campaign) -> String {
    mark(&campaign.letter.source)
}

/// A mark of how documents are made now.
pub fn mark_of_editions(campaign: &Campaign) -> String {
    mark(&format!("{:?}", campaign.editions))
}

/// A mark of a thing that is told apart by this text.
pub(super) fn mark(shown: &str) -> String {
    hex::encode(&Sha256::digest(shown)[..8])
}
