//! Prepare a mailing without names: which communes, which ages, and a number for each commune.

use chrono::{DateTime, Utc};

use super::draw_audience::free_numbers;
use super::find_campaign::find_campaign;
use super::{Error, Result, Store};
use crate::audience::Communes;
use crate::domain::blind::{BlindMailing, BlindTerms};
use crate::domain::campaign::Campaign;
use crate::domain::commune::{Gazetteer, InseeCode};
use crate::domain::id::{BlindMailingId, StructureId};
use crate::domain::workshop::Workshop;
use crate::store;
use crate::store::campaign::StoredCampaign;

pub use crate::store::blind::StoredBlindMailing;

/// What a fund agreed to send.
#[derive(Debug, Clone)]
pub struct NewBlindMailing {
    /// On which terms.
    pub terms: BlindTerms,
    /// The youngest age.
    pub minimum_age: u8,
    /// The oldest, where there is a bound.
    pub maximum_age: Option<u8>,
    /// The communes; empty for all that the campaign's audience takes in.
    pub communes: Vec<InseeCode>,
}

/// The mailings of a campaign, by wave.
pub async fn blind_mailings(store: &Store, scope: StructureId, slug: &str) -> Result<Vec<StoredBlindMailing>> {
    let campaign = find_campaign(store, scope, slug).await?;
    Ok(store::blind::of_campaign(store.read(), scope, campaign.id).await?)
}

/// Prepares the next wave. Numbers are given once: the package made of it is the same every time.
pub async fn prepare_blind_mailing(
    store: &Store,
    scope: StructureId,
    slug: &str,
    new: &NewBlindMailing,
    now: DateTime<Utc>,
) -> Result<BlindMailingId> {
    let campaign = find_campaign(store, scope, slug).await?;
    if offered(&campaign.campaign).is_empty() {
        return Err(Error::Refused(
            "Aucun atelier ne commence après le jour de l’envoi : la lettre n’inviterait à rien.".to_owned(),
        ));
    }
    if new.maximum_age.is_some_and(|most| most < new.minimum_age) {
        return Err(Error::Refused(format!(
            "L’âge maximum ({}) est sous l’âge minimum ({}).",
            new.maximum_age.unwrap_or_default(),
            new.minimum_age
        )));
    }
    let communes =
        if new.communes.is_empty() { communes_around(store, &campaign).await? } else { new.communes.clone() };
    if communes.is_empty() {
        return Err(Error::Refused(
            "Aucune commune n’est à la distance choisie d’un atelier : élargissez le public, ou écrivez les codes INSEE."
                .to_owned(),
        ));
    }
    let new = new.clone();
    let id = campaign.id;
    store
        .write(move |tx| {
            let (new, communes) = (new.clone(), communes.clone());
            Box::pin(async move {
                let earlier = store::blind::of_campaign(tx, scope, id).await?;
                let numbers = free_numbers(tx, communes.len()).await?;
                let mailing = BlindMailing {
                    wave: earlier.last().map_or(1, |m| m.mailing.wave + 1),
                    terms: new.terms,
                    minimum_age: new.minimum_age,
                    maximum_age: new.maximum_age,
                    communes: communes.into_iter().zip(numbers).collect(),
                };
                Ok::<_, Error>(store::blind::insert(tx, scope, id, &mailing, now).await?)
            })
        })
        .await
}

/// The workshops that a letter can still invite to: those that begin on the posting day or later.
pub(super) fn offered(campaign: &Campaign) -> Vec<&Workshop> {
    campaign.workshops.iter().filter(|w| w.first_day() >= campaign.posting_day).collect()
}

/// Every commune that the campaign's audience takes in, by INSEE code, as the draw judges it.
async fn communes_around(store: &Store, campaign: &StoredCampaign) -> Result<Vec<InseeCode>> {
    let gazetteer = Gazetteer::embedded();
    let fragility = store::fragility::of_structure(store.read(), campaign.structure).await?;
    let definition = &campaign.campaign;
    let audience = Communes::new(&definition.audience, gazetteer, &fragility, &offered(definition));
    let mut communes: Vec<_> = gazetteer.communes().map(|c| c.code).filter(|code| audience.takes(*code)).collect();
    communes.sort_unstable();
    Ok(communes)
}
