//! French phone numbers.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Invalid;

/// A phone number as `+33…` (E.164), shown in pairs: « 04 65 71 00 00 ».
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Phone(String);

impl Phone {
    /// Reads a French number in any of the usual writings (`04.65.71.00.00`, `0465710000`, `+33 4 65 …`, `0033…`, and
    /// `465710000`, as spreadsheets leave it). Overseas numbers have codes of their own (`+262 262 …`, `+590 590 …`) and
    /// ten digits at home like all others, by which they are known here.
    pub fn parse(written: &str) -> Result<Self, Invalid> {
        let refused = || {
            Invalid::new(format!(
                "« {} » n’est pas un numéro de téléphone : écrivez 10 chiffres, par exemple 04 65 71 00 00.",
                written.trim()
            ))
        };
        let cleaned: String = written
            .chars()
            .filter(|c| !c.is_whitespace() && !matches!(c, '.' | '-' | '/' | '(' | ')' | '\u{2011}'))
            .collect();
        // A spreadsheet takes the plus from « +33465710000 ».
        let bare = cleaned.strip_prefix("33").filter(|rest| rest.len() == 9);
        let national = ["+33", "0033"].iter().find_map(|p| cleaned.strip_prefix(p)).or(bare).unwrap_or(&cleaned);
        let overseas = OVERSEAS.iter().find_map(|code| {
            let rest = cleaned.strip_prefix('+').or_else(|| cleaned.strip_prefix("00"))?.strip_prefix(code)?;
            Some(rest.strip_prefix('0').unwrap_or(rest)).filter(|rest| rest.len() == 9)
        });
        let national = overseas.unwrap_or(national);
        let nine = national.strip_prefix('0').unwrap_or(national);
        if nine.len() == 9 && nine.bytes().all(|b| b.is_ascii_digit()) && !nine.starts_with('0') {
            Ok(Self(format!("+33{nine}")))
        } else {
            Err(refused())
        }
    }

    /// `+33…`.
    pub fn e164(&self) -> &str {
        &self.0
    }
}

/// Codes of the numbering plan's overseas parts: Réunion and Mayotte, Guadeloupe, Guyane, Martinique.
const OVERSEAS: [&str; 4] = ["262", "590", "594", "596"];

impl fmt::Display for Phone {
    /// In pairs, separated by no-break spaces.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let national = format!("0{}", self.0.trim_start_matches("+33"));
        let pairs: Vec<_> = national.as_bytes().chunks(2).map(String::from_utf8_lossy).collect();
        f.write_str(&pairs.join("\u{a0}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_usual_writing_is_the_same_number() {
        for written in [
            "04.65.71.00.00",
            "0465710000",
            "+33 4 65 71 00 00",
            "0033465710000",
            "465710000",
            "(0)465710000",
            "33465710000",
            "+33 (0)4 65 71 00 00",
        ] {
            assert_eq!(Phone::parse(written).unwrap().e164(), "+33465710000", "{written}");
        }
        assert_eq!(Phone::parse("0465710000").unwrap().to_string(), "04\u{a0}65\u{a0}71\u{a0}00\u{a0}00");
    }

    #[test]
    fn an_overseas_number_is_the_one_dialled_at_home() {
        for (written, home) in [
            ("+262 262 12 34 56", "0262 12 34 56"),
            ("00590 690 12 34 56", "0690 12 34 56"),
            ("+596 (0)596 12 34 56", "0596 12 34 56"),
        ] {
            assert_eq!(Phone::parse(written), Phone::parse(home), "{written}");
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for written in ["", "12", "04 65 71", "00000000000", "appeler le soir"] {
            assert!(Phone::parse(written).is_err(), "{written}");
        }
    }
}
