//! Save, rename, delete and choose a campaign's audiences.

use chrono::{DateTime, Utc};

use super::{Error, Result, Store};
use crate::domain::audience::{Audience, parse_name};
use crate::domain::id::SavedAudienceId;
use crate::store::campaign::StoredCampaign;
use crate::store::{self, Tx};

pub use crate::store::saved_audience::SavedAudience;

/// The campaign of this structure with its audiences.
pub async fn of_campaign(store: &Store, campaign: &StoredCampaign) -> Result<Vec<SavedAudience>> {
    Ok(store::saved_audience::of_campaign(store.read(), campaign.structure, campaign.id).await?)
}

/// Saves an audience under a name, over the one of that name if there is one.
pub async fn save(
    store: &Store,
    campaign: &StoredCampaign,
    name: &str,
    audience: &Audience,
    now: DateTime<Utc>,
) -> Result<SavedAudienceId> {
    let (scope, id, name, audience) = (campaign.structure, campaign.id, checked(name)?, audience.clone());
    store
        .write(move |tx| {
            let (name, audience) = (name.clone(), audience.clone());
            Box::pin(async move {
                store::profile::lock(tx, id).await?;
                Ok(store::saved_audience::save(tx, scope, id, &name, &audience, now).await?)
            })
        })
        .await
}

/// Gives an audience another name.
pub async fn rename(store: &Store, campaign: &StoredCampaign, id: SavedAudienceId, name: &str) -> Result<()> {
    let (scope, of, name) = (campaign.structure, campaign.clone(), checked(name)?);
    store
        .write(move |tx| {
            let (of, name) = (of.clone(), name.clone());
            Box::pin(async move {
                let all = known(tx, &of, id).await?;
                if all.iter().any(|other| other.id != id && other.name == name) {
                    return Err(Error::Refused(format!(
                        "Un autre public s’appelle déjà « {name} »\u{a0}: choisissez un autre nom."
                    )));
                }
                Ok(store::saved_audience::rename(tx, scope, id, &name).await?)
            })
        })
        .await
}

/// Takes an audience away; the chosen one stays.
pub async fn delete(store: &Store, campaign: &StoredCampaign, id: SavedAudienceId) -> Result<()> {
    let (scope, of) = (campaign.structure, campaign.clone());
    store
        .write(move |tx| {
            let of = of.clone();
            Box::pin(async move {
                let all = known(tx, &of, id).await?;
                if all.iter().any(|one| one.id == id && one.chosen) {
                    return Err(Error::Refused(
                        "Les lettres sont tirées de ce public\u{a0}: choisissez-en d’abord un autre, puis supprimez celui-ci.".to_owned(),
                    ));
                }
                Ok(store::saved_audience::delete(tx, scope, id).await?)
            })
        })
        .await
}

/// Makes an audience the one from which letters are drawn.
pub async fn choose(store: &Store, campaign: &StoredCampaign, id: SavedAudienceId) -> Result<()> {
    let of = campaign.clone();
    store
        .write(move |tx| {
            let of = of.clone();
            Box::pin(async move {
                known(tx, &of, id).await?;
                Ok(store::saved_audience::choose(tx, of.id, id).await?)
            })
        })
        .await
}

/// All audiences of the campaign, among which this one is. An edit of the campaign saves its audiences too, so the two wait for
/// each other.
async fn known(tx: &Tx, campaign: &StoredCampaign, id: SavedAudienceId) -> Result<Vec<SavedAudience>> {
    store::profile::lock(tx, campaign.id).await?;
    let all = store::saved_audience::of_campaign(tx, campaign.structure, campaign.id).await?;
    match all.iter().any(|one| one.id == id) {
        true => Ok(all),
        false => Err(Error::NotFound("Ce public n’existe plus dans cette campagne.".to_owned())),
    }
}

fn checked(name: &str) -> Result<String> {
    parse_name(name).map_err(|e| Error::Refused(e.to_string()))
}
