//! The files that `run` writes about each list.

use super::files::Folder;
use super::plan::{Plan, list_paths};
use crate::service::list_files::{outcomes, refused};
use crate::service::{Result, Store};
use crate::store;
use crate::store::campaign::StoredCampaign;
use crate::store::output::Issued;

/// Writes `outcomes/` and `refused/` of every list that is in, unless they are issued and there already.
pub async fn write_lists(
    store: &Store,
    campaign: &StoredCampaign,
    plan: &Plan,
    issued: &[Issued],
    folder: &mut Folder,
) -> Result<Vec<Issued>> {
    let mut made = Vec::new();
    let deliveries = store::delivery::of_campaign(store.read(), campaign.id).await?;
    let all_paths = list_paths(deliveries.iter().map(|d| &d.list));
    for (delivery, paths) in deliveries.into_iter().zip(all_paths) {
        let current = |path: &String| issued.iter().any(|i| i.path == *path && plan.agrees_with(i) && folder.holds(i));
        if paths.iter().all(current) {
            continue;
        }
        let contents = [outcomes(store, &delivery).await?, refused(store, &delivery).await?];
        for (path, bytes) in paths.into_iter().zip(contents) {
            let sha256 = folder.write_bytes(&path, &bytes)?;
            let facts = plan.facts(&path).unwrap_or_default();
            made.push(Issued { path, sha256, facts });
        }
    }
    Ok(made)
}
