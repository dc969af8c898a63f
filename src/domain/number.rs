//! Invitation numbers and outlet references: digits with a check digit, because letters are misheard on the phone.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Invalid;

/// The quasigroup of H. M. Damm (*Total anti-symmetrische Quasigruppen*, Marburg 2004, p. 106): catches every single
/// wrong digit and every swap of two neighbours.
const DAMM: [[u8; 10]; 10] = [
    [0, 3, 1, 7, 5, 9, 8, 6, 4, 2],
    [7, 0, 9, 2, 1, 5, 4, 8, 6, 3],
    [4, 2, 0, 6, 8, 7, 1, 3, 5, 9],
    [1, 7, 5, 0, 9, 8, 3, 4, 2, 6],
    [6, 1, 2, 3, 0, 4, 5, 9, 7, 8],
    [3, 6, 7, 4, 2, 0, 9, 5, 8, 1],
    [5, 8, 6, 9, 7, 2, 0, 1, 3, 4],
    [8, 9, 4, 5, 3, 6, 2, 0, 1, 7],
    [9, 4, 3, 8, 6, 1, 7, 2, 0, 5],
    [2, 5, 8, 1, 4, 3, 6, 7, 9, 0],
];

/// Invitation numbers have 8 digits until this many are in use, 10 from then on, so that a guess hits rarely
/// (decision of the field notes, section 8).
pub const TEN_DIGITS_FROM: u64 = 100_000;

/// A household's invitation number: 8 or 10 digits, the last a Damm check digit, never starting with 0.
/// Shown in pairs like a phone number, « 48 27 15 36 ».
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct InvitationNumber(u64);

/// An outlet's reference for one workshop: 4 digits, the last a Damm check digit, never starting with 0
/// (« Réf. 2143 »).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Reference(u64);

impl InvitationNumber {
    /// « 00 00 00 00 »: whoever has it is no household. Drawn numbers never start with 0.
    pub const NOBODY: Self = Self(0);

    /// Draws a number from `random` (uniform over `u64`), with 10 digits once `in_use` numbers exist.
    pub fn draw(random: u64, in_use: u64) -> Self {
        let body = if in_use >= TEN_DIGITS_FROM { 9 } else { 7 };
        Self(with_check_digit(draw_body(random, body)))
    }

    /// Reads what a person typed: spaces, dots and hyphens are ignored.
    pub fn parse(typed: &str) -> Result<Self, Invalid> {
        let digits = digits_of(typed)
            .filter(|d| matches!(d.len(), 8 | 10))
            .ok_or_else(|| Invalid::new("Un numéro d’invitation a 8 chiffres, par exemple 48 27 15 36. Il est imprimé dans le cadre de votre lettre."))?;
        if digits.bytes().all(|digit| digit == b'0') {
            return Err(Invalid::new(
                "C’est une lettre témoin, que la coordination s’envoie avec chaque lot : elle n’est à aucun foyer et ne compte dans aucun chiffre.",
            ));
        }
        checked(&digits).map(Self).ok_or_else(|| {
            Invalid::new(format!(
                "Le numéro {} comporte une erreur de frappe : un chiffre au moins est faux. Relisez-le sur la lettre, chiffre par chiffre.",
                pairs(&digits)
            ))
        })
    }

    /// The digits without spaces, as in addresses and files.
    pub fn digits(self) -> String {
        format!("{:08}", self.0)
    }

    /// The number as an integer, as the database keeps it.
    pub fn value(self) -> u64 {
        self.0
    }
}

impl fmt::Display for InvitationNumber {
    /// In pairs, separated by no-break spaces.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&pairs(&self.digits()))
    }
}

impl TryFrom<u64> for InvitationNumber {
    type Error = Invalid;

    fn try_from(value: u64) -> Result<Self, Invalid> {
        Self::parse(&value.to_string())
    }
}

impl Reference {
    /// How many references can exist at once: three free digits, the first not 0.
    pub const SPACE: usize = 900;

    /// Draws a reference from `random` (uniform over `u64`).
    pub fn draw(random: u64) -> Self {
        Self(with_check_digit(draw_body(random, 3)))
    }

