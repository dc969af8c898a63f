//! Say whom an audience would select and who would be written to later, without changing anything. The draw keeps what
//! this gives.

use std::collections::{HashMap, HashSet};

use super::{Result, Store, profile};
use crate::audience::{Selection, Selector, Terms};
use crate::domain::audience::{Audience, Earlier};
use crate::domain::commune::Gazetteer;
use crate::domain::contract::Role;
use crate::domain::id::DeliveryId;
use crate::store;
use crate::store::campaign::StoredCampaign;
use crate::store::delivery::Delivery;
use crate::store::earlier::Met;

/// Applies an audience to the households of a campaign.
pub async fn count_audience(store: &Store, campaign: &StoredCampaign, audience: &Audience) -> Result<Selection> {
    let (scope, id) = (campaign.structure, campaign.id);
    profile::catch_up(store, scope, id).await?;
    let db = store.read();
    let lists = store::delivery::of_campaign(db, id).await?;
    let fragility = match audience.fragility.is_empty() {
        true => HashMap::new(),
        false => store::fragility::of_structure(db, scope).await?,
    };
    let mut selector = Selector::new(Terms {
        audience,
        seed: campaign.campaign.seed,
        workshops: &campaign.campaign.workshops,
        gazetteer: Gazetteer::embedded(),
        fragility: &fragility,
        lists: wanted(audience, &lists),
        processed: lists.iter().filter(|d| d.list.contract.role == Role::Processor).map(|d| d.id).collect(),
        invited: store::audience::invited(db, scope, id).await?,
        contacted: match audience.contacted {
            Earlier::Any => HashSet::new(),
            _ => store::earlier::met(db, scope, id, Met::Invited).await?,
        },
        attended: match audience.attended {
            Earlier::Any => HashSet::new(),
            _ => store::earlier::met(db, scope, id, Met::Attended).await?,
        },
    });
    store::profile::each(db, id, |household| selector.look(household)).await?;
    Ok(selector.finish())
}

/// The lists that an audience wants, by fund and by name; nothing where it takes all.
fn wanted(audience: &Audience, lists: &[Delivery]) -> Option<HashSet<DeliveryId>> {
    if audience.funds.is_empty() && audience.lists.is_empty() {
        return None;
    }
    let fits = |d: &&Delivery| {
        (audience.funds.is_empty() || audience.funds.contains(&d.list.contract.fund))
            && (audience.lists.is_empty() || audience.lists.contains(&d.list.file_name))
    };
    Some(lists.iter().filter(fits).map(|d| d.id).collect())
}
