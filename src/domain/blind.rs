//! Mailings without names: a fund that may not give its list writes to people itself. What comes back are counts.

use serde::{Deserialize, Serialize};

use super::Invalid;
use super::commune::InseeCode;
use super::number::InvitationNumber;
use super::price::group_thousands;

/// The terms on which a fund writes for the structure. No name leaves the fund.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlindTerms {
    /// The fund's name with its article, as in a sentence: « la Carsat Languedoc-Roussillon ».
    pub fund: String,
    /// What the letter is for, completing « afin de … ».
    pub purpose: String,
    /// The fund's legal basis as a sentence for the letter.
    pub legal_basis: String,
    /// The convention's name and date.
    pub convention: String,
    /// Where people claim their rights: the fund's data protection officer.
    pub dpo: String,
    /// Sentences the fund demands on the letter.
    pub mentions: Vec<String>,
}

/// One mailing: the people of these ages in these communes, each commune with its own number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlindMailing {
    /// From 1.
    pub wave: u8,
    /// On which terms.
    pub terms: BlindTerms,
    /// The youngest age written to.
    pub minimum_age: u8,
    /// The oldest, where there is a bound.
    pub maximum_age: Option<u8>,
    /// The communes with the number that their letters carry, by INSEE code.
    pub communes: Vec<(InseeCode, InvitationNumber)>,
}

/// A count that may be known only within bounds: funds hide small ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Count {
    /// At least this many.
    pub low: u64,
    /// At most this many.
    pub high: u64,
}

/// What a fund reports of some communes together: one, unless its cells were merged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlindReturn {
    /// The communes.
    pub communes: Vec<InseeCode>,
    /// Letters sent.
    pub sent: Count,
    /// Letters that came back (NPAI); nothing where the fund did not say, as many as were sent at most where it spoke of
    /// some communes only.
    pub returned: Option<Count>,
}

impl BlindReturn {
    /// Letters that arrived: all that were sent, less those of which somebody said that they came back.
    pub fn reached(&self) -> Count {
        match self.returned {
            None => self.sent,
            // Of some communes nobody said it.
            Some(returned) if !returned.is_exact() && returned.high >= self.sent.high => {
                self.sent.less(Count::exactly(returned.low))
            }
            Some(returned) => self.sent.less(returned),
        }
    }
}

impl Count {
    /// Exactly so many.
    pub fn exactly(n: u64) -> Self {
        Self { low: n, high: n }
    }

    /// Reads a cell: « 12 », « 1 240 », « <5 » (from 1 to 4: neither 0 nor 4), « moins de 11 », « 1 à 4 ».
    pub fn read(cell: &str) -> Result<Self, Invalid> {
        let text: String = cell.to_lowercase().chars().filter(|c| !c.is_whitespace()).collect();
        let number = |t: &str| t.strip_suffix(".0").unwrap_or(t).parse::<u64>().ok().filter(|n| *n < MOST);
        let below = ["<", "moinsde", "inférieurà", "inf.à", "infà"].into_iter().find_map(|b| text.strip_prefix(b));
        let read = match (below, text.split_once(['à', '-'])) {
            (Some(bound), _) => match bound.strip_prefix('=') {
                Some(bound) => number(bound).map(|most| Self { low: 1.min(most), high: most }),
                None => number(bound).filter(|b| *b > 1).map(|b| Self { low: 1, high: b - 1 }),
            },
            (None, Some((low, high))) => {
                number(low).zip(number(high)).filter(|(low, high)| low <= high).map(|(low, high)| Self { low, high })
            }
            (None, None) => number(&text).map(Self::exactly),
        };
        read.ok_or_else(|| {
            Invalid::new(format!("« {cell} » n’est pas un nombre de lettres : écrivez par exemple 128, 0 ou <5."))
        })
    }

    /// The middle of its bounds, rounded up.
    pub fn middle(self) -> u64 {
        self.low.midpoint(self.high) + (self.low + self.high) % 2
    }

    /// Whether a cell says that there is no answer: blank, a dash, « n.c. ».
    pub fn is_no_answer(cell: &str) -> bool {
        let letters: String = cell.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect();
        let marks = cell.chars().all(|c| c.is_whitespace() || "-–—_/.?".contains(c));
        marks || ["nc", "nd", "na", "ns", "noncommuniqué", "nonconnu", "inconnu"].contains(&letters.as_str())
    }

    /// Is it known to the unit?
    pub fn is_exact(self) -> bool {
        self.low == self.high
    }

    /// What is left after taking `other` away, never below zero.
    pub fn less(self, other: Self) -> Self {
        Self { low: self.low.saturating_sub(other.high), high: self.high.saturating_sub(other.low) }
    }
}

/// More letters than people live in France: a slip of the hand.
const MOST: u64 = 100_000_000;

impl std::ops::Add for Count {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { low: self.low + other.low, high: self.high + other.high }
    }
}

impl std::iter::Sum for Count {
    fn sum<I: Iterator<Item = Self>>(counts: I) -> Self {
        counts.fold(Self::default(), |sum, count| sum + count)
    }
}

impl std::fmt::Display for Count {
    /// « 1 240 », or « 1 231 à 1 243 ».
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&group_thousands(self.low))?;
        if self.is_exact() { Ok(()) } else { write!(f, " à\u{a0}{}", group_thousands(self.high)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hidden_count_is_neither_zero_nor_four() {
        for (cell, low, high) in [
            ("128", 128, 128),
            ("0", 0, 0),
            ("128.0", 128, 128),
            ("1\u{202f}240", 1240, 1240),
            ("<5", 1, 4),
            ("< 5", 1, 4),
            ("<= 4", 1, 4),
            ("Moins de 11", 1, 10),
            ("inf. à 5", 1, 4),
            ("1 à 4", 1, 4),
            ("1-4", 1, 4),
        ] {
            assert_eq!(Count::read(cell), Ok(Count { low, high }), "{cell}");
        }
        for cell in ["", "-3", "douze", "<0", "<1", "4 à 1", "12,5", "=1+1", "99999999999999999999"] {
            assert!(Count::read(cell).is_err(), "{cell}");
        }
    }

    #[test]
    fn no_answer_is_not_zero() {
        for cell in ["", " ", "-", "—", "n.c.", "NC", "N/A", "non communiqué", "?"] {
            assert!(Count::is_no_answer(cell), "{cell}");
        }
        for cell in ["0", "-3", "<5", "aucune", "douze"] {
            assert!(!Count::is_no_answer(cell), "{cell}");
        }
        let sent = Count::exactly(120);
        let told = |returned| BlindReturn { communes: vec![], sent, returned }.reached();
        assert_eq!((told(None), told(Some(Count::exactly(3)))), (sent, Count::exactly(117)));
        let of_one_commune = Count { low: 3, high: 120 };
        assert_eq!(told(Some(of_one_commune)), Count::exactly(117));
    }

    #[test]
    fn bounds_add_up_and_subtract_the_careful_way() {
        let hidden = Count { low: 1, high: 4 };
        let sent: Count = [Count::exactly(120), hidden].into_iter().sum();
        assert_eq!(sent, Count { low: 121, high: 124 });
        assert_eq!(sent.less(hidden), Count { low: 117, high: 123 });
        assert_eq!(Count::exactly(3).less(Count::exactly(5)), Count::exactly(0));
        assert_eq!(sent.to_string(), "121 à\u{a0}124");
    }
}
