//! Money, in cents.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Invalid;

/// An amount of euros in cents, never negative. Shown as « 40 € » or « 1,52 € ».
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cents(pub u64);

/// What one person pays for a whole workshop. Zero is shown as « Gratuit », never as « 0 € ».
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Price(pub Cents);

impl Cents {
    /// Reads « 40 », « 40 € », « 20 euros », « 1,52 € », « 1.52 EUR » or « gratuit ».
    pub fn parse(written: &str) -> Result<Self, Invalid> {
        let refused = || {
            Invalid::new(format!(
                "« {} » n’est pas un montant : écrivez par exemple « gratuit », « 40 € » ou « 1,52 € ».",
                written.trim()
            ))
        };
        let bare: String = written.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect();
        if bare == "gratuit" {
            return Ok(Self(0));
        }
        let unit = ["€", "euros", "euro", "eur"].into_iter().find_map(|unit| bare.strip_suffix(unit));
        let bare = unit.unwrap_or(&bare);
        let (euros, cents) = bare.split_once([',', '.']).unwrap_or((bare, ""));
        let all_digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        if euros.is_empty() || euros.len() > 9 || cents.len() > 2 || !all_digits(euros) || !all_digits(cents) {
            return Err(refused());
        }
        let euros: u64 = euros.parse().map_err(|_| refused())?;
        let cents: u64 = format!("{cents:0<2}").parse().map_err(|_| refused())?;
        Ok(Self(euros * 100 + cents))
    }
}

impl fmt::Display for Cents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let euros = group_thousands(self.0 / 100);
        match self.0 % 100 {
            0 => write!(f, "{euros}\u{a0}€"),
            cents => write!(f, "{euros},{cents:02}\u{a0}€"),
        }
    }
}

impl fmt::Display for Price {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.0 == 0 { f.write_str("Gratuit") } else { self.0.fmt(f) }
    }
}

/// « 1 lettre », « 1 200 lettres »: the noun with its adjective takes one more s.
pub fn counted(number: u64, what: &str) -> String {
    let plural = if number > 1 { "s" } else { "" };
    format!("{}\u{a0}{what}{plural}", group_thousands(number))
}

impl Cents {
    /// « 760,00 € », for columns of amounts.
    pub fn with_cents(self) -> String {
        format!("{},{:02}\u{a0}€", group_thousands(self.0 / 100), self.0 % 100)
    }
}

/// A whole number with a narrow no-break space between thousands: « 1 840 ».
pub fn group_thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3 * 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push('\u{202f}');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_people_write_them() {
        for (written, cents) in [
            ("40", 4000),
            ("40 €", 4000),
            ("20 euros", 2000),
            ("1 Euro", 100),
            ("1,52 €", 152),
            ("1 500,50 EUR", 150_050),
            ("1.5", 150),
            ("Gratuit", 0),
            ("0", 0),
        ] {
            assert_eq!(Cents::parse(written), Ok(Cents(cents)), "{written}");
        }
        for wrong in ["", "-3", "quarante", "1,234", "€", "euros", "20 eurosd", "20 € euros"] {
            assert!(Cents::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn amounts_are_shown_in_french() {
        assert_eq!(Cents(325_700).to_string(), "3\u{202f}257\u{a0}€");
        assert_eq!(Cents(152).to_string(), "1,52\u{a0}€");
        assert_eq!(Price(Cents(0)).to_string(), "Gratuit");
        assert_eq!(Price(Cents(4000)).to_string(), "40\u{a0}€");
    }
}
