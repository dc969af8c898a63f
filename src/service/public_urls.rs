//! Read the addresses under which people reach this installation.

use super::Result;
use crate::store::{self, Store};

/// The public address of every stored campaign, each once.
pub async fn public_urls(store: &Store) -> Result<Vec<String>> {
    let mut urls = Vec::new();
    for (structure, _) in store::user::structures(store.read()).await? {
        for named in store::campaign::names(store.read(), structure).await? {
            let found = store::campaign::by_id(store.read(), structure, named.id).await?;
            urls.extend(found.map(|c| c.campaign.public_url));
        }
    }
    urls.sort();
    urls.dedup();
    Ok(urls)
}
