//! What became of every row of a list, and the refused rows to mend, as files.

use std::collections::HashMap;

use super::spreadsheet::{BOM, as_text};
use super::{Error, Result, Store};
use crate::document::lacking_letters;
use crate::domain::address::NotMailable;
use crate::domain::retiree::Retiree;
use crate::store;
use crate::store::delivery::Delivery;
use crate::store::listed::ListedRetiree;

/// The column that says why a row was refused; it is left alone when the rows come back.
pub const REASON_COLUMN: &str = "Motif du refus";

/// What became of every row: `row,outcome,reason,retiree,household,commune_insee`.
pub async fn outcomes(store: &Store, delivery: &Delivery) -> Result<Vec<u8>> {
    let mut rows: HashMap<u32, (String, String)> = HashMap::new();
    for row in store::listed::import_rows(store.read(), delivery.id).await? {
        rows.insert(row.row, (row.outcome, as_text(&row.reason.replace('\n', " "))));
    }
    let people: HashMap<u32, ListedRetiree> =
        store::listed::retirees(store.read(), delivery.id).await?.into_iter().map(|r| (r.row, r)).collect();
    let last = rows.keys().chain(people.keys()).copied().max().unwrap_or(0);
    let mut out = csv::Writer::from_writer(Vec::new());
    write(&mut out, ["row", "outcome", "reason", "retiree", "household", "commune_insee"])?;
    for row in 1..=last {
        let (outcome, mut reason) = rows.remove(&row).unwrap_or_else(|| ("accepted".to_owned(), String::new()));
        let person = people.get(&row);
        if let Some(why) = person.and_then(|p| no_letter(&p.retiree)) {
            let not_mailable = format!("Non distribuable\u{a0}: {why}.");
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

/// Why no letter can be sent to somebody, where none can.
fn no_letter(person: &Retiree) -> Option<String> {
    let why = person.address.not_mailable?;
    if why != NotMailable::Unprintable {
        return Some(why.reason().to_owned());
    }
    let lines = [person.usage_name.as_str(), &person.first_name].into_iter().chain(person.address.lines());
    let letters = lacking_letters(&lines.collect::<Vec<_>>().join(" "));
    Some(format!("{} ({letters})", why.reason()))
}

/// The refused rows in their own columns, less the dropped ones, and why. They can be mended and given again.
pub async fn refused(store: &Store, delivery: &Delivery) -> Result<Vec<u8>> {
    let header = &delivery.reading.header;
    let rows = store::listed::import_rows(store.read(), delivery.id).await?;
    let refused: Vec<_> = rows.into_iter().filter(|r| r.outcome == "refused").collect();
    let columns = refused.iter().map(|r| r.cells.len()).chain([header.len()]).max().unwrap_or(0);
    let mut out = csv::WriterBuilder::new().delimiter(b';').from_writer(Vec::new());
    let line = |cells: &[String], reason: &str| -> Vec<String> {
        let padding = std::iter::repeat_n(String::new(), columns - cells.len());
        cells.iter().map(|c| as_text(c)).chain(padding).chain([reason.to_owned()]).collect()
    };
    write(&mut out, line(header, REASON_COLUMN))?;
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
