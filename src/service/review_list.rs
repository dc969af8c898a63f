//! Review a list before it counts: what was corrected and refused, whom it names twice, what no letter can reach; then accept
//! it or take it out.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::{DateTime, Utc};

use super::{Error, Result, Store, import_list, review_pairs, run_lock};
use crate::domain::address::NotMailable;
use crate::domain::id::{CampaignId, DeliveryId, StructureId};
use crate::domain::retiree::Retiree;
use crate::store;
use crate::store::campaign::StoredCampaign;

pub use crate::store::delivery::RowCounts;
pub use crate::store::listed::ImportRow;
pub use crate::store::review::{ListedDelivery, People};

/// What a list came to.
#[derive(Debug, Clone)]
pub struct Review {
    /// The list.
    pub list: ListedDelivery,
    /// What was corrected, the most frequent first.
    pub corrections: Vec<CorrectionKind>,
    /// The first refused rows.
    pub refused: Vec<ImportRow>,
    /// People whom no letter can reach, by reason.
    pub not_mailable: Vec<(NotMailable, u64)>,
    /// Duplicates and households.
    pub people: People,
    /// The last row that was taken, by number.
    pub last: Option<(u32, Retiree)>,
    /// What became of the file's last row, where it was refused or corrected.
    pub last_row: Option<ImportRow>,
    /// Pairs that wait for an answer.
    pub open_pairs: u64,
    /// Households that it shares with lists to which its contract, as it is now, does not allow to compare it.
    pub shared_against_terms: u64,
}

/// Corrections of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CorrectionKind {
    /// The field: « Code postal ».
    pub field: String,
    /// How many rows.
    pub rows: u32,
    /// The first few, with their rows.
    pub examples: Vec<(u32, String)>,
}

/// Refused rows that are shown; all of them can be downloaded.
pub const SHOWN_REFUSED: u64 = 50;
/// Examples of a kind of correction.
const EXAMPLES: usize = 3;
/// Corrected rows that are read at a time.
const CHUNK: u64 = 5000;

/// The whole lists of a campaign, in order.
pub async fn lists(store: &Store, campaign: &StoredCampaign) -> Result<Vec<ListedDelivery>> {
    Ok(store::review::of_campaign(store.read(), campaign.structure, campaign.id).await?)
}

/// Shows what a list of a campaign came to.
pub async fn review_list(store: &Store, campaign: &StoredCampaign, id: DeliveryId) -> Result<Review> {
    let (db, scope) = (store.read(), campaign.structure);
    let list = found(store, campaign, id).await?;
    let terms = &list.delivery.list.contract;
    let others = store::delivery::of_campaign(db, campaign.id).await?.into_iter().filter(|other| other.id != id);
    let apart: Vec<_> =
        others.filter(|other| !terms.allows_matching_with(&other.list.contract)).map(|other| other.id).collect();
    let shared_against_terms = match apart.as_slice() {
        [] => 0,
        apart => store::review::shared_households(db, scope, id, apart).await?,
    };
    let counts = list.delivery.counts;
    let before_last = counts.rows().saturating_sub(1);
    let mut last_row = None;
    for outcome in ["refused", "corrected"] {
        last_row = last_row.or(store::review::rows_after(db, scope, id, outcome, before_last, 1).await?.pop());
    }
    Ok(Review {
        last_row,
        shared_against_terms,
        list,
        corrections: corrections(store, scope, id).await?,
        refused: store::review::rows_after(db, scope, id, "refused", 0, SHOWN_REFUSED).await?,
        not_mailable: store::review::not_mailable(db, scope, id).await?,
        people: store::review::people(db, scope, id).await?,
        last: store::review::last_person(db, scope, id).await?,
        open_pairs: review_pairs::count_open(store, scope, id).await?,
    })
}

/// The list with this identifier, if it is whole and of this campaign.
pub async fn found(store: &Store, campaign: &StoredCampaign, id: DeliveryId) -> Result<ListedDelivery> {
    let found = store::review::by_id(store.read(), campaign.structure, campaign.id, id).await?;
    found.ok_or_else(|| {
        Error::NotFound("Cette liste n’est pas dans la campagne\u{a0}: elle a peut-être été écartée.".to_owned())
    })
}

/// Makes a list of this campaign count; not while documents are being made from the others.
pub async fn accept(
    store: &Store,
    var: &Path,
    campaign: &StoredCampaign,
    id: DeliveryId,
    now: DateTime<Utc>,
) -> Result<()> {
    let _alone = run_lock::hold(var)?;
    found(store, campaign, id).await?;
    import_list::commit_list(store, campaign.structure, id, now).await
}

/// Takes a list of this campaign out that does not count yet.
pub async fn discard(store: &Store, campaign: &StoredCampaign, id: DeliveryId) -> Result<()> {
    if found(store, campaign, id).await?.current {
        return Err(Error::Refused("Cette liste est déjà acceptée\u{a0}: elle ne s’écarte plus.".to_owned()));
    }
    // What was answered about it moved people of earlier lists, who go back.
    review_pairs::take_back_all(store, campaign.structure, id).await?;
    import_list::discard_list(store, id).await
}

/// The list of a campaign that waits to be looked at.
pub async fn waiting(store: &Store, campaign: CampaignId) -> Result<Option<DeliveryId>> {
    Ok(store::delivery::in_review(store.read(), campaign).await?.map(|d| d.id))
}

async fn corrections(store: &Store, scope: StructureId, id: DeliveryId) -> Result<Vec<CorrectionKind>> {
    let mut kinds: BTreeMap<String, CorrectionKind> = BTreeMap::new();
    let mut after = 0;
    loop {
        let rows = store::review::corrections_after(store.read(), scope, id, after, CHUNK).await?;
        let Some((last, _)) = rows.last() else { break };
        after = *last;
        for (row, reasons) in rows {
            // A correction is a sentence that begins with its field: « Code postal : … ».
            for (field, sentence) in reasons.lines().filter_map(|r| Some((r.split_once("\u{a0}:")?.0, r))) {
                let kind = kinds.entry(field.to_owned()).or_insert_with(|| CorrectionKind {
                    field: field.to_owned(),
                    rows: 0,
                    examples: Vec::new(),
                });
                kind.rows += 1;
                if kind.examples.len() < EXAMPLES {
                    kind.examples.push((row, sentence.to_owned()));
                }
            }
        }
    }
    let mut kinds: Vec<_> = kinds.into_values().collect();
    kinds.sort_by(|a, b| b.rows.cmp(&a.rows).then_with(|| a.field.cmp(&b.field)));
    Ok(kinds)
}
