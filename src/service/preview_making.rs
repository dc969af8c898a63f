//! Say what making a campaign's documents would do: what it lacks, what was interrupted, what would be printed again.

use std::collections::BTreeSet;
use std::path::Path;

use super::outputs::{self, Change, Folder, LETTERS, Plan, Withdrawn};
use super::{Result, Store, run_lock};
use crate::store;
use crate::store::campaign::StoredCampaign;
use crate::store::output::Issued;

/// What making the documents would do.
#[derive(Debug, Clone, Default)]
pub struct Preview {
    /// Issued documents that no longer say what the campaign says.
    pub changes: Vec<Change>,
    /// The last making did not come to its end.
    pub interrupted: bool,
}

/// What making everything again would do to the letters.
#[derive(Debug, Clone, Default)]
pub struct Reprint {
    /// Letters that are printed now and not at the post.
    pub letters: u64,
    /// Letters that are at the post, and stay as they are.
    pub posted: u64,
    /// Every letter that is not at the post would be printed again.
    pub all: bool,
    /// Printed letters that must not go out.
    pub withdrawn: Vec<Withdrawn>,
}

/// Looks at what is issued and what the campaign says now.
pub async fn preview_making(store: &Store, var: &Path, campaign: &StoredCampaign) -> Result<Preview> {
    let (issued, posted) = issued(store, campaign).await?;
    let folder = Folder::new(var, &campaign.campaign.slug);
    Ok(Preview {
        changes: Plan::of(&campaign.campaign).changes(&issued, &posted),
        // Who is at work holds the lock.
        interrupted: folder.is_begun() && run_lock::hold(var).is_ok(),
    })
}

/// Looks at every printed letter: whether all would be printed again, and which must not go out.
pub async fn preview_reprint(store: &Store, var: &Path, campaign: &StoredCampaign) -> Result<Reprint> {
    let (mut issued, at_the_post) = issued(store, campaign).await?;
    let changes = Plan::of(&campaign.campaign).changes(&issued, &at_the_post);
    issued.retain(|output| !at_the_post.iter().any(|lot| outputs::lot_path(*lot) == output.path));
    let folder = Folder::new(var, &campaign.campaign.slug);
    let letters = |path: &str| path.starts_with(LETTERS);
    let lost = issued.iter().any(|output| letters(&output.path) && !folder.has(output));
    let changed = changes.iter().any(|change| letters(&change.path));
    let mut withdrawn = outputs::withdrawn(store, campaign).await?;
    let must_not_go_out = !withdrawn.is_empty();
    withdrawn.extend(outputs::void_copies(store, campaign).await?);
    withdrawn.sort_by_key(|w| (w.lot, w.position));
    let totals = store::audience::letter_totals(store.read(), campaign.id).await?;
    let (posted, _) = totals.posted;
    Ok(Reprint {
        letters: totals.letters.saturating_sub(posted),
        posted,
        all: lost || changed || must_not_go_out,
        withdrawn,
    })
}

/// What was issued, and the lots at the post.
async fn issued(store: &Store, campaign: &StoredCampaign) -> Result<(Vec<Issued>, BTreeSet<u32>)> {
    let issued = store::output::of_campaign(store.read(), campaign.id).await?;
    Ok((issued, outputs::posted_lots(store, campaign).await?))
}
