//! Take out what interrupted readings of lists left: personal data that counts for nothing.

use std::path::Path;

use super::{Result, Store, import_list, run_lock};
use crate::store;

/// Looks through all campaigns, by parts for which nobody has to wait. A campaign into which a list is being read is left alone.
pub async fn sweep_leftovers(store: &Store, var: &Path) -> Result<()> {
    for campaign in store::delivery::unfinished(store.read()).await? {
        let Ok(_alone) = run_lock::hold_lists(var, campaign) else { continue };
        import_list::sweep(store, campaign).await?;
    }
    Ok(())
}