    /// Reads what a person typed: spaces and a leading « Réf. » are ignored.
    pub fn parse(typed: &str) -> Result<Self, Invalid> {
        let bare = typed.trim().trim_start_matches(|c: char| c.is_alphabetic() || c == '.');
        let digits = digits_of(bare).filter(|d| d.len() == 4).ok_or_else(|| {
            Invalid::new("Une référence a 4 chiffres, par exemple 2143. Elle est imprimée près du numéro de téléphone.")
        })?;
        checked(&digits).map(Self).ok_or_else(|| {
            Invalid::new(format!(
                "La référence {digits} comporte une erreur de frappe. Relisez-la sur l’affiche ou le papier."
            ))
        })
    }

    /// The reference as an integer, as the database keeps it.
    pub fn value(self) -> u64 {
        self.0
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl TryFrom<u64> for Reference {
    type Error = Invalid;

    fn try_from(value: u64) -> Result<Self, Invalid> {
        Self::parse(&value.to_string())
    }
}

/// A number of exactly `length` digits whose first is not 0.
fn draw_body(random: u64, length: u32) -> u64 {
    let lowest = 10u64.pow(length - 1);
    lowest + random % (9 * lowest)
}

fn with_check_digit(body: u64) -> u64 {
    body * 10 + u64::from(damm(&body.to_string()))
}

fn damm(digits: &str) -> u8 {
    digits.bytes().fold(0, |state, d| DAMM[state as usize][(d - b'0') as usize])
}

/// The digits of `typed` where it holds nothing else but the separators people write between them.
fn digits_of(typed: &str) -> Option<String> {
    let kept: String = typed.chars().filter(|c| !c.is_whitespace() && !matches!(c, '.' | '-' | '\u{2011}')).collect();
    (!kept.is_empty() && kept.bytes().all(|b| b.is_ascii_digit())).then_some(kept)
}

fn checked(digits: &str) -> Option<u64> {
    (!digits.starts_with('0') && damm(digits) == 0).then(|| digits.parse().ok()).flatten()
}

fn pairs(digits: &str) -> String {
    digits.as_bytes().chunks(2).map(|p| String::from_utf8_lossy(p)).collect::<Vec<_>>().join("\u{a0}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damm_agrees_with_the_published_example() {
        // Damm's thesis and every description of it: 572 has the check digit 4.
        assert_eq!(damm("572"), 4);
    }

    #[test]
    fn every_single_slip_and_neighbour_swap_is_caught() {
        let good = InvitationNumber::draw(0x5eed_5eed_5eed, 0).digits();
        for at in 0..good.len() {
            for digit in b'0'..=b'9' {
                let mut typed = good.clone().into_bytes();
                if typed[at] != digit {
                    typed[at] = digit;
                    assert!(InvitationNumber::parse(&String::from_utf8(typed).unwrap()).is_err());
                }
            }
            let mut typed = good.clone().into_bytes();
            if at + 1 < typed.len() && typed[at] != typed[at + 1] {
                typed.swap(at, at + 1);
                assert!(InvitationNumber::parse(&String::from_utf8(typed).unwrap()).is_err());
            }
        }
    }

    #[test]
    fn a_number_is_read_as_people_write_it() {
        let number = InvitationNumber::draw(1_234_567, 0);
        let digits = number.digits();
        assert_eq!(digits.len(), 8);
        assert_eq!(InvitationNumber::parse(&number.to_string()), Ok(number));
        assert_eq!(
            InvitationNumber::parse(&format!(" {}.{}-{} ", &digits[..2], &digits[2..4], &digits[4..])),
            Ok(number)
        );
        assert!(InvitationNumber::parse("48 27 15").unwrap_err().0.contains("8 chiffres"));
        assert!(InvitationNumber::parse("Pagès").is_err());
    }

    #[test]
    fn ten_digits_once_a_hundred_thousand_are_in_use() {
        assert_eq!(InvitationNumber::draw(42, 99_999).digits().len(), 8);
        assert_eq!(InvitationNumber::draw(42, 100_000).digits().len(), 10);
    }

    #[test]
    fn a_reference_is_read_with_its_label() {
        let reference = Reference::draw(77);
        assert_eq!(Reference::parse(&format!("Réf. {reference}")), Ok(reference));
        assert!(Reference::parse("12345").is_err());
    }
}
