//! Stage a file under its contract, and remember how it was read for the fund's next one.

use std::path::Path;

use chrono::{DateTime, Utc};

use super::examine_list::{GivenFile, Header};
use super::import_list::{Staged, Target, stage_list};
use super::list_files::REASON_COLUMN;
use super::progress::Progress;
use super::{Error, Result, Store, run_lock};
use crate::domain::campaign::List;
use crate::domain::contract::Contract;
use crate::intake::Choices;
use crate::store;
use crate::store::campaign::StoredCampaign;
use crate::store::mapping::Mapping;

/// How a file is to be read, and for which columns that is remembered.
#[derive(Debug, Clone)]
pub struct HowToRead {
    /// What was chosen.
    pub choices: Choices,
    /// The columns as the reader found them by itself.
    pub header: Option<Header>,
}

/// Reads a file into the campaign, where it waits to be accepted or discarded.
#[expect(clippy::too_many_arguments, reason = "what a reading needs, once")]
pub async fn stage_file(
    store: &Store,
    var: &Path,
    campaign: &StoredCampaign,
    file: &GivenFile,
    how: &HowToRead,
    contract: Contract,
    now: DateTime<Utc>,
    progress: &dyn Progress,
) -> Result<Staged> {
    let _alone = run_lock::hold_lists(var, campaign.id)?;
    let target = Target { scope: campaign.structure, campaign: campaign.id, seed: campaign.campaign.seed };
    let list = List { file_name: file.name.clone(), sha256: file.sha256.clone(), contract, by_hand: true };
    let mut choices = how.choices.clone();
    // Refused rows that come back still say why they were.
    choices.columns.insert(REASON_COLUMN.to_owned(), None);
    let staged = stage_list(store, target, &list, &file.content, &choices, now, progress).await?;
    if let Some(header) = &how.header {
        remember(store, campaign, header, &list.contract.fund, &how.choices, now).await?;
    }
    Ok(staged)
}

/// What the reader finds by itself needs no remembering, and what was remembered before is forgotten: somebody came back to it.
async fn remember(
    store: &Store,
    campaign: &StoredCampaign,
    header: &Header,
    fund: &str,
    choices: &Choices,
    now: DateTime<Utc>,
) -> Result<()> {
    let choices = Choices { password: None, ..choices.clone() };
    let (scope, nothing) = (campaign.structure, choices == Choices::default());
    let mapping = Mapping {
        fund: fund.to_owned(),
        header_sha256: header.sha256.clone(),
        columns: header.columns.clone(),
        choices,
        saved_at: now,
    };
    store
        .write(move |tx| {
            let mapping = mapping.clone();
            Box::pin(async move {
                if nothing {
                    store::mapping::forget(tx, scope, &mapping.header_sha256).await?;
                } else {
                    store::mapping::save(tx, scope, &mapping).await?;
                }
                Ok::<_, Error>(())
            })
        })
        .await
}
