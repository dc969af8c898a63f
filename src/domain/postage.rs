//! What a letter weighs, and what it costs to post on a given day.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::price::Cents;

/// A line of the post's price list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tariff {
    /// « lettre verte ».
    pub name: String,
    /// The first day it holds.
    pub from: NaiveDate,
    /// How heavy a letter may be.
    pub up_to_grams: u32,
    /// What it costs.
    pub cents: u64,
}

/// A sheet of A4 at 80 g/m².
const SHEET_GRAMS: u32 = 5;
/// An envelope DL with its window.
const ENVELOPE_GRAMS: u32 = 5;

/// What a letter of so many sheets weighs in its envelope.
pub fn weight_grams(sheets: u32) -> u32 {
    ENVELOPE_GRAMS + SHEET_GRAMS * sheets
}

/// What a letter of that weight costs on a day; nothing where the list does not say it. Of the lines that are heavy enough the
/// lightest holds, of those the last that has begun.
pub fn postage(tariffs: &[Tariff], day: NaiveDate, grams: u32) -> Option<Cents> {
    let begun = tariffs.iter().filter(|t| t.from <= day && t.up_to_grams >= grams);
    begun.min_by_key(|t| (t.up_to_grams, std::cmp::Reverse(t.from))).map(|t| Cents(t.cents))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_costs_what_its_weight_and_its_day_say() {
        let day = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap();
        let line = |from, up_to_grams, cents| Tariff { name: "lettre verte".into(), from, up_to_grams, cents };
        let tariffs = [line(day(2025, 1, 1), 20, 139), line(day(2026, 1, 1), 20, 152), line(day(2026, 1, 1), 100, 304)];
        assert_eq!(postage(&tariffs, day(2025, 12, 31), weight_grams(1)), Some(Cents(139)));
        assert_eq!(postage(&tariffs, day(2026, 1, 1), weight_grams(3)), Some(Cents(152)));
        assert_eq!(postage(&tariffs, day(2026, 6, 1), weight_grams(4)), Some(Cents(304)));
        assert_eq!(postage(&tariffs, day(2025, 6, 1), weight_grams(4)), None, "no such line yet");
        assert_eq!(postage(&tariffs, day(2024, 6, 1), 10), None);
    }
}
