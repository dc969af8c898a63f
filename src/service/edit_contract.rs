//! Change the contract of a list that was given in the office and accepted. Whatever came under the same contract, such as its
//! mended rows, changes with it; whoever is chosen, written to or erased next is so under the new terms.

use std::path::Path;

use super::edit_campaign::mark;
use super::{Error, Result, Store, review_list, run_lock};
use crate::domain::campaign::List;
use crate::domain::contract::Contract;
use crate::domain::id::DeliveryId;
use crate::store;
use crate::store::campaign::StoredCampaign;
use crate::store::review::ListedDelivery;

/// The list whose contract may be changed here, or why it may not.
pub async fn editable(store: &Store, campaign: &StoredCampaign, id: DeliveryId) -> Result<ListedDelivery> {
    let found = review_list::found(store, campaign, id).await?;
    if !found.current {
        return Err(Error::Refused(
            "Cette liste a été lue sous son contrat et attend d’être vérifiée\u{a0}: écartez-la, et donnez-la à nouveau sous le bon."
                .to_owned(),
        ));
    }
    if !found.delivery.list.by_hand {
        return Err(Error::Refused(
            "Ce contrat vient du dossier de la campagne\u{a0}: changez-le dans campaign.toml, puis relancez."
                .to_owned(),
        ));
    }
    Ok(found)
}

/// A mark of a contract as it is now.
pub fn mark_of_contract(contract: &Contract) -> String {
    mark(&format!("{contract:?}"))
}

/// Notes these terms for the list, and for what came under the very same ones. `shown` is the mark of the contract that the
/// form was filled from; gives whether it still stood.
pub async fn edit_contract(
    store: &Store,
    var: &Path,
    campaign: &StoredCampaign,
    id: DeliveryId,
    shown: &str,
    contract: Contract,
) -> Result<bool> {
    let _alone = run_lock::hold(var)?;
    let before = editable(store, campaign, id).await?.delivery.list.contract;
    if mark_of_contract(&before) != shown {
        return Ok(false);
    }
    let campaign = campaign.id;
    store
        .write(move |tx| {
            let (before, contract) = (before.clone(), contract.clone());
            Box::pin(async move {
                for list in store::delivery::lists(tx, campaign).await? {
                    // Mended rows came on another day.
                    let received_on = list.contract.received_on;
                    if list.by_hand && list.contract == (Contract { received_on, ..before.clone() }) {
                        let own = if list.contract == before { contract.received_on } else { received_on };
                        let list = List { contract: Contract { received_on: own, ..contract.clone() }, ..list };
                        store::delivery::update_contract(tx, campaign, &list).await?;
                    }
                }
                Ok::<_, Error>(true)
            })
        })
        .await
}
