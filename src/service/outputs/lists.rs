//! What became of every row of a list, and the refused rows to mend.

use std::collections::HashMap;

use super::files::Folder;
use super::plan::{Plan, outcomes_path, refused_path};
use crate::service::spreadsheet::{BOM, as_text};
use crate::service::{Error, Result, Store};
use crate::store;
use crate::store::campaign::StoredCampaign;
use crate::store::delivery::{Delivery, ListedRetiree};
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
    for delivery in store::delivery::of_campaign(store.read(), campaign.id).await? {
        let paths = [outcomes_path(&delivery.list), refused_path(&delivery.list)];
        let current = |path: &String| {
            let facts = plan.facts(path);
            issued.iter().any(|i| i.path == *path && Some(&i.facts) == facts.as_ref() && folder.holds(i))
        };
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

async fn outcomes(store: &Store, delivery: &Delivery) -> Result<Vec<u8>> {
    let mut rows: HashMap<u32, (String, String)> = HashMap::new();
    for row in store::delivery::import_rows(store.read(), delivery.id).await? {
        rows.insert(row.row, (row.outcome, row.reason));
    }
    let people: HashMap<u32, ListedRetiree> =
        store::delivery::retirees(store.read(), delivery.id).await?.into_iter().map(|r| (r.row, r)).collect();
    let last = rows.keys().chain(people.keys()).copied().max().unwrap_or(0);
    let mut out = csv::Writer::from_writer(Vec::new());
    write(&mut out, ["row", "outcome", "reason", "retiree", "household", "commune_insee"])?;
    for row in 1..=last {
        let (outcome, mut reason) = rows.remove(&row).unwrap_or_else(|| ("accepted".to_owned(), String::new()));
        let person = people.get(&row);
        if let Some(why) = person.and_then(|p| p.retiree.address.not_mailable) {
            let not_mailable = format!("Non distribuable\u{a0}: {}.", why.reason());
            reason = [reason, not_mailable].into_iter().filter(|r| !r.is_empty()).collect::<Vec<_>>().join(" ");
        }
        let commune = person.and_then(|p| p.retiree.address.commune).map(String::from);
        write(
            &mut out,
            [
                row.to_string(),
                outcome,
                reason,
                person.map(|p| p.same_as.unwrap_or(p.id).to_string()).unwrap_or_default(),
                person.map(|p| p.household.to_string()).unwrap_or_default(),
                commune.unwrap_or_default(),
            ],
        )?;
    }
    out.into_inner().map_err(|e| Error::Internal(e.to_string()))
}

async fn refused(store: &Store, delivery: &Delivery) -> Result<Vec<u8>> {
    let header = &delivery.reading.header;
    let rows = store::delivery::import_rows(store.read(), delivery.id).await?;
    let refused: Vec<_> = rows.into_iter().filter(|r| r.outcome == "refused").collect();
    let columns = refused.iter().map(|r| r.cells.len()).chain([header.len()]).max().unwrap_or(0);
    let mut out = csv::WriterBuilder::new().delimiter(b';').from_writer(Vec::new());
    let line = |cells: &[String], reason: &str| -> Vec<String> {
        let padding = std::iter::repeat_n(String::new(), columns - cells.len());
        cells.iter().map(|c| as_text(c)).chain(padding).chain([reason.to_owned()]).collect()
    };
    write(&mut out, line(header, "Motif du refus"))?;
    for row in refused {
        write(&mut out, line(&row.cells, &row.reason))?;
    }
    let bytes = out.into_inner().map_err(|e| Error::Internal(e.to_string()))?;
    Ok([BOM, &bytes].concat())
}

fn write<I, S>(out: &mut csv::Writer<Vec<u8>>, cells: I) -> Result<()>
where
    I: IntoIterator<Item = S>,
    S: AsRef<[u8]>,
{
    out.write_record(cells).map_err(|e| Error::Internal(e.to_string()))
}
