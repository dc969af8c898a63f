//! The count sheet: letters, sheets, weight and postage by department and postcode. It helps to fill the post's own slip, and
//! is none.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::audience::department;
use crate::config::Config;
use crate::domain::postage::{postage, weight_grams};
use crate::service::{Error, Result};

/// Counts letters while they are printed.
pub struct CountSheet<'c> {
    config: &'c Config,
    day: NaiveDate,
    /// Letters by department, postcode and sheets.
    letters: BTreeMap<(String, String, u32), u64>,
}

impl<'c> CountSheet<'c> {
    /// For letters posted on a day.
    pub fn new(config: &'c Config, day: NaiveDate) -> Self {
        Self { config, day, letters: BTreeMap::new() }
    }

    /// Counts a letter.
    pub fn add(&mut self, postcode: &str, pages: u32) {
        let sheets = if self.config.two_sided { pages.div_ceil(2) } else { pages };
        *self.letters.entry((department(postcode), postcode.to_owned(), sheets)).or_default() += 1;
    }

    /// The sheet: a line for each department, postcode and weight, one for each department, one for all. Without a tariff for
    /// the day and the weight the postage stays empty.
    pub fn csv(&self) -> Result<Vec<u8>> {
        let mut out = csv::Writer::from_writer(Vec::new());
        let failed = |e: csv::Error| Error::Internal(e.to_string());
        out.write_record(["department", "postcode", "letters", "sheets", "grams_each", "postage_cents"])
            .map_err(failed)?;
        let (mut all, mut departments) = (Sum::default(), BTreeMap::<&str, Sum>::new());
        for ((department, postcode, sheets), letters) in &self.letters {
            let grams = weight_grams(*sheets);
            let cents = postage(&self.config.postage, self.day, grams).map(|c| c.0 * letters);
            let line = Sum { letters: *letters, sheets: letters * u64::from(*sheets), cents };
            out.write_record(line.cells(department, postcode, &grams.to_string())).map_err(failed)?;
            departments.entry(department).or_default().add(line);
            all.add(line);
        }
        for (department, sum) in departments {
            out.write_record(sum.cells(department, "", "")).map_err(failed)?;
        }
        out.write_record(all.cells("", "", "")).map_err(failed)?;
        out.into_inner().map_err(|e| Error::Internal(e.to_string()))
    }
}

#[derive(Clone, Copy)]
struct Sum {
    letters: u64,
    sheets: u64,
    /// Nothing where one letter's is not known.
    cents: Option<u64>,
}

impl Default for Sum {
    fn default() -> Self {
        Self { letters: 0, sheets: 0, cents: Some(0) }
    }
}

impl Sum {
    fn add(&mut self, other: Self) {
        self.letters += other.letters;
        self.sheets += other.sheets;
        self.cents = self.cents.zip(other.cents).map(|(a, b)| a + b);
    }

    fn cells(&self, department: &str, postcode: &str, grams: &str) -> [String; 6] {
        let cents = self.cents.map(|c| c.to_string()).unwrap_or_default();
        let (letters, sheets) = (self.letters.to_string(), self.sheets.to_string());
        [department.to_owned(), postcode.to_owned(), letters, sheets, grams.to_owned(), cents]
    }
}
