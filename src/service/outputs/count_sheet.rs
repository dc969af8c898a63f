//! The count sheet: letters, sheets, weight and postage by lot, department and postcode. It helps to fill the post's own slip, and
//! is none.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::credits::Logos;
use crate::audience::department;
use crate::config::Config;
use crate::document::sheet::{self, CountLine, SheetFacts};
use crate::domain::campaign::Campaign;
use crate::domain::postage::{postage, weight_grams};
use crate::domain::price::Cents;
use crate::service::spreadsheet::Table;
use crate::service::{Error, Result};

/// A letter to be counted.
pub struct Counted<'l> {
    /// Its lot.
    pub lot: u32,
    /// Where it goes.
    pub postcode: &'l str,
    /// Its pages.
    pub pages: u32,
}

/// What was counted: a line for each lot, department, postcode and weight; then one for each lot, for each department, and for all.
pub struct CountSheet(Vec<CountLine>);

/// Counts letters that are posted on a day. Without a tariff for the day and the weight the postage stays empty.
pub fn count<'l>(letters: impl Iterator<Item = Counted<'l>>, config: &Config, day: NaiveDate) -> CountSheet {
    let mut counts: BTreeMap<(u32, String, String, u32), u64> = BTreeMap::new();
    for Counted { lot, postcode, pages } in letters {
        let sheets = if config.two_sided { pages.div_ceil(2) } else { pages };
        *counts.entry((lot, department(postcode), postcode.to_owned(), sheets)).or_default() += 1;
    }
    let mut all = sum("Ensemble".to_owned());
    let (mut lots, mut departments) = (BTreeMap::<u32, CountLine>::new(), BTreeMap::<String, CountLine>::new());
    let mut lines = Vec::new();
    for ((lot, department, postcode, sheets), letters) in counts {
        let grams = weight_grams(sheets);
        let line = CountLine {
            label: format!("Lot {lot}"),
            department: department.clone(),
            postcode,
            letters,
            sheets: letters * u64::from(sheets),
            grams: Some(grams),
            postage: postage(&config.postage, day, grams).map(|each| Cents(each.0 * letters)),
        };
        add(lots.entry(lot).or_insert_with(|| sum(format!("Lot {lot}, ensemble"))), &line);
        let of = format!("Département {department}");
        add(departments.entry(department.clone()).or_insert_with(|| CountLine { department, ..sum(of) }), &line);
        add(&mut all, &line);
        lines.push(line);
    }
    lines.extend(lots.into_values());
    lines.extend(departments.into_values());
    lines.push(all);
    CountSheet(lines)
}

impl CountSheet {
    /// For a spreadsheet in French: semicolons between cells, a comma in amounts.
    pub fn csv(&self) -> Result<Vec<u8>> {
        let header =
            ["Lot", "Département", "Code postal", "Lettres", "Feuilles", "Grammes par lettre", "Affranchissement (€)"];
        let cells = |line: &CountLine| {
            let amount = line.postage.map(|c| format!("{},{:02}", c.0 / 100, c.0 % 100));
            vec![
                line.label.clone(),
                line.department.clone(),
                line.postcode.clone(),
                line.letters.to_string(),
                line.sheets.to_string(),
                line.grams.map(|g| g.to_string()).unwrap_or_default(),
                amount.unwrap_or_default(),
            ]
        };
        let rows = self.0.iter().map(cells).collect();
        Table { name: "Comptage".to_owned(), header: header.map(str::to_owned).into(), rows }.csv()
    }

    /// To be printed and laid on the parcel.
    pub fn pdf(&self, campaign: &Campaign) -> Result<Vec<u8>> {
        let credits = Logos::of(campaign)?.own();
        let facts = SheetFacts {
            structure: &campaign.structure,
            credits: &credits,
            support: "",
            public_url: &campaign.public_url,
        };
        sheet::count_sheet(&facts, &campaign.name, campaign.posting_day, &self.0)
            .map_err(|why| Error::Refused(format!("Le comptage des lettres ne peut pas être fait\u{a0}: {why}")))
    }
}

fn sum(label: String) -> CountLine {
    CountLine {
        label,
        department: String::new(),
        postcode: String::new(),
        letters: 0,
        sheets: 0,
        grams: None,
        postage: Some(Cents(0)),
    }
}

/// The postage of a sum is not known where one letter's is not.
fn add(sum: &mut CountLine, line: &CountLine) {
    sum.letters += line.letters;
    sum.sheets += line.sheets;
    sum.postage = sum.postage.zip(line.postage).map(|(a, b)| Cents(a.0 + b.0));
}
