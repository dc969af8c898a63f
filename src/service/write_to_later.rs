//! Write to those who were drawn for later: the second wave of letters, once the first is at the post.

use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};

use super::find_campaign::{find_campaign, find_in};
use super::save_campaign::save_campaign;
use super::{Error, Result, Store, draw_audience, local, run_lock};
use crate::domain::campaign::Campaign;
use crate::domain::id::StructureId;
use crate::store;
use crate::store::audience::Wave;
use crate::store::campaign::StoredCampaign;

/// When the letters of a wave leave, and until when people should answer.
#[derive(Debug, Clone, Copy)]
pub struct Days {
    /// The day on the letters.
    pub posting_day: NaiveDate,
    /// The last day to call.
    pub reply_by: NaiveDate,
}

/// How many households wait for the second wave; none before every lot is posted.
pub async fn waiting(store: &Store, campaign: &StoredCampaign) -> Result<u64> {
    let lots = store::letter::lots(store.read(), campaign.structure, campaign.id).await?;
    if lots.is_empty() || lots.iter().any(|lot| lot.posted_on.is_none()) {
        return Ok(0);
    }
    Ok(store::audience::drawn(store.read(), campaign.id).await?.map_or(0, |(_, later)| later))
}

/// Invites everybody who was drawn for later, each with a number of their own, and gives the campaign the days of their letters. The
/// next run prints them, in lots of their own, and offers only workshops that begin late enough. Gives how many households they are.
pub async fn write_to_later(
    store: &Store,
    var: &Path,
    scope: StructureId,
    slug: &str,
    days: Days,
    now: DateTime<Utc>,
) -> Result<u64> {
    let _alone = run_lock::hold(var)?;
    let campaign = find_campaign(store, scope, slug).await?;
    if waiting(store, &campaign).await? == 0 {
        return Err(Error::Refused(
            "Personne n’attend de prochaine vague\u{a0}: elle s’ouvre quand tous les lots sont notés comme postés, s’il y a des foyers gardés pour plus tard.".to_owned(),
        ));
    }
    fits(&dated(campaign.campaign.clone(), days), local(now).date())?;
    let slug = slug.to_owned();
    store
        .write(move |tx| {
            let slug = slug.clone();
            Box::pin(async move {
                let found = find_in(tx, scope, &slug).await?;
                store::profile::lock(tx, found.id).await?;
                let stored = find_in(tx, scope, &slug).await?;
                let drawn = store::audience::of_campaign(tx, stored.id).await?.unwrap_or_default();
                let mut counts = draw_audience::counts(&drawn)?;
                let later: Arc<[_]> = drawn.later.into();
                counts.now += counts.later;
                counts.later = 0;
                store::audience::bring_forward(tx, stored.id, draw_audience::json(&counts)?).await?;
                let invitations = draw_audience::number(tx, &later).await?;
                store::audience::invite(tx, scope, Wave::Second, &invitations, now).await?;
                save_campaign(tx, Some(scope), &dated(stored.campaign, days)).await?;
                Ok(later.len() as u64)
            })
        })
        .await
}

fn dated(campaign: Campaign, Days { posting_day, reply_by }: Days) -> Campaign {
    Campaign { posting_day, reply_by, ..campaign }
}

/// Can letters of these days go out?
fn fits(campaign: &Campaign, today: NaiveDate) -> Result<()> {
    let why = if campaign.posting_day < today {
        "Le jour d’envoi est passé\u{a0}: choisissez-en un à venir."
    } else if campaign.reply_by <= campaign.posting_day {
        "La date limite de réponse doit suivre l’envoi."
    } else if campaign.offered().next().is_none() {
        "Aucun atelier ne commence après cette date limite\u{a0}: ajoutez d’abord ceux auxquels cette vague est invitée."
    } else {
        return Ok(());
    };
    Err(Error::Refused(why.to_owned()))
}
