//! The campaign of a run in the database: written, read again, its outlets referred to, its lists given up.

use std::collections::HashSet;

use crate::domain::campaign::Campaign;
use crate::domain::number::Reference;
use crate::service::save_campaign::save_campaign;
use crate::service::take_pack::{self, fingerprint};
use crate::service::{Error, Result, Store, edit_campaign, import_list};
use crate::store;
use crate::store::campaign::StoredCampaign;

/// Writes the campaign, unless the office has changed it since it was read as `before`. Where a `pack` is taken, what it no longer
/// has goes.
pub(super) async fn save(
    store: &Store,
    before: Option<StoredCampaign>,
    campaign: &Campaign,
    pack: Option<Campaign>,
) -> Result<()> {
    let campaign = campaign.clone();
    store
        .write(move |tx| {
            let (before, campaign, pack) = (before.clone(), campaign.clone(), pack.clone());
            Box::pin(async move {
                if let Some(before) = &before {
                    store::profile::lock(tx, before.id).await?;
                }
                let stands = store::campaign::by_slug(tx, &campaign.slug).await?;
                if stands.as_ref().map(|s| fingerprint(&s.campaign))
                    != before.as_ref().map(|b| fingerprint(&b.campaign))
                {
                    return Err(Error::Refused(
                        "La campagne vient d’être modifiée dans le bureau : rien n’a été fait. Relancez.".to_owned(),
                    ));
                }
                let saved = match (&stands, &pack) {
                    (Some(stands), None) => stands.clone(),
                    (Some(stands), Some(pack)) => {
                        let usage = edit_campaign::usage_in(tx, stands).await?;
                        take_pack::take_out(tx, stands, &usage, pack).await?;
                        save_campaign(tx, None, &campaign).await?;
                        take_pack::take_out_unused(tx, stands, pack).await?;
                        take_pack::note_taken(tx, &campaign.slug, pack).await?
                    }
                    (None, _) => {
                        let saved = save_campaign(tx, None, &campaign).await?;
                        match &pack {
                            Some(pack) => take_pack::note_taken(tx, &campaign.slug, pack).await?,
                            None => saved,
                        }
                    }
                };
                for list in &campaign.lists {
                    store::delivery::update_contract(tx, saved.id, list).await?;
                }
                Ok(())
            })
        })
        .await
}

/// Gives each outlet its reference for each workshop.
pub(super) async fn refer_all(store: &Store, campaign: &StoredCampaign) -> Result<()> {
    let slug = campaign.campaign.slug.clone();
    store
        .write(move |tx| {
            let slug = slug.clone();
            Box::pin(async move {
                match store::campaign::by_slug(tx, &slug).await? {
                    Some(stands) => refer(tx, &stands).await,
                    None => Ok(()),
                }
            })
        })
        .await
}

/// Gives a reference to every outlet and workshop that has none.
async fn refer(tx: &store::Tx, campaign: &StoredCampaign) -> Result<()> {
    let mut in_use: HashSet<Reference> = store::campaign::references_in_use(tx).await?.into_iter().collect();
    for outlet in &campaign.outlet_ids {
        for workshop in &campaign.workshop_ids {
            if campaign.references.contains_key(&(*outlet, *workshop)) {
                continue;
            }
            if in_use.len() == Reference::SPACE {
                let full = "Toutes les références à 4 chiffres sont prises : retirez des relais ou des ateliers.";
                return Err(Error::Refused(full.to_owned()));
            }
            let reference = loop {
                let drawn = Reference::draw(rand::random());
                if in_use.insert(drawn) {
                    break drawn;
                }
            };
            store::campaign::insert_reference(tx, campaign.structure, *outlet, *workshop, reference).await?;
        }
    }
    Ok(())
}

pub(super) async fn reload(store: &Store, slug: &str) -> Result<StoredCampaign> {
    let found = store::campaign::by_slug(store.read(), slug).await?;
    found.ok_or_else(|| Error::Internal(format!("campaign {slug} is gone")))
}

/// Takes all lists out again, so that the pack's are read anew: as long as no letter is printed, a list can be mended.
pub(super) async fn forget_lists(store: &Store, campaign: &StoredCampaign, why: &str) -> Result<()> {
    let (scope, id, workshops) = (campaign.structure, campaign.id, campaign.workshop_ids.clone());
    let registered = store::registration::of_workshops(store.read(), scope, &workshops).await?;
    if registered.iter().any(|r| r.invitation.is_some() || r.household.is_some()) {
        return Err(Error::Refused(format!(
            "{why}, mais des foyers sont déjà inscrits : la relire les perdrait. Remettez l’ancienne version, et ajoutez la nouvelle sous un autre nom."
        )));
    }
    if let Some(list) = campaign.campaign.lists.iter().find(|list| list.by_hand) {
        return Err(Error::Refused(format!(
            "{why}, et « {} » a été donnée dans le bureau : relire le dossier la perdrait. Remettez l’ancienne version, et ajoutez la nouvelle sous un autre nom.",
            list.file_name
        )));
    }
    if let Some(waiting) = store::delivery::in_review(store.read(), id).await? {
        return Err(Error::Refused(format!(
            "{why}, et « {} » attend d’être vérifiée dans le bureau : acceptez-la ou écartez-la d’abord.",
            waiting.list.file_name
        )));
    }
    let given_up =
        store.write(move |tx| Box::pin(async move { Ok::<_, Error>(store::delivery::give_all_up(tx, id).await?) }));
    given_up.await?;
    import_list::sweep(store, id).await
}
