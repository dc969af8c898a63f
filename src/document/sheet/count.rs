//! The count sheet of printed letters, to be laid on the parcel for the post.

use chrono::NaiveDate;

use super::SheetFacts;
use super::paper::{Paper, Way};
use super::table::{Column, Form};
use crate::document::Reason;
use crate::document::look::mm;
use crate::domain::calendar;
use crate::domain::price::{Cents, group_thousands};

/// A line of the count: of a lot's letters to a postcode, or of several together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountLine {
    /// « Lot 1 », « Ensemble ».
    pub label: String,
    /// The department, where it is one.
    pub department: String,
    /// The postcode, where it is one.
    pub postcode: String,
    /// The letters.
    pub letters: u64,
    /// Their sheets of paper.
    pub sheets: u64,
    /// What each weighs, where it is the same for all.
    pub grams: Option<u32>,
    /// What all of them cost, where the tariffs say it.
    pub postage: Option<Cents>,
}

/// The sheet.
pub fn count_sheet(
    facts: &SheetFacts,
    campaign: &str,
    posting_day: NaiveDate,
    lines: &[CountLine],
) -> Result<Vec<u8>, Reason> {
    let mut paper = Paper::new(facts, Way::Upright, &format!("Comptage · {campaign}"), "Lettres et affranchissement")?;
    let day = calendar::long_date(posting_day);
    paper
        .lead(&format!("Envoi du {day}. Ce comptage aide à remplir le bordereau de La Poste et ne le remplace pas."))?;
    paper.skip(8.0);
    let columns = [
        Column::new("Lot", 25.0),
        Column::new("Dép.", 9.0),
        Column::new("Code postal", 16.0),
        Column::figures("Lettres", 13.0),
        Column::figures("Feuilles", 13.0),
        Column::figures("g/lettre", 12.0),
        Column::figures("Prix", 16.0),
    ];
    let row = |line: &CountLine| {
        vec![
            line.label.clone(),
            line.department.clone(),
            line.postcode.clone(),
            group_thousands(line.letters),
            group_thousands(line.sheets),
            line.grams.map(|g| g.to_string()).unwrap_or_default(),
            line.postage.map_or_else(|| "à voir".to_owned(), |cents| cents.with_cents()),
        ]
    };
    // What the post asks first stands first, and never alone on a page behind the rest.
    let (mut sums, parts): (Vec<_>, Vec<_>) = lines.iter().partition(|line| line.postcode.is_empty());
    let all = sums.len().min(1);
    sums.rotate_right(all);
    let form = Form { size_pt: 11.0, row_pt: mm(6.5), grid: false, bold: 1 };
    paper.table(&columns, &sums.into_iter().map(row).collect::<Vec<_>>(), form)?;
    paper.skip(12.0);
    paper.subheading("Par code postal")?;
    paper.skip(4.0);
    paper.table(&columns, &parts.into_iter().map(row).collect::<Vec<_>>(), form)?;
    paper.finish()?.pdf()
}
