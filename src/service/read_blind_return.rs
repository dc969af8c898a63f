//! Read what a fund reports of a mailing without names: letters sent and returned become the reach of the letters.

use chrono::{DateTime, Utc};

use super::prepare_blind_mailing::blind_mailings;
use super::{Error, Result, Store};
use crate::domain::blind::BlindReturn;
use crate::domain::id::StructureId;
use crate::intake::{FileContent, ReturnError, read_return_sheet};
use crate::store;

/// Reads the return sheet of a wave. It replaces an earlier one; where a row is wrong nothing changes.
pub async fn read_blind_return(
    store: &Store,
    scope: StructureId,
    slug: &str,
    wave: u8,
    file_name: &str,
    content: &FileContent,
    now: DateTime<Utc>,
) -> Result<Vec<BlindReturn>> {
    let mailings = blind_mailings(store, scope, slug).await?;
    let mailing = mailings.into_iter().find(|m| m.mailing.wave == wave);
    let mailing = mailing.ok_or_else(|| Error::NotFound(format!("Cette campagne n’a pas de vague {wave}.")))?;
    let returns = read_return_sheet(file_name, content, &mailing.mailing.communes).map_err(|error| match error {
        ReturnError::File(error) => Error::Refused(error.to_string()),
        ReturnError::Rows(rows) => Error::Refused(rows.join("\n")),
    })?;
    let saved = returns.clone();
    store
        .write(move |tx| {
            let saved = saved.clone();
            Box::pin(
                async move { Ok::<_, Error>(store::blind::save_returns(tx, scope, mailing.id, &saved, now).await?) },
            )
        })
        .await?;
    Ok(returns)
}
