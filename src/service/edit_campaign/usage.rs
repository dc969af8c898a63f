//! What others rely on: paper that is out, people who are registered.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::domain::campaign::Campaign;
use crate::service::Result;
use crate::service::outputs::{Change, Plan};
use crate::service::take_pack::has_lists;
use crate::store::campaign::StoredCampaign;
use crate::store::output::Issued;
use crate::store::{self, Connection};

/// What is out, and who is registered.
#[derive(Debug, Clone, Default)]
pub struct Usage {
    /// Workshops that an issued document names.
    pub printed_workshops: BTreeSet<String>,
    /// Outlets that have an issued document.
    pub printed_outlets: BTreeSet<String>,
    /// Seats taken at workshops to which anybody registered, cancelled or not.
    pub registered: BTreeMap<String, u32>,
    /// Lists were read, so that the chance order of their households is fixed.
    pub has_lists: bool,
    /// Slugs of all workshops of the installation.
    pub workshop_slugs: BTreeSet<String>,
    issued: Vec<Issued>,
    /// Lots that are at the post.
    posted: BTreeSet<u32>,
}

impl Usage {
    /// Whether a workshop is on paper or has people in it.
    pub fn holds_workshop(&self, slug: &str) -> bool {
        self.printed_workshops.contains(slug) || self.registered.contains_key(slug)
    }

    /// Issued documents that no longer say what the campaign says.
    pub fn outdated(&self, campaign: &Campaign) -> Vec<Change> {
        Plan::of(campaign).changes(&self.issued, &self.posted)
    }

    /// Whether anything was issued.
    pub fn has_printed(&self) -> bool {
        !self.issued.is_empty()
    }
}

/// Looks it up.
pub async fn of(db: &impl Connection, campaign: &StoredCampaign) -> Result<Usage> {
    let mut usage = Usage { issued: store::output::of_campaign(db, campaign.id).await?, ..Usage::default() };
    let lots = store::letter::lots(db, campaign.structure, campaign.id).await?;
    usage.posted = lots.iter().filter(|lot| lot.posted_on.is_some()).map(|lot| lot.number).collect();
    for output in &usage.issued {
        let facts: Value = serde_json::from_str(&output.facts).unwrap_or_default();
        let slug = |value: &Value| value["slug"].as_str().map(str::to_owned);
        usage.printed_workshops.extend(slug(&facts["workshop"]));
        usage.printed_workshops.extend(facts["workshops"].as_array().into_iter().flatten().filter_map(slug));
        usage.printed_outlets.extend(slug(&facts["outlet"]));
    }
    let seats = store::registration::seats(db, &campaign.workshop_ids).await?;
    for (id, workshop) in campaign.workshop_ids.iter().zip(&campaign.campaign.workshops) {
        if let Some(seats) = seats.get(id) {
            usage.registered.insert(workshop.slug.clone(), seats.taken);
        }
    }
    usage.has_lists = has_lists(db, campaign).await?;
    usage.workshop_slugs = store::workshop::slugs(db).await?.into_iter().collect();
    Ok(usage)
}
